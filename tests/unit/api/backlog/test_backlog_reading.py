from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.statuses import PERSON
from api.database import Database, execute
from api.events import now
from tests.backlogs import CODER, fill, turn_green, work_on


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def test_an_empty_backlog(session: Session) -> None:
    assert (backlog.stats(session).total, backlog.stats(session).percentage) == (0, 0.0)
    assert (backlog.listing(session), backlog.ready(session), backlog.blocked(session)) == ([], [], [])
    assert json.loads(backlog.board_json(session)) == []
    assert backlog.graph(session).nodes == []


def test_statistics_count_every_status_once(session: Session) -> None:
    fill(session, [[], [], [], [], [], [0, 5 - 1], []])
    green = turn_green(session)
    broken = turn_green(session)
    asked = work_on(session)
    backlog.request_human(session, asked.id, "?", actor=CODER)
    work_on(session)
    backlog.mark_failing(session, broken.id, "broke", actor=PERSON)
    stats = backlog.stats(session)
    assert (stats.passing, stats.green, stats.failing, stats.needs_input, stats.in_progress) == (1, 1, 1, 1, 1)
    assert stats.total == stats.passing + stats.failing + stats.needs_input + stats.in_progress + stats.pending == 7
    assert stats.ready == len(backlog.ready(session))
    assert stats.blocked == len(backlog.blocked(session))
    assert stats.percentage == 14.3
    assert green.proof == "green"


def test_listing_goes_by_priority_and_can_be_narrowed(session: Session) -> None:
    first, second, third = fill(session, [[], [], []])
    backlog.skip(session, first, PERSON)
    assert [card.id for card in backlog.listing(session)] == [second, third, first]
    assert [card.id for card in backlog.listing(session, limit=1, offset=1)] == [third]
    work_on(session)
    assert [card.id for card in backlog.listing(session, status=["in_progress"])] == [second]
    assert [card.id for card in backlog.listing(session, status=["pending", "passing"])] == [third, first]
    assert backlog.listing(session, status=[]) == []


def test_the_board_is_the_short_form_of_every_card(session: Session) -> None:
    fill(session, [[], [0]])
    work_on(session)
    cards = json.loads(backlog.board_json(session))
    assert [(card["id"], card["status"], card["blocked"], card["claimed_by"]) for card in cards] == [
        (1, "in_progress", False, "agent-1"),
        (2, "pending", True, None),
    ]
    for card in cards:
        view = backlog.get(session, card["id"]).model_dump(mode="json")
        assert card.pop("reason") is None
        assert datetime.fromisoformat(card.pop("since")) <= now() + timedelta(milliseconds=1)  # it is rounded
        assert {key: view[key] for key in card} == card


def test_the_graph_has_every_card_and_every_dependency(session: Session) -> None:
    first, second, third = fill(session, [[], [0], [0, 1]])
    graph = backlog.graph(session)
    assert [(node.id, node.blocked) for node in graph.nodes] == [(first, False), (second, True), (third, True)]
    assert {(edge.source, edge.target) for edge in graph.edges} == {(first, second), (first, third), (second, third)}


def test_blocked_cards_can_be_limited(session: Session) -> None:
    fill(session, [[], [0], [0], [0]])
    assert len(backlog.blocked(session, 2)) == 2


HOT = [
    (lambda session: backlog.claim_next(session, "a", 60.0), "claim"),
    (lambda session: backlog.get(session, 1), "get"),
    (lambda session: backlog.ready(session, 20), "ready"),
    (backlog.stats, "stats"),
    (lambda session: backlog.renew(session, "a", 60.0), "renew"),
    (lambda session: backlog.mark_passing(session, 1, actor=CODER, proof="unproven"), "pass"),
]


@pytest.mark.parametrize(("call", "name"), HOT, ids=[name for _, name in HOT])
def test_hot_paths_never_read_the_whole_table(session: Session, call: object, name: str) -> None:
    fill(session, [[], [0], [0]])
    if name in {"get", "pass"}:
        backlog.claim(session, 1, CODER.name, 60.0)
    connection = next(value for value in session.info.values())
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    assert callable(call)
    call(session)
    connection.set_trace_callback(None)
    plans = [
        row[3]
        for statement in statements
        if not statement.startswith("--")
        for row in execute(session, f"EXPLAIN QUERY PLAN {statement}")
    ]
    assert plans
    allowed = r"SCAN (counters|json_each|features USING (COVERING )?INDEX ix_features_(ready|claims))"
    assert [plan for plan in plans if re.match("SCAN", plan) and not re.match(allowed, plan)] == []
    assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
