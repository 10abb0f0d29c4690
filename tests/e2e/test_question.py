"""A person is shown changes that decide how tests run, and says whether they are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import DESK, PHONE, Visit, visiting
from tests.e2e.servedcards import ServedCards
from tests.e2e.test_accessibility import serious
from tests.serverruns import PROJECT, ServerProcess, ServerRig

LONG = "collect_ignore = []\n" + "".join(
    f"collect_ignore_{number} = ['tests/{'a_long_name_' * 8}{number}.py']\n" for number in range(12)
)
APP = {"calc.py": "", "tests/__init__.py": "", ".gitignore": "__pycache__/\n"}
NAME, COMMAND = "tests/test_subtract.py", "python3 -m unittest tests.test_subtract -v"
TEST = """import unittest

import calc


class SubtractTest(unittest.TestCase):
    def test_subtract(self):
        self.assertEqual(calc.subtract(5, 3), 2)
"""
WORK = {"calc.py": "def subtract(a, b):\n    return a - b\n", "conftest.py": LONG, NAME: TEST}

Enter = Callable[[ServerProcess], Visit]

pytestmark = [pytest.mark.browser, pytest.mark.place]


@pytest.fixture
def server(rig: ServerRig) -> Iterator[ServerProcess]:
    with rig.started() as started:
        yield started


@pytest.fixture
def cards(server: ServerProcess, rig: ServerRig) -> Iterator[ServedCards]:
    made = ServedCards(server, rig, APP)
    yield made
    made.close()


@pytest.fixture
def asking(cards: ServedCards) -> int:
    """A card whose work brings a conftest.py with it, which the harness asks a person about."""
    number = cards.add("Subtraction", COMMAND, (NAME, TEST))
    assert "a person is asked first" in cards.submit(number, WORK).detail
    return number


def question(page: Page) -> Locator:
    """What is asked on the open card."""
    return page.get_by_role("region", name="Question for you")


def test_the_changes_scroll_in_a_box_of_their_own(browser: Browser, server: ServerProcess, asking: int) -> None:
    for theme, size in product(("light", "dark"), (DESK, PHONE)):
        with visiting(browser, server, theme=theme, size=size) as visit:
            page = visit.open(f"/p/{PROJECT}/board?card={asking}")
            expect(question(page)).to_contain_text("conftest.py: it decides how tests are run")
            diff = question(page).get_by_role("group", name="The changes you are asked about")
            expect(diff).to_contain_text("+collect_ignore_11 = ")
            assert diff.evaluate("box => box.scrollWidth > box.clientWidth && box.clientHeight <= 320")
            assert "JetBrains Mono" in diff.evaluate("box => getComputedStyle(box).fontFamily")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            drawer = page.get_by_role("dialog")
            assert drawer.evaluate("drawer => drawer.scrollWidth <= drawer.clientWidth")
            assert serious(page) == []
            assert visit.complaints == []


def test_a_yes_lets_the_work_be_proven(server: ServerProcess, enter: Enter, cards: ServedCards, asking: int) -> None:
    visit = enter(server)
    page = visit.board()
    visit.cards("Needs you").get_by_role("button").click()
    answer(page, "Yes")
    expect(visit.cards("Pending")).to_contain_text(["Subtraction"])
    assert cards.submit(asking).passed
    expect(visit.cards("Done")).to_contain_text(["Proven"])
    page.get_by_role("tab", name="Timeline").click()
    for change in ("A person is asked.", "A person answered.", "proven: its check failed without the work"):
        expect(page.get_by_role("tabpanel").get_by_role("listitem").filter(has_text=change)).to_be_visible()
    assert visit.complaints == []


def test_a_no_sends_the_work_back_with_what_to_do_instead(
    server: ServerProcess, enter: Enter, cards: ServedCards, asking: int
) -> None:
    visit = enter(server)
    page = visit.open(f"/p/{PROJECT}/board?card={asking}")
    answer(page, "No", advice="Leave the settings of the tests alone.")
    card = page.get_by_role("dialog")
    expect(card.get_by_role("heading", name="What a person said")).to_be_visible()
    expect(card).to_contain_text("Leave the settings of the tests alone.")
    verdict = cards.submit(asking)
    assert not verdict.passed
    assert "did not approve them: take them back" in verdict.detail
    expect(visit.cards("Done")).to_have_count(0)
    assert visit.complaints == []


def answer(page: Page, word: str, advice: str = "") -> None:
    """Give an answer; there is none before one was chosen."""
    asked = question(page)
    asked.get_by_role("button", name="Answer").click()
    expect(asked).to_be_visible()
    asked.get_by_role("group", name="Are these changes right?").get_by_label(word, exact=True).check()
    asked.get_by_label("What to do instead (optional)").fill(advice)
    asked.get_by_role("button", name="Answer").click()
    expect(asked).to_have_count(0)
