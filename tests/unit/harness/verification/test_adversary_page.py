"""The page about tricks says what the table of them plays."""

from __future__ import annotations

import re
from pathlib import Path

from tests.adversaries.table import described, tricks

PAGE = Path(__file__).parents[4] / "docs" / "adversaries.md"


def test_the_page_has_the_rows_of_the_table() -> None:
    lines = re.findall(r"^\| (?!trick |---)(.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split(" | ") for line in lines] == described()


def test_every_trick_has_a_name_of_its_own() -> None:
    names = [trick.name for trick in tricks()]
    assert len(set(names)) == len(names)
