from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import JsonValue
from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.schemas import HumanField
from api.backlog.statuses import HARNESS, PERSON
from api.database import Database, execute
from api.errors import Conflict, InvalidInput, NotAllowed
from tests.backlogs import CODER, fill, turn_green, work_on

FIELDS = [
    HumanField(name="colour", kind="choice", options=["red", "blue"]),
    HumanField(name="note", required=False),
    HumanField(name="sure", kind="boolean", required=False),
]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def asked(session: Session) -> int:
    fill(session, [[]])
    card = work_on(session)
    backlog.record_attempt(session, card.id, "no idea")
    return backlog.request_human(session, card.id, "Which colour?", FIELDS, actor=CODER).id


def test_asking_parks_the_card(session: Session, asked: int) -> None:
    card = backlog.get(session, asked)
    assert (card.status, card.claimed_by) == ("needs_input", None)
    assert card.human_request is not None
    assert (card.human_request.prompt, card.human_request.asked_by) == ("Which colour?", "agent-1")
    assert backlog.ready(session) == []
    assert backlog.stats(session).needs_input == 1


def test_answering_brings_it_back_with_the_answers(session: Session, asked: int) -> None:
    card = backlog.resolve_human(session, asked, {"colour": "red", "sure": True}, actor=PERSON)
    assert (card.status, card.attempts) == ("pending", 0)
    assert card.human_request is not None
    assert card.human_request.answers == {"colour": "red", "sure": True}
    assert work_on(session).id == asked


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "'colour' needs an answer"),
        ({"colour": ""}, "'colour' needs an answer"),
        ({"colour": "green"}, "give one of red, blue"),
        ({"colour": "red", "size": 3}, "no field 'size'"),
        ({"colour": "red", "sure": "maybe"}, "true or false"),
        ({"colour": "red", "note": "x" * 60_000}, "too long"),
    ],
)
def test_answers_that_do_not_fit(session: Session, asked: int, answers: dict[str, JsonValue], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        backlog.resolve_human(session, asked, answers, actor=PERSON)
    assert backlog.get(session, asked).status == "needs_input"


def test_a_question_without_fields_takes_any_answer(session: Session) -> None:
    (card,) = fill(session, [[]])
    backlog.request_human(session, card, "Anything?", actor=HARNESS)
    assert backlog.resolve_human(session, card, {"answer": "go"}, actor=PERSON).status == "pending"


def test_questions_need_names_of_their_own(session: Session) -> None:
    (card,) = fill(session, [[]])
    with pytest.raises(InvalidInput, match="name of its own"):
        backlog.request_human(session, card, "?", [FIELDS[1], FIELDS[1]], actor=HARNESS)
    with pytest.raises(InvalidInput):
        backlog.request_human(session, card, "  ", actor=HARNESS)


def test_who_may_ask_and_answer(session: Session, asked: int) -> None:
    with pytest.raises(NotAllowed, match="may not answer"):
        backlog.resolve_human(session, asked, {"colour": "red"}, actor=CODER)
    with pytest.raises(Conflict, match="already waits"):
        backlog.request_human(session, asked, "And?", actor=HARNESS)
    backlog.resolve_human(session, asked, {"colour": "red"}, actor=PERSON)
    with pytest.raises(Conflict, match="asks nothing"):
        backlog.resolve_human(session, asked, {"colour": "red"}, actor=PERSON)


def test_a_green_card_asks_nothing(session: Session) -> None:
    fill(session, [[]])
    with pytest.raises(Conflict, match="already passing"):
        backlog.request_human(session, turn_green(session).id, "?", actor=HARNESS)


def test_a_broken_card_is_failing_again_after_the_answer(session: Session) -> None:
    fill(session, [[]])
    green = turn_green(session)
    backlog.mark_failing(session, green.id, "broke", actor=PERSON)
    backlog.request_human(session, green.id, "Why?", actor=HARNESS)
    assert backlog.resolve_human(session, green.id, {}, actor=PERSON).status == "failing"


def test_a_card_whose_question_was_lost_says_so(session: Session, asked: int) -> None:
    execute(session, "UPDATE features SET human_request = NULL")
    with pytest.raises(Conflict, match="asks nothing"):
        backlog.resolve_human(session, asked, {}, actor=PERSON)
