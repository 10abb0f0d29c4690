"""Every screen in both themes, judged by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import Visit, visiting
from tests.run_checks import UI
from tests.serverruns import PROJECT, ServerProcess

AXE = UI / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {
    "home": ("/", f"main a:text-is('{PROJECT}')"),
    "wizard": ("/new", "label:text-is('Name of the project')"),
    "board": (f"/p/{PROJECT}/board", "[data-card]"),
    "drawer": (f"/p/{PROJECT}/board?card=1", "[role=dialog] [role=tab]"),
    "activity": (f"/p/{PROJECT}/activity", "[role=log] button"),
    "agents": (f"/p/{PROJECT}/agents", "main > :nth-child(2)"),
    "settings": (f"/p/{PROJECT}/settings", "h2:text-is('Set-up')"),
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
    path, sign = SCREENS[screen]
    with visiting(browser, demo, theme=theme) as visit:
        page = visit.open(path)
        expect(page.locator(sign).first).to_be_attached()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert serious(page) == []
        assert visit.complaints == []


def test_what_axe_is_asked_would_be_found(visit: Visit) -> None:
    page = visit.open("/new")
    page.get_by_label("Name of the project").wait_for()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button></button>')")
    assert [line.split(":")[0] for line in serious(page)] == ["button-name"]
