"""Typed events: one discriminated union, written by every process, read by every way out.

The `type` of an event is also the type of its WebSocket frame (docs/reference/events.md). Events are stored with a
strictly increasing `seq`; a frame is the stored event plus that `seq`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

Level = Literal["debug", "info", "warning", "error"]
RunStatus = Literal["running", "paused", "stopping", "stopped", "crashed", "parked", "finished"]
Role = Literal["initializer", "coder", "tester", "assistant", "person", "harness"]


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def _storable(text: object) -> object:
    """Lone surrogates (bytes that were no text) become U+FFFD: neither JSON nor SQLite takes them."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


STORABLE = BeforeValidator(_storable)
Text = Annotated[str, STORABLE]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    timestamp: datetime = Field(default_factory=now)


class Progress(_Event):
    """How far the backlog is. `percentage` is 0..100 with one decimal."""

    type: Literal["progress"] = "progress"
    passing: int
    proven: int
    unproven: int
    in_progress: int
    total: int
    percentage: float


class AgentStatus(_Event):
    """The state of a run. `until` is when a parked run goes on."""

    type: Literal["agent_status"] = "agent_status"
    status: RunStatus
    run_id: int | None = None
    reason: str | None = None
    until: datetime | None = None


class Log(_Event):
    """One line of output. `origin` says who spoke; a tool's line names it in `tool`."""

    type: Literal["log"] = "log"
    line: Text
    level: Level = "info"
    origin: Literal["agent", "tool", "result", "harness"] = "harness"
    tool: str | None = None
    session_id: int | None = None
    feature_id: int | None = None
    agent: str | None = None


class FeatureUpdate(_Event):
    """A feature was created, edited, moved or deleted; `feature` is its view (None when deleted)."""

    type: Literal["feature_update"] = "feature_update"
    feature_id: int
    change: str
    actor: str
    feature: dict[str, Any] | None = (
        None  # Any: the JSON of api.backlog.schemas.FeatureView, which this leaf cannot import
    )
    deleted: bool = False
    note: str | None = None


class AgentUpdate(_Event):
    """What one agent is doing now."""

    type: Literal["agent_update"] = "agent_update"
    agent: str
    role: Role
    state: Literal["starting", "working", "verifying", "waiting", "finished"]
    feature_id: int | None = None
    session_id: int | None = None
    tool: str | None = None


class SessionEvent(_Event):
    """A session began or ended. `feature_ids`: all features it worked on so far, `feature_id` the last of them."""

    type: Literal["session"] = "session"
    session_id: int
    run_id: int
    role: Role
    state: Literal["started", "finished"]
    agent: str
    feature_id: int | None = None
    feature_ids: list[int] = []
    outcome: str | None = None
    detail: Text | None = None


class Verification(_Event):
    """A check was queued, is running, or has a verdict. `output` is the tail of what it printed."""

    type: Literal["verification"] = "verification"
    verification_id: int
    feature_id: int
    state: Literal["queued", "running", "passed", "failed", "broken", "cancelled"]
    detail: Text | None = None
    output: Text | None = None


class Usage(_Event):
    """Tokens and dollars of one model message, or, at the end of a session, the difference to its totals.

    `estimated`: the dollars are those of a list of prices, or a yardstick because a subscription pays. The sum over a
    session that has ended is exact, so that its last `cost_usd` and `output_tokens` may be negative.
    """

    type: Literal["usage"] = "usage"
    session_id: int
    run_id: int
    feature_id: int | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float = 0.0
    estimated: bool = False


class DevLog(_Event):
    """One line of the built application's development server."""

    type: Literal["dev_log"] = "dev_log"
    line: Text
    level: Level = "info"


class DevServerStatus(_Event):
    """The state of the built application's development server."""

    type: Literal["dev_server_status"] = "dev_server_status"
    status: Literal["starting", "running", "stopped", "crashed"]
    url: str | None = None
    reason: str | None = None


Event = Annotated[
    Progress
    | AgentStatus
    | Log
    | FeatureUpdate
    | AgentUpdate
    | SessionEvent
    | Verification
    | Usage
    | DevLog
    | DevServerStatus,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)

# Kinds whose rows are pruned by age and count; the others are the project's history and stay.
PRUNABLE = frozenset({"log", "dev_log", "progress", "agent_update"})


def decode(text: str | bytes) -> Event:
    """The event stored as JSON in `text`; pydantic.ValidationError when it is none."""
    return EVENT.validate_json(text)


def encode(event: Event) -> str:
    """The JSON stored for `event`."""
    return EVENT.dump_json(event).decode()
