"""On a phone a card fills the screen: what is said about it covers none of what can be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.browsing import PHONE, visiting
from tests.serverruns import PROJECT, ServerProcess, ServerRig

pytestmark = pytest.mark.browser


@pytest.fixture
def server(rig: ServerRig) -> Iterator[ServerProcess]:
    with rig.started() as started:
        started.create_sample(rig)
        answer = started.post(f"/api/projects/{PROJECT}/features", {"category": "app", "name": "Search the books"})
        assert answer.status_code == 201, answer.text
        yield started


def covers(message: Locator, button: Locator) -> bool:
    """Whether one lies over the other."""
    above, below = message.bounding_box(), button.bounding_box()
    assert above is not None
    assert below is not None
    apart = (
        above["y"] + above["height"] <= below["y"]
        or below["y"] + below["height"] <= above["y"]
        or above["x"] + above["width"] <= below["x"]
        or below["x"] + below["width"] <= above["x"]
    )
    return not apart


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_message_leaves_the_actions_of_a_card_free(browser: Browser, server: ServerProcess, theme: str) -> None:
    with visiting(browser, server, theme=theme, size=PHONE) as visit:
        page = visit.open(f"/p/{PROJECT}/board?card=1")
        card = page.get_by_role("dialog", name="Card 1: Search the books")
        card.get_by_role("button", name="Skip").click()
        message = page.get_by_role("region", name="Messages")
        expect(message).to_contain_text("Card #1 goes to the end of the queue.")
        for name in ("Edit", "Run check now", "Skip", "Move", "Delete", "Close", "Next card (J)"):
            assert not covers(message, card.get_by_role("button", name=name, exact=True)), name
        card.get_by_role("button", name="Close").click()
        expect(card).to_have_count(0)
        assert page.evaluate("document.documentElement.style.getPropertyValue('--action-bar')") == ""
        assert visit.complaints == []
