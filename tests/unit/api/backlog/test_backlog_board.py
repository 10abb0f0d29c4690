from __future__ import annotations

import json

from api.backlog import service as backlog
from api.backlog.schemas import HumanField
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
