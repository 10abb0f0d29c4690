"""A card from up close: why it is green, and who did what."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import Visit

pytestmark = pytest.mark.browser


def test_a_green_card_shows_its_check_receipt_timeline_and_log(visit: Visit) -> None:
    page = visit.board()
    done = visit.cards("Done").first
    done.wait_for(timeout=90_000)
    done.get_by_role("button").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_have_accessible_name(re.compile(r"^Card \d+: "))
    expect(drawer.get_by_role("heading", name="What stands behind it")).to_be_visible()
    drawer.get_by_role("tab", name="Checks").click()
    receipt = drawer.get_by_role("listitem").filter(has_text="Passed").first
    expect(receipt).to_contain_text(re.compile(r"\d s\s*[0-9a-f]{8}"))
    after = receipt.get_by_role("listitem").filter(has_text="With the work")
    expect(after).to_contain_text("passed, exit 0")
    expect(after.get_by_role("group", name="Output: with the work")).not_to_be_empty()
    drawer.get_by_role("tab", name="Timeline").click()
    for change in ("Created by", "Taken by", "Its check was set", "Its check passed", "Done at commit"):
        expect(drawer.get_by_role("listitem").filter(has_text=change).first).to_be_visible()
    drawer.get_by_role("tab", name="Log").click()
    expect(drawer.get_by_role("tabpanel").get_by_role("listitem").first).to_be_visible()
    drawer.get_by_role("button", name="Close").click()
    expect(drawer).to_have_count(0)
    expect(page).not_to_have_url(re.compile("card="))
