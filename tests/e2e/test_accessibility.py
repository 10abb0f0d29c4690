"""Every screen in both themes, judged by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import Visit, visiting
from tests.run_checks import UI
from tests.serverruns import PROJECT, ServerProcess

AXE = UI / "node_modules" / "axe-core" / "axe.min.js"
BOARD = f"/p/{PROJECT}/board"
# By name: the address, what is clicked there, and what then has to be seen.
SCREENS = {
    "home": ("/", None, f"main a:text-is('{PROJECT}')"),
    "wizard": ("/new", None, "label:text-is('Name of the project')"),
    "board": (BOARD, None, "[data-card]"),
    "card": (f"{BOARD}?card=1", None, "[role=dialog] [role=tab]"),
    "checks": (f"{BOARD}?card=1", "[role=tab]:text-is('Checks')", "[role=tabpanel] h3:text-is('Runs')"),
    "options": (BOARD, "button[aria-label='Run options']", "[role=dialog] select[name=concurrency]"),
    "new-card": (BOARD, "button:has-text('New card')", "[role=dialog] textarea"),
    "activity": (f"/p/{PROJECT}/activity", None, "[role=log] button"),
    "agents": (f"/p/{PROJECT}/agents", None, "main > :nth-child(2)"),
    "settings": (f"/p/{PROJECT}/settings", None, "h2:text-is('Set-up')"),
}

pytestmark = pytest.mark.browser


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical: the rule, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then((result) => result.violations)")
    return [
        f"{violation['id']}: {node['html']} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_screen_is_accessible(browser: Browser, demo: ServerProcess, witness: Visit, screen: str, theme: str) -> None:
    expect(witness.cards("Done").or_(witness.cards("In progress")).first).to_be_visible(timeout=90_000)
    path, clicked, sign = SCREENS[screen]
    with visiting(browser, demo, theme=theme) as visit:
        page = visit.open(path)
        if clicked is not None:
            page.locator(clicked).first.click()
        expect(page.locator(sign).first).to_be_attached()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert serious(page) == []
        assert visit.complaints == []


def test_what_axe_is_asked_would_be_found(visit: Visit) -> None:
    page = visit.open("/new")
    page.get_by_label("Name of the project").wait_for()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button></button>')")
    assert [line.split(":")[0] for line in serious(page)] == ["button-name"]
