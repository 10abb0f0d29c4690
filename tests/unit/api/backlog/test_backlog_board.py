"""What the board says of a card besides its place."""

from __future__ import annotations

import json

from api.backlog import service as backlog
from api.backlog.schemas import FeatureUpdate, HumanField
from api.backlog.statuses import HARNESS, PERSON
from api.database import Database
from tests.backlogs import fill


def test_the_board_says_why_a_card_fails_or_waits(database: Database) -> None:
    with database.write() as session:
        fill(session, [[], [], []])
        backlog.mark_passing(session, 1, actor=PERSON, proof="unproven")
        backlog.mark_failing(session, 1, "Broken by #3: " + "x" * 1_000, actor=PERSON)
        field = HumanField(name="host", label="SMTP host")
        backlog.request_human(session, 2, "Which mail server?", [field], actor=HARNESS)
        reasons = [card["reason"] for card in json.loads(backlog.board_json(session))]
    assert reasons[0].startswith("Broken by #3: x")
    assert len(reasons[0]) == 300
    assert reasons[1:] == ["Which mail server?", None]


def test_the_board_says_since_when_a_card_is_where_it_is(database: Database) -> None:
    def since() -> list[str]:
        with database.read() as session:
            return [card["since"] for card in json.loads(backlog.board_json(session))]

    with database.write() as session:
        fill(session, [[], []])
    created = since()
    with database.write() as session:
        backlog.mark_passing(session, 1, actor=PERSON, proof="unproven", now=2e9)
        backlog.update(session, 2, FeatureUpdate(name="Another name"), PERSON)
    assert since() == ["2033-05-18T03:33:20.000Z", created[1]]
    with database.write() as session:
        backlog.update(session, 1, FeatureUpdate(name="Another name"), PERSON)
    assert since() == ["2033-05-18T03:33:20.000Z", created[1]]
