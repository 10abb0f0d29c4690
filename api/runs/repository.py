"""Every statement about runs, sessions and the event log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from api.database import execute
from api.runs.models import runs, sessions
from api.runs.schemas import DayUsage, LogBounds, RunView, SessionView, StoredEvent, UsageTotals

_RUN: Final = """
    SELECT runs.*, (SELECT json_group_array(agent) FROM
        (SELECT DISTINCT agent FROM sessions WHERE run_id = runs.id ORDER BY agent)) AS agents
    FROM runs """
_SUMS: Final = """
    count(*) AS sessions, coalesce(sum(cost_usd), 0.0) AS cost_usd,
    coalesce(sum(iif(finished_at IS NULL, max(0.0, reservation_usd - cost_usd), 0.0)), 0.0) AS reserved_usd,
    coalesce(max(estimated), 0) AS estimated,
    coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
    coalesce(sum(cache_read_tokens), 0) AS cache_read_tokens,
    coalesce(sum(cache_write_tokens), 0) AS cache_write_tokens
    FROM """
# Sessions as one of their features sees them: an equal part of everything.
_PARTS: Final = """(
    SELECT started_at, finished_at, run_id, feature_ids, estimated, cost_usd / n AS cost_usd,
        reservation_usd / n AS reservation_usd, input_tokens / n AS input_tokens, output_tokens / n AS output_tokens,
        cache_read_tokens / n AS cache_read_tokens, cache_write_tokens / n AS cache_write_tokens
    FROM (SELECT *, json_array_length(feature_ids) AS n FROM sessions))"""
_COLUMNS: Final = frozenset(column.name for table in (runs, sessions) for column in table.columns)


def run(session: Session, run_id: int) -> RunView | None:
    """One run."""
    found = execute(session, f"{_RUN} WHERE id = ?", (run_id,)).fetchone()
    return None if found is None else _to_run(found)


def live_runs(session: Session) -> list[RunView]:
    """The runs that have not finished."""
    return [_to_run(found) for found in execute(session, f"{_RUN} WHERE finished_at IS NULL")]


def latest_runs(session: Session, limit: int) -> list[RunView]:
    """Runs, newest first."""
    return [_to_run(r) for r in execute(session, f"{_RUN} ORDER BY id DESC LIMIT ?", (limit,))]


def next_token(session: Session) -> int:
    """A fencing token higher than any before."""
    return int(execute(session, "SELECT coalesce(max(token), 0) + 1 FROM runs").fetchone()[0])


def insert(session: Session, table: str, values: Mapping[str, object]) -> int:
    """Add a row to `runs` or `sessions`; its id."""
    _known(values)
    marks = ", ".join("?" * len(values))
    query = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 - known names
    execute(session, query, tuple(values.values()))
    return int(execute(session, "SELECT last_insert_rowid()").fetchone()[0])


def update(session: Session, table: str, row_id: int, values: Mapping[str, object]) -> None:
    """Write `values` to a row of `runs` or `sessions`."""
    _known(values)
    sets = ", ".join(f"{name} = ?" for name in values)
    query = f"UPDATE {table} SET {sets} WHERE id = ?"  # noqa: S608 - known names
    execute(session, query, (*values.values(), row_id))


def session_view(session: Session, session_id: int) -> SessionView | None:
    """One session."""
    found = execute(session, "SELECT * FROM sessions WHERE id = ?", (session_id,)).fetchone()
    return None if found is None else _to_session(found)


def sessions_of(session: Session, run_id: int) -> list[SessionView]:
    """The sessions of a run in order."""
    rows = execute(session, "SELECT * FROM sessions WHERE run_id = ? ORDER BY id", (run_id,))
    return [_to_session(found) for found in rows]


def open_sessions(session: Session, run_id: int) -> list[SessionView]:
    """The sessions of a run that have not finished."""
    query = "SELECT * FROM sessions WHERE run_id = ? AND finished_at IS NULL ORDER BY id"
    return [_to_session(found) for found in execute(session, query, (run_id,))]


def add_usage(session: Session, session_id: int, usage: Mapping[str, float | int | bool]) -> None:
    """Add one message's tokens and dollars to its session."""
    query = """
        UPDATE sessions SET cost_usd = cost_usd + ?, estimated = max(estimated, ?), input_tokens = input_tokens + ?,
            output_tokens = output_tokens + ?, cache_read_tokens = cache_read_tokens + ?,
            cache_write_tokens = cache_write_tokens + ? WHERE id = ?"""
    names = ("cost_usd", "estimated", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
    execute(session, query, (*(usage[name] for name in names), session_id))


def totals(session: Session, since: float | None, run_id: int | None, feature_id: int | None) -> UsageTotals:
    """Sums over the sessions that match everything given; of a feature its part of those it shared."""
    mine = "EXISTS (SELECT 1 FROM json_each(feature_ids) WHERE value = ?)"
    conditions = [("started_at >= ?", since), ("run_id = ?", run_id), (mine, feature_id)]
    given = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join(condition for condition, _ in given) or "1"
    query = f"SELECT {_SUMS} {'sessions' if feature_id is None else _PARTS} WHERE {where}"
    found = execute(session, query, tuple(value for _, value in given)).fetchone()
    return UsageTotals(**dict(found))


def totals_by_day(session: Session, limit: int) -> list[DayUsage]:
    """Sums by day (UTC), newest first."""
    query = f"""
        SELECT date(started_at, 'unixepoch') AS day, {_SUMS} sessions
        GROUP BY date(started_at, 'unixepoch') ORDER BY 1 DESC LIMIT ?"""
    return [DayUsage(**dict(found)) for found in execute(session, query, (limit,))]


def events(
    session: Session,
    after: int,
    *,
    kinds: Collection[str] | None,
    feature_id: int | None,
    session_id: int | None,
    limit: int,
) -> list[StoredEvent]:
    """Stored events with `seq` > `after` that match everything given, in order."""
    if kinds is not None and not kinds:
        return []
    conditions = [(name, value) for name, value in (("feature_id", feature_id), ("session_id", session_id)) if value]
    where = "".join(f" AND {name} = ?" for name, _ in conditions)
    values = [value for _, value in conditions]
    parameters: list[object]
    if kinds is None:
        query = f"SELECT seq, body FROM events WHERE seq > ? {where} ORDER BY seq LIMIT ?"  # noqa: S608 - constants
        parameters = [after, *values]
    else:
        # One seek for each kind, so that a rare kind is found without reading all the output between.
        one = f"SELECT * FROM (SELECT seq, body FROM events WHERE type = ? AND seq > ? {where} ORDER BY seq LIMIT ?)"  # noqa: S608 - constants
        query = " UNION ALL ".join([one] * len(kinds)) + " ORDER BY 1 LIMIT ?"
        parameters = [value for kind in sorted(kinds) for value in (kind, after, *values, limit)]
    rows = execute(session, query, (*parameters, limit))
    return [StoredEvent(found[0], found[1]) for found in rows]


def bounds(session: Session) -> LogBounds:
    """Where the log is complete."""
    query = """
        SELECT coalesce((SELECT pruned_to FROM log_state), 0) + 1,
            coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)"""
    found = execute(session, query).fetchone()
    return LogBounds(found[0], found[1])


def oldest_prunable(session: Session, kinds: Collection[str], after: int, limit: int) -> list[tuple[int, float]]:
    """(seq, timestamp) of the first `limit` events of `kinds` after `after`."""
    query = f"""
        SELECT seq, timestamp FROM events WHERE seq > ? AND +type IN ({", ".join("?" * len(kinds))})
        ORDER BY seq LIMIT ?"""  # noqa: S608 - marks only
    rows = execute(session, query, (after, *sorted(kinds), limit))
    return [(found[0], found[1]) for found in rows]


def delete_events(session: Session, kinds: Collection[str], after: int, up_to: int) -> int:
    """Delete events of `kinds` with `after` < `seq` <= `up_to`, and remember that they are gone; how many."""
    query = f"DELETE FROM events WHERE seq > ? AND seq <= ? AND +type IN ({', '.join('?' * len(kinds))})"  # noqa: S608 - marks only
    deleted = execute(session, query, (after, up_to, *sorted(kinds))).rowcount
    remember = """
        INSERT INTO log_state (id, pruned_to) VALUES (1, ?)
        ON CONFLICT DO UPDATE SET pruned_to = max(pruned_to, excluded.pruned_to)"""
    execute(session, remember, (up_to,))
    return deleted


def _known(names: Collection[str]) -> None:
    unknown = set(names) - _COLUMNS
    assert not unknown, f"no such columns: {unknown}"


def _moment(epoch: float | None) -> datetime | None:
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC)


def _to_run(found: sqlite3.Row) -> RunView:
    values = dict(found)
    for name in ("heartbeat", "parked_until", "started_at", "finished_at"):
        values[name] = _moment(values[name])
    values["limits"] = json.loads(values["limits"])
    values["agents"] = json.loads(values["agents"])
    values["live"] = values["finished_at"] is None
    return RunView.model_construct(**values)


def _to_session(found: sqlite3.Row) -> SessionView:
    values = dict(found)
    for name in ("started_at", "finished_at"):
        values[name] = _moment(values[name])
    values["estimated"] = bool(values["estimated"])
    values["feature_ids"] = json.loads(values["feature_ids"])
    return SessionView.model_construct(**values)
