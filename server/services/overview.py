"""How a project stands: its progress, its run, who works, what it cost. Reads only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.events import AgentUpdate
from api.runs import service as runs
from api.runs.schemas import SessionView
from server.schemas import AgentStatus, AgentView, Progress

RECENT: Final = 5_000  # events in which the last word of an agent is looked for


def progress(session: Session) -> Progress:
    """How far the backlog is."""
    stats = backlog.stats(session)
    return Progress(
        passing=stats.passing,
        proven=stats.proven,
        unproven=stats.unproven,
        in_progress=stats.in_progress,
        total=stats.total,
        percentage=stats.percentage,
    )


def agent_status(session: Session) -> AgentStatus:
    """The newest run and its agents; `idle` when there was none yet."""
    run = runs.latest_run(session)
    if run is None:
        return AgentStatus(status="idle")
    limits = run.limits.get("concurrency")
    return AgentStatus(
        status=run.status,
        run_id=run.id,
        reason=run.reason,
        until=run.parked_until,
        started_at=run.started_at,
        concurrency=limits if isinstance(limits, int) else 1,
        model=run.model,
        agents=_agents(session, run.id) if run.live else [],
    )


def last_activity(session: Session) -> datetime | None:
    """When anything was last written to the log."""
    newest = runs.log_bounds(session).newest
    last = runs.events(session, after=newest - 1, limit=1) if newest else []
    return last[0].event.timestamp if last else None


def midnight() -> float:
    """The beginning of today (UTC), in epoch seconds."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _agents(session: Session, run_id: int) -> list[AgentView]:
    working = [found for found in runs.sessions(session, run_id) if found.finished_at is None]
    said = _last_words(session) if working else {}
    return [_agent(found, said.get(found.id)) for found in working]


def _last_words(session: Session) -> dict[int, AgentUpdate]:
    """The newest word of each session among the recent events."""
    newest = runs.log_bounds(session).newest
    recent = runs.events(session, after=max(0, newest - RECENT), kinds={"agent_update"}, limit=RECENT)
    heard = (stored.event for stored in recent)
    return {event.session_id: event for event in heard if isinstance(event, AgentUpdate) and event.session_id}


def _agent(working: SessionView, said: AgentUpdate | None) -> AgentView:
    return AgentView(
        agent=working.agent,
        role=working.role,
        state=said.state if said else "working",
        feature_id=said.feature_id if said else working.feature_id,
        feature_ids=working.feature_ids,
        session_id=working.id,
        tool=said.tool if said else None,
        since=working.started_at,
        input_tokens=working.input_tokens,
        output_tokens=working.output_tokens,
        cost_usd=working.cost_usd,
        estimated=working.estimated,
    )
