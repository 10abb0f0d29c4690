"""The newcomer's two minutes: the sample is built before their eyes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import Visit
from tests.serverruns import ServerProcess

CARDS = 12
BUILD_MS = 240_000

pytestmark = pytest.mark.browser


def test_every_card_gets_green_on_the_open_board(witness: Visit, demo: ServerProcess) -> None:
    page = witness.page
    expect(page).to_have_title(re.compile("^100 % · folio .* AutoCoder$"), timeout=BUILD_MS)
    expect(witness.run()).to_contain_text(f"{CARDS} of {CARDS}")
    expect(witness.column("Done").get_by_role("listitem").first).to_have_attribute("aria-setsize", str(CARDS))
    expect(witness.cards("Pending")).to_have_count(0)
    expect(witness.run()).to_contain_text(re.compile("Finished"))
    shares = [int(share) for title in page.evaluate("window.titles") for share in re.findall(r"(\d+) %", title)]
    assert shares == sorted(shares)
    assert len(set(shares)) > CARDS / 2
    assert witness.complaints == []
    assert demo.get("/health")["status"] == "healthy"
