"""A person takes a card back: what the board says before and after, and what becomes of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import Visit
from tests.e2e.servedcards import ServedCards, skeleton
from tests.e2e.test_accessibility import serious
from tests.gitprojects import run_git
from tests.serverruns import ServerProcess, ServerRig

CARDS = ("page_shell", "storage", "books_api")  # the last builds on the one before it

Enter = Callable[[ServerProcess], Visit]

pytestmark = [pytest.mark.browser, pytest.mark.place]


@pytest.fixture
def green(rig: ServerRig, enter: Enter) -> Iterator[tuple[Visit, dict[str, int]]]:
    """A board with three green cards of the sample, and their numbers."""
    with rig.started() as server:
        cards = ServedCards(server, rig, skeleton())
        numbers = cards.build_sample(*CARDS)
        cards.close()
        visit = enter(server)
        yield visit, numbers
        assert visit.complaints == []


def ask_to_undo(page: Page, number: int) -> Locator:
    """Open a card and ask to take its work back; the dialog."""
    page.get_by_role("button", name=re.compile(rf"#{number}\b")).first.click()
    page.get_by_role("dialog", name=re.compile(f"^Card {number}: ")).get_by_role("button", name="Move").click()
    page.get_by_role("menuitem", name="undoing its work").click()
    return page.get_by_role("dialog", name=f"Undo the work of card #{number}?")


def test_a_card_is_taken_back_and_nothing_else(rig: ServerRig, green: tuple[Visit, dict[str, int]]) -> None:
    visit, numbers = green
    page, number = visit.board(), numbers["books_api"]
    dialog = ask_to_undo(page, number)
    expect(dialog).to_contain_text("One new commit takes back what landed for this card, and nothing else.")
    expect(dialog.get_by_role("heading", name="build")).to_have_count(0)
    dialog.get_by_label("Why (optional)").fill("Answer with pages of twenty books.")
    dialog.get_by_role("button", name="Undo its work").click()
    head = re.compile(rf"The work of card #{number} is taken back by commit [0-9a-f]{{8}}\.$")
    expect(page.get_by_role("region", name="Messages").get_by_text(head)).to_be_visible()
    expect(visit.cards("Pending")).to_contain_text(["Books API"])
    expect(visit.cards("Done")).to_have_count(2)
    card = page.get_by_role("dialog", name=re.compile(f"^Card {number}: "))
    expect(card).to_contain_text("Answer with pages of twenty books.")
    card.get_by_role("tab", name="Timeline").click()
    newest = card.get_by_role("tabpanel").get_by_role("listitem").first
    commit = run_git(rig.project, "rev-parse", "HEAD")
    expect(newest).to_contain_text("Its work was taken back by a person.")
    expect(newest).to_contain_text(f"Commit {commit[:8]} takes back what landed for it")
    expect(newest).to_contain_text("Answer with pages of twenty books.")
    assert commit == run_git(rig.project, "rev-parse", "autocoder/integration")
    assert run_git(rig.project, "log", "-1", "--format=%s") == f"Undo #{number}: Books API"
    assert not (rig.project / "tests" / "test_books_api.py").exists()
    assert run_tests(rig.project) == 0


def run_tests(folder: Path) -> int:
    """The exit code of the application's own tests."""
    argv = [sys.executable, "-m", "unittest", "discover", "-s", "tests", "-t", "."]
    return subprocess.run(argv, cwd=folder, capture_output=True, timeout=60, check=False).returncode


def test_what_builds_on_a_card_is_named_before_and_red_afterwards(green: tuple[Visit, dict[str, int]]) -> None:
    visit, numbers = green
    page, number = visit.board(), numbers["storage"]
    dialog = ask_to_undo(page, number)
    expect(dialog.get_by_role("heading", name="1 card that is done builds on it")).to_be_visible()
    expect(dialog.get_by_role("listitem").filter(has_text=f"#{numbers['books_api']} Books API")).to_be_visible()
    assert serious(page) == []
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    expect(visit.cards("Done")).to_have_count(3)
    ask_to_undo(page, number).get_by_role("button", name="Undo its work").click()
    expect(page.get_by_role("region", name="Messages")).to_contain_text("1 card is checked again.")
    expect(visit.cards("Pending")).to_contain_text(["Durable storage"])
    expect(visit.cards("Failing")).to_contain_text([f"Broken by the undoing of #{number} 'Durable storage'"])
    expect(visit.cards("Done")).to_have_count(1)
