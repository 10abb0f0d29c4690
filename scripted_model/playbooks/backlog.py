"""The sample's backlog and the files each of its cards adds, read from plain files beside this module."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripted_model.jsonvalues import as_list, as_object, as_text

FILES = Path(__file__).parent / "files"


@dataclass(frozen=True)
class Slip:
    """A small mistake made at first: `wrong` stands where `right` belongs, until the test says so."""

    file: str
    wrong: str
    right: str
    words: str


@dataclass(frozen=True)
class Card:
    """One feature of the sample.

    needs: keys of the cards it builds on. reads: what its agent looks at first. intro, plan: what the agent says.
    """

    key: str
    category: str
    name: str
    description: str
    steps: tuple[str, ...]
    needs: tuple[str, ...]
    reads: tuple[str, ...]
    intro: str
    plan: str
    commit: str
    slip: Slip | None

    @property
    def test(self) -> str:
        """The path of its test file."""
        return f"tests/test_{self.key}.py"

    @property
    def check(self) -> str:
        """The command that runs exactly its test."""
        return f"python3 -m unittest tests.test_{self.key} -v"

    @property
    def test_text(self) -> str:
        """What its test file holds."""
        return read_files(self.key)[self.test]

    def files(self) -> Mapping[str, str]:
        """What it adds to the application, by path, without its test."""
        return {path: text for path, text in read_files(self.key).items() if path != self.test}

    def first_files(self) -> Mapping[str, str]:
        """What its agent writes at first: `files`, slip included."""
        files = dict(self.files())
        if self.slip:
            files[self.slip.file] = files[self.slip.file].replace(self.slip.right, self.slip.wrong)
        return files


@cache
def cards() -> tuple[Card, ...]:
    """All cards of the sample, in an order that respects what they need."""
    entries = as_list(json.loads((FILES / "backlog.json").read_text(encoding="utf-8")))
    return tuple(_card(as_object(entry)) for entry in entries)


def find_card(name: str) -> Card | None:
    """The card called `name`; ids come from the database, so the name is what tells cards apart."""
    wanted = name.strip().casefold()
    return next((card for card in cards() if card.name.casefold() == wanted), None)


@cache
def read_files(folder: str) -> Mapping[str, str]:
    """The text of every file below `folder` of the sample, by its path in the application."""
    root = FILES / folder
    paths = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def _card(entry: Mapping[str, object]) -> Card:
    slip = as_object(entry.get("slip"))
    return Card(
        key=as_text(entry.get("key")),
        category=as_text(entry.get("category")),
        name=as_text(entry.get("name")),
        description=as_text(entry.get("description")),
        steps=_texts(entry.get("steps")),
        needs=_texts(entry.get("needs")),
        reads=_texts(entry.get("reads")),
        intro=as_text(entry.get("intro")),
        plan=as_text(entry.get("plan")),
        commit=as_text(entry.get("commit")),
        slip=Slip(**{name: as_text(slip.get(name)) for name in ("file", "wrong", "right", "words")}) if slip else None,
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(as_text(item) for item in as_list(value))


def features_for_bulk(chosen: Sequence[Card], *, linked: bool = True) -> list[dict[str, object]]:
    """`chosen` as `feature_create_bulk` takes them; `linked` turns what a card needs into indices."""
    keys = [card.key for card in chosen]
    return [
        {
            "category": card.category,
            "name": card.name,
            "description": card.description,
            "steps": list(card.steps),
            "depends_on_indices": [keys.index(key) for key in card.needs if linked and key in keys],
        }
        for card in chosen
    ]
