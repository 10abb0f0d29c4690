"""Activity: what happened, found again, and whole after a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import Visit
from tests.serverruns import PROJECT, ServerProcess

ACTIVITY = f"/p/{PROJECT}/activity"

pytestmark = pytest.mark.browser


def rows(page: Page) -> list[str]:
    """What the view holds, as it is downloaded: one text a row."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    return download.value.path().read_text(encoding="utf-8").splitlines()


def test_rows_are_searched_and_filtered(visit: Visit) -> None:
    page = visit.open(ACTIVITY)
    log = page.get_by_role("log", name="Activity")
    expect(log.get_by_role("button").filter(has_text="#1").first).to_be_visible(timeout=90_000)
    search = page.get_by_label("Search activity")
    search.fill("#1")
    expect(log.get_by_role("button").filter(has_not_text="#1")).to_have_count(0)
    page.get_by_label("Kind").select_option("card")
    expect(log.get_by_role("button").filter(has_text="Created")).to_have_count(1)
    search.fill("no such words anywhere")
    expect(page.get_by_text("No row matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filter").click()
    expect(log.get_by_role("button").first).to_be_visible()
    log.get_by_role("button").first.click()
    expect(page.get_by_role("region", name="Selected row")).to_be_visible()


def test_a_reload_in_the_middle_loses_and_doubles_nothing(visit: Visit, demo: ServerProcess) -> None:
    page = visit.open(ACTIVITY)
    visit.until_live()
    page.get_by_label("Kind").select_option("session")
    session = page.get_by_role("log").get_by_role("button").filter(has_text=re.compile("session started"))
    session.first.wait_for(timeout=90_000)
    before = rows(page)
    page.reload()
    visit.until_live()
    page.get_by_label("Kind").select_option("session")
    session.first.wait_for()
    after = rows(page)
    assert after
    assert {row for row in before if row >= after[0]} <= set(after)  # a reload reads the newest part of what there is
    events = demo.get(f"/api/projects/{PROJECT}/events?kinds=session&limit=500")["events"]
    happened = [f"{event['timestamp']} INFO {event['agent']}" for event in events]
    told = [" ".join(row.split()[:3]) for row in after]
    first = happened.index(told[0])
    assert told == happened[first : first + len(told)]
