"""Runs, sessions, usage and stored events as everyone sees them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.events import Event, Role, RunStatus, Text, decode


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RunStart(_Schema):
    """A run that begins. `pid` and `process_started` (epoch seconds) name its process for good."""

    pid: int
    process_started: float
    model: str
    policy: str
    limits: dict[str, JsonValue] = {}


class RunView(_Schema):
    """A run. `live`: it has not finished; `agents`: everyone who had a session in it."""

    id: int
    pid: int
    process_started: float
    token: int
    heartbeat: datetime
    model: str
    policy: str
    limits: dict[str, JsonValue]
    status: RunStatus
    reason: str | None
    parked_until: datetime | None
    control: str | None
    started_at: datetime
    finished_at: datetime | None
    live: bool
    agents: list[str]


class SessionStart(_Schema):
    """A session that begins. `reservation_usd` is the most it may spend."""

    run_id: int
    role: Role
    agent: str
    feature_id: int | None = None
    reservation_usd: float = Field(default=0.0, ge=0)


class Tokens(_Schema):
    """Counts of tokens."""

    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    cache_read_tokens: int = Field(default=0, ge=0)
    cache_write_tokens: int = Field(default=0, ge=0)


class SessionResult(Tokens):
    """How a session ended. `cost_usd` None: it died without a result, so it is charged its reservation.

    With a cost, the token counts replace what was recorded message by message, where they are given.
    """

    outcome: str
    detail: Text | None = None
    cost_usd: float | None = Field(default=None, ge=0)
    estimated: bool = False
    model_session_id: str | None = None


class SessionView(Tokens):
    """A session. `feature_ids`: all features it worked on, in order; `feature_id` is the last of them."""

    id: int
    run_id: int
    role: Role
    agent: str
    feature_id: int | None
    feature_ids: list[int]
    model_session_id: str | None
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    detail: str | None
    reservation_usd: float
    cost_usd: float
    estimated: bool


class UsageTotals(Tokens):
    """Sums over sessions. `reserved_usd` is what open sessions may still spend beyond their `cost_usd`."""

    sessions: int
    cost_usd: float
    reserved_usd: float
    estimated: bool


class DayUsage(UsageTotals):
    """The sums of one day (UTC), "2026-11-21"."""

    day: str


class StoredEvent(NamedTuple):
    """An event with its place in the log. `body` is its JSON; `frame` the JSON of the event plus `seq`."""

    seq: int
    body: str

    @property
    def frame(self) -> str:
        """The WebSocket frame, made without decoding."""
        return f'{{"seq":{self.seq},{self.body[1:]}'

    @property
    def event(self) -> Event:
        """The event itself."""
        return decode(self.body)


class LogBounds(NamedTuple):
    """Where the log is complete: every event with `oldest` <= seq <= `newest` is there. Empty: oldest = newest + 1."""

    oldest: int
    newest: int
