"""Runs, sessions, what they cost, and the event log."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.backlog.schemas import MAX_ID
from api.errors import InvalidInput
from api.events import Event
from api.projects import service as projects
from api.runs import service as runs
from api.runs.schemas import RunView, SessionView
from server.deps import StoreDep
from server.errors import error_responses
from server.schemas import RunDetail, Usage
from server.services import history, overview

KINDS = tuple(sorted(kind.model_fields["type"].default for kind in get_args(get_args(Event)[0])))
MOST_EVENTS = 10_000

router = APIRouter(prefix="/api/projects/{project}", tags=["runs"], responses=error_responses(404, 422, 503))
RowId = Annotated[int, Path(ge=1, le=MAX_ID)]


class EventQuery(BaseModel):
    """Which events. `after`: the first ones after it; else the last ones, before `before` where that is given."""

    model_config = ConfigDict(extra="forbid")

    after: int | None = Field(default=None, ge=0, le=MAX_ID)
    before: int | None = Field(default=None, ge=0, le=MAX_ID)
    kinds: str | None = Field(default=None, max_length=500, description="Comma-separated types of events")
    feature_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    session_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    limit: int = Field(default=200, ge=1, le=MOST_EVENTS)


@router.get("/runs", operation_id="listRuns")
def list_runs(store: StoreDep, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[RunView]:
    """Runs, newest first."""
    with store.read() as session:
        return runs.runs(session, limit)


@router.get("/runs/{run_id}", operation_id="getRun")
def get_run(store: StoreDep, run_id: RowId) -> RunDetail:
    """A run with its sessions."""
    with store.read() as session:
        return RunDetail(run=runs.run(session, run_id), sessions=runs.sessions(session, run_id))


@router.get("/sessions/{session_id}", operation_id="getSession")
def get_session(store: StoreDep, session_id: RowId) -> SessionView:
    """One session."""
    with store.read() as session:
        return runs.session_view(session, session_id)


@router.get("/usage", operation_id="getUsage")
def get_usage(store: StoreDep, days: Annotated[int, Query(ge=1, le=366)] = 60) -> Usage:
    """What the project has cost, in all, today and by day (UTC)."""
    with store.read() as session:
        total = runs.usage_totals(session)
        today = runs.usage_totals(session, since=overview.midnight())
        settings = projects.load_settings(session)
        by_day = runs.usage_by_day(session, days)
    return Usage(
        today_usd=today.cost_usd,
        today_estimated=today.estimated,
        total_usd=total.cost_usd,
        budget_usd=settings.budget_day_usd,
        estimated=total.estimated,
        input_tokens=total.input_tokens,
        output_tokens=total.output_tokens,
        cache_read_tokens=total.cache_read_tokens,
        cache_write_tokens=total.cache_write_tokens,
        reserved_usd=total.reserved_usd,
        days=by_day,
    )


@router.get("/events", operation_id="listEvents", response_class=Response)
def list_events(store: StoreDep, query: Annotated[EventQuery, Query()]) -> Response:
    """Stored events, oldest first."""
    if query.after is not None and query.before is not None:
        raise InvalidInput("Give after or before, not both.", field="before")
    wanted = history.Filter(_kinds(query.kinds), query.feature_id, query.session_id)
    with store.read() as session:
        if query.after is not None:
            found = history.events_after(session, query.after, query.limit, wanted)
        else:
            before = MAX_ID if query.before is None else query.before
            found = history.events_before(session, before, query.limit, wanted)
    return Response(history.as_json(found), media_type="application/json")


def _kinds(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    given = frozenset(filter(None, map(str.strip, text.split(","))))
    unknown = sorted(given - set(KINDS))
    if unknown or not given:
        raise InvalidInput(
            f"There is no event type {', '.join(unknown) or repr(text)}: {', '.join(KINDS)}.", field="kinds"
        )
    return given
