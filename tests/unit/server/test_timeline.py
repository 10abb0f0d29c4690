from __future__ import annotations

import ast
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.statuses import HARNESS, PERSON
from api.database import Database
from api.errors import NotFound
from server.services import timeline
from tests import backlogs

ROOT = Path(__file__).parents[3]


def changes_told() -> set[str]:
    """The changes that the backlog tells the log about, as far as they are written out."""
    found = set()
    for path in (ROOT / "api/backlog/service").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"announce", "announce_all"}:
                found |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


def test_every_change_has_a_sentence_and_is_documented() -> None:
    page = (ROOT / "docs/reference/events.md").read_text()
    told = changes_told()
    assert {"created", "undone", "rechecked"} <= told
    assert told - {"passed", "failed", "verifying"} - set(timeline._SENTENCES) == set()
    assert [change for change in sorted(told) if f"`{change}`" not in page] == []


def test_what_a_verification_came_to_is_told_with_it(database: Database) -> None:
    with database.write() as session:
        (only,) = backlogs.fill(session, [[]])
        backlogs.work_on(session)
        backlogs.give_check(session, only)
        first = backlogs.verify(session, only, "failed")
        second = backlogs.verify(session, only)
        backlog.mark_passing(session, only, actor=backlogs.CODER, proof="green", receipt_id=second.id)
        found = timeline.of_feature(session, only)
    assert [entry.verification_id for entry in found] == [
        None,
        None,
        None,
        first.id,
        first.id,
        second.id,
        second.id,
        None,
    ]
    assert [entry.text for entry in found[3:]] == [
        "Its check was asked for by agent-1.",
        "Its check failed.",
        "Its check was asked for by agent-1.",
        "Its check passed.",
        "Done at commit c0ffee, green: its check passed with the work.",
    ]
    assert [entry.commit for entry in found if entry.commit] == ["c0ffee"]


def test_hand_moves_say_whose_word_counts(database: Database) -> None:
    with database.write() as session:
        (only,) = backlogs.fill(session, [[]])
        backlog.mark_passing(session, only, actor=PERSON, proof="unproven")
        backlog.mark_failing(session, only, "It is slow.", actor=PERSON)
        backlog.mark_passing(session, only, actor=HARNESS, proof="unproven")
        found = timeline.of_feature(session, only)
    assert [(entry.text, entry.note) for entry in found[1:]] == [
        ("Moved to done by a person, unproven: nothing was checked.", None),
        ("Marked as failing by a person.", "It is slow."),
        ("Done, unproven: nothing was checked.", None),
    ]


def test_a_card_that_never_was_has_no_story(database: Database) -> None:
    with database.read() as session, pytest.raises(NotFound):
        timeline.of_feature(session, 7)
