from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from api.database import Database, append_events, execute, record, record_all
from api.errors import Conflict, InvalidInput
from api.events import EVENT, AgentStatus, DevLog, Event, Log, Progress, Usage
from api.runs import service as runs

PROGRESS = Progress(passing=1, proven=0, unproven=1, in_progress=0, total=2, percentage=50.0)


def stored(database: Database, **query: object) -> list[Event]:
    with database.read() as session:
        return [found.event for found in runs.events(session, **query)]  # type: ignore[arg-type]  # the test's choice


def test_a_recorded_event_comes_back_as_it_was(database: Database) -> None:
    event = Log(line="ünïcode \x00 \ud800 end", level="warning", session_id=3, feature_id=4, agent="agent-1")
    with database.write() as session:
        record(session, event)
    assert stored(database) == [event]
    with database.read() as session:
        row = execute(session, "SELECT type, feature_id, session_id, level, agent, timestamp FROM events").fetchone()
    assert tuple(row) == ("log", 4, 3, "warning", "agent-1", event.timestamp.timestamp())


def test_events_and_their_change_stand_or_fall_together(database: Database) -> None:
    def fail_after_recording() -> None:
        with database.write() as session:
            record(session, PROGRESS)
            raise Conflict("no")

    with pytest.raises(Conflict):
        fail_after_recording()
    assert stored(database) == []


def test_append_returns_the_last_seq(database: Database) -> None:
    assert append_events(database, [Log(line=str(number)) for number in range(500)]) == 500
    assert append_events(database, [PROGRESS]) == 501


def test_appending_nothing_is_refused(database: Database) -> None:
    with pytest.raises(InvalidInput, match="no events"):
        append_events(database, [])


def test_recording_nothing_is_nothing(database: Database) -> None:
    with database.write() as session:
        record_all(session, [])
    assert stored(database) == []


def test_a_frame_is_the_event_with_its_seq(database: Database) -> None:
    append_events(database, [PROGRESS])
    with database.read() as session:
        (found,) = runs.events(session)
    frame = json.loads(found.frame)
    assert frame.pop("seq") == 1
    assert EVENT.validate_python(frame) == PROGRESS


def test_events_are_found_by_kind_feature_session_and_place(database: Database) -> None:
    usage = Usage(session_id=7, run_id=1, feature_id=5, cost_usd=1.0)
    logs = [Log(line="a", feature_id=5), Log(line="b", session_id=7), Log(line="c")]
    append_events(database, [*logs[:2], usage, logs[2], PROGRESS])
    assert stored(database, kinds=["log"]) == logs
    assert stored(database, kinds=["usage", "progress"]) == [usage, PROGRESS]
    assert stored(database, kinds=[]) == []
    assert stored(database, feature_id=5) == [logs[0], usage]
    assert stored(database, feature_id=5, kinds=["usage"]) == [usage]
    assert stored(database, session_id=7) == [logs[1], usage]
    assert stored(database, after=3) == [logs[2], PROGRESS]
    assert stored(database, after=1, kinds=["log", "usage"], limit=2) == [logs[1], usage]


def test_pruning_keeps_history_and_says_from_where_the_log_is_complete(database: Database) -> None:
    append_events(database, [Log(line="1"), AgentStatus(status="running"), Log(line="2"), DevLog(line="3")])
    append_events(database, [Log(line="4"), PROGRESS])
    with database.write() as session:
        assert runs.log_bounds(session) == (1, 6)
        assert runs.prune(session, max_rows=2, max_age_seconds=1e6) == 3
        assert runs.log_bounds(session) == (5, 6)
    assert [event.type for event in stored(database)] == ["agent_status", "log", "progress"]


def test_pruning_by_age(database: Database) -> None:
    old = Log(line="old", timestamp=datetime(2020, 1, 1, tzinfo=UTC))
    append_events(database, [old, Log(line="new")])
    with database.write() as session:
        assert runs.prune(session, max_rows=1_000, max_age_seconds=3_600) == 1
        assert runs.prune(session, max_rows=1_000, max_age_seconds=3_600) == 0
    assert [event.line for event in stored(database) if isinstance(event, Log)] == ["new"]


def test_pruning_goes_in_batches(database: Database) -> None:
    append_events(database, [Log(line=str(number)) for number in range(10)])
    with database.write() as session:
        deleted = [runs.prune(session, max_rows=1, max_age_seconds=1e6, batch=4) for _ in range(4)]
    assert deleted == [4, 4, 1, 0]


def test_seq_is_never_used_twice(database: Database) -> None:
    append_events(database, [Log(line="1"), Log(line="2")])
    with database.write() as session:
        assert runs.prune(session, max_rows=0, max_age_seconds=1e6) == 2
        assert runs.log_bounds(session) == (3, 2)
    assert append_events(database, [Log(line="3")]) == 3


def test_an_empty_log_has_nothing_to_prune(database: Database) -> None:
    with database.write() as session:
        assert runs.prune(session, max_rows=0, max_age_seconds=0) == 0
        assert runs.log_bounds(session) == (1, 0)
