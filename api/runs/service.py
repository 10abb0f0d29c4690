"""Runs and their sessions, what they used, and the event log. Nothing here commits.

One run works on a project at a time. A run whose process is gone is marked crashed by the next one to look; its open
sessions are charged their reservation.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from api.database import record
from api.errors import Conflict, InvalidInput, NotFound, StaleClaim
from api.events import PRUNABLE, AgentStatus, RunStatus, SessionEvent, Usage
from api.runs import repository, rules
from api.runs.rules import Control
from api.runs.schemas import (
    DayUsage,
    LogBounds,
    RunStart,
    RunView,
    SessionResult,
    SessionStart,
    SessionView,
    StoredEvent,
    UsageTotals,
)

ENDS: Final = frozenset({"paused", "stopped", "crashed", "parked", "finished"})
IsAlive = Callable[[int, float], bool]  # (pid, epoch seconds its process started) -> whether it still runs


def start_run(session: Session, start: RunStart, is_alive: IsAlive, now: float | None = None) -> RunView:
    """Begin a run. Conflict when another one is alive; dead ones are marked crashed first."""
    now = _clock(now)
    reap(session, is_alive, now)
    for other in repository.live_runs(session):
        raise Conflict(
            f"Run {other.id} is already working on this project (process {other.pid}): stop it, or wait for its end."
        )
    values = {
        **start.model_dump(exclude={"limits"}),
        "limits": json.dumps(start.limits),
        "token": repository.next_token(session),
        "heartbeat": now,
        "status": "running",
        "started_at": now,
    }
    view = run(session, repository.insert(session, "runs", values))
    _tell(session, view)
    return view


def reap(session: Session, is_alive: IsAlive, now: float | None = None) -> list[RunView]:
    """Mark the runs whose process is gone as crashed, and close their sessions; what they were (see `agents`)."""
    dead = [live for live in repository.live_runs(session) if not is_alive(live.pid, live.process_started)]
    for crashed in dead:
        _end(session, crashed, "crashed", f"process {crashed.pid} died", now=_clock(now))
    return dead


def run(session: Session, run_id: int) -> RunView:
    """One run; NotFound when there is none."""
    found = repository.run(session, run_id)
    if found is None:
        raise NotFound(f"There is no run {run_id}: list the runs for the ids that exist.")
    return found


def latest_run(session: Session) -> RunView | None:
    """The newest run."""
    found = repository.latest_runs(session, 1)
    return found[0] if found else None


def runs(session: Session, limit: int = 50) -> list[RunView]:
    """Runs, newest first."""
    return repository.latest_runs(session, limit)


def heartbeat(session: Session, run_id: int, token: int, now: float | None = None) -> Control | None:
    """Say that the run lives; what is asked of it, until `set_status` answers. StaleClaim when it was ended."""
    found = _own(session, run_id, token)
    repository.update(session, "runs", run_id, {"heartbeat": _clock(now)})
    return found.control  # type: ignore[return-value]  # the column's CHECK admits only these


def set_status(
    session: Session,
    run_id: int,
    token: int,
    status: RunStatus,
    *,
    reason: str | None = None,
    until: datetime | None = None,
    now: float | None = None,
) -> RunView:
    """Say what a live run does now (running, paused in place, parked until, stopping); answers the control request."""
    _own(session, run_id, token)
    values: dict[str, object] = {"status": status, "reason": reason, "heartbeat": _clock(now)}
    values |= {"parked_until": until.timestamp() if until else None, "control": None}
    repository.update(session, "runs", run_id, values)
    view = run(session, run_id)
    _tell(session, view)
    return view


def request_control(session: Session, request: Control, run_id: int | None = None) -> RunView:
    """Ask the live run (or run `run_id`) to pause, stop or resume; it sees it at its next heartbeat."""
    live = repository.live_runs(session)
    chosen = next((found for found in live if run_id in (None, found.id)), None)
    if chosen is None:
        raise Conflict("No agent is running: start one first.")
    complaint = rules.complaint_about_control(request, chosen.status, chosen.control)
    if complaint is not None:
        raise Conflict(f"Run {chosen.id} {complaint}.")
    values: dict[str, object] = {"control": request}
    if request == "stop":
        values |= {"status": "stopping", "reason": "asked to stop"}
    repository.update(session, "runs", chosen.id, values)
    view = run(session, chosen.id)
    if view.status != chosen.status:
        _tell(session, view)
    return view


def finish_run(
    session: Session,
    run_id: int,
    token: int,
    status: RunStatus,
    *,
    reason: str | None = None,
    until: datetime | None = None,
    now: float | None = None,
) -> RunView:
    """End a run and say why. Sessions still open are charged their reservation."""
    if status not in ENDS:
        raise InvalidInput(f"A run cannot end as {status!r}: give one of {', '.join(sorted(ENDS))}.")
    return _end(session, _own(session, run_id, token), status, reason, until=until, now=_clock(now))


def clear_parked(session: Session, run_id: int) -> bool:
    """Take a finished run's `parked_until` away, so that only one program resumes it; whether it was there."""
    found = run(session, run_id)
    if found.live or found.status != "parked" or found.parked_until is None:
        return False
    repository.update(session, "runs", run_id, {"parked_until": None})
    return True


def start_session(session: Session, start: SessionStart, now: float | None = None) -> SessionView:
    """Begin a session of a live run."""
    if not run(session, start.run_id).live:
        raise StaleClaim(f"Run {start.run_id} has ended: start a new run.")
    features = [] if start.feature_id is None else [start.feature_id]
    values = {**start.model_dump(), "feature_ids": json.dumps(features), "started_at": _clock(now)}
    view = session_view(session, repository.insert(session, "sessions", values))
    _tell_session(session, view)
    return view


def continue_session(session: Session, session_id: int, feature_id: int) -> SessionView:
    """Say that a session, done with its feature, goes on with another one."""
    found = session_view(session, session_id)
    if found.finished_at is not None:
        raise Conflict(f"Session {session_id} has ended already.")
    features = json.dumps([*found.feature_ids, feature_id])
    repository.update(session, "sessions", session_id, {"feature_id": feature_id, "feature_ids": features})
    return session_view(session, session_id)


def finish_session(session: Session, session_id: int, result: SessionResult, now: float | None = None) -> SessionView:
    """End a session; its cost is the result's, or where it has none its reservation, unless more is known of."""
    found = session_view(session, session_id)
    if found.finished_at is not None:
        raise Conflict(f"Session {session_id} has ended already.")
    values: dict[str, object] = {
        "finished_at": _clock(now),
        "outcome": result.outcome,
        "detail": result.detail,
        "cost_usd": rules.charge(result.cost_usd, found.cost_usd, found.reservation_usd),
        "estimated": result.estimated or (result.cost_usd is None and found.estimated),
        "model_session_id": result.model_session_id or found.model_session_id,
    }
    counted = {name for name in result.model_fields_set if name.endswith("_tokens")}
    values |= result.model_dump(include=counted)
    repository.update(session, "sessions", session_id, values)
    view = session_view(session, session_id)
    _tell_session(session, view)
    return view


def session_view(session: Session, session_id: int) -> SessionView:
    """One session; NotFound when there is none."""
    found = repository.session_view(session, session_id)
    if found is None:
        raise NotFound(f"There is no session {session_id}: list a run's sessions for the ids that exist.")
    return found


def sessions(session: Session, run_id: int) -> list[SessionView]:
    """The sessions of a run in order."""
    return repository.sessions_of(session, run_id)


def record_usage(session: Session, usage: Usage) -> None:
    """Add one message's tokens and estimated dollars to its session, and to the log."""
    repository.add_usage(session, usage.session_id, usage.model_dump())
    record(session, usage)


def settle_usage(session: Session, usage: Usage) -> None:
    """Replace what a session's messages were estimated to cost by the exact `usage.cost_usd` of the whole session.

    Its tokens are added, as far as there are more (or fewer) than the messages told of. The log gets the difference, so
    that the sum of a session's events is the exact figure too.
    """
    before = session_view(session, usage.session_id)
    difference = usage.model_copy(update={"cost_usd": usage.cost_usd - before.cost_usd})
    repository.add_usage(session, usage.session_id, difference.model_dump())
    settled = {"cost_usd": usage.cost_usd, "estimated": usage.estimated}
    repository.update(session, "sessions", usage.session_id, settled)
    record(session, difference)


def usage_totals(
    session: Session, *, since: float | None = None, run_id: int | None = None, feature_id: int | None = None
) -> UsageTotals:
    """Sums over sessions: of a run, of a feature, of those begun since a moment (epoch seconds), or of all.

    What a session for several features cost belongs to them in equal parts.
    """
    return repository.totals(session, since, run_id, feature_id)


def usage_by_day(session: Session, limit: int = 60) -> list[DayUsage]:
    """Sums by day (UTC), newest first."""
    return repository.totals_by_day(session, limit)


def events(
    session: Session,
    *,
    after: int = 0,
    kinds: Collection[str] | None = None,
    feature_id: int | None = None,
    session_id: int | None = None,
    limit: int = 1_000,
) -> list[StoredEvent]:
    """Stored events after a `seq`, in order."""
    return repository.events(session, after, kinds=kinds, feature_id=feature_id, session_id=session_id, limit=limit)


def log_bounds(session: Session) -> LogBounds:
    """Where the log is complete; a reader whose `after` is below `oldest` - 1 has missed something."""
    return repository.bounds(session)


def prune(
    session: Session, *, max_rows: int, max_age_seconds: float, batch: int = 20_000, now: float | None = None
) -> int:
    """Delete output (never the project's history) that is too old, or not among the newest `max_rows` events.

    At most `batch` rows at a time, so that writers wait only shortly: call again while it returns `batch`.
    """
    oldest, newest = repository.bounds(session)
    cutoff = _clock(now) - max_age_seconds
    up_to = 0
    for seq, timestamp in repository.oldest_prunable(session, PRUNABLE, oldest - 1, batch):
        if seq > newest - max_rows and timestamp >= cutoff:
            break
        up_to = seq
    return repository.delete_events(session, PRUNABLE, oldest - 1, up_to) if up_to else 0


def _clock(now: float | None) -> float:
    return time.time() if now is None else now


def _own(session: Session, run_id: int, token: int) -> RunView:
    found = run(session, run_id)
    if found.token != token or not found.live:
        raise StaleClaim(f"Run {run_id} was ended by another program ({found.status}): stop working.")
    return found


def _end(
    session: Session,
    found: RunView,
    status: RunStatus,
    reason: str | None,
    *,
    until: datetime | None = None,
    now: float,
) -> RunView:
    for left in repository.open_sessions(session, found.id):
        finish_session(session, left.id, SessionResult(outcome=status, detail=reason), now)
    values: dict[str, object] = {"status": status, "reason": reason, "finished_at": now, "control": None}
    repository.update(
        session, "runs", found.id, {**values, "parked_until": until.timestamp() if until is not None else None}
    )
    view = run(session, found.id)
    _tell(session, view)
    return view


def _tell(session: Session, view: RunView) -> None:
    until = view.parked_until.astimezone(UTC) if view.parked_until else None
    record(session, AgentStatus(status=view.status, run_id=view.id, reason=view.reason, until=until))


def _tell_session(session: Session, view: SessionView) -> None:
    record(
        session,
        SessionEvent(
            session_id=view.id,
            run_id=view.run_id,
            role=view.role,
            state="started" if view.finished_at is None else "finished",
            agent=view.agent,
            feature_id=view.feature_id,
            feature_ids=view.feature_ids,
            outcome=view.outcome,
            detail=view.detail,
        ),
    )
