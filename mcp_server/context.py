"""What a server instance is given: the backlog, an identity, and the ports to what it cannot do itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from mcp.server.mcpserver import Context
from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.schemas import Claim, FeatureView
from api.backlog.statuses import Actor, Policy
from api.database import Database
from api.errors import Conflict, StaleClaim
from api.projects import service as projects
from mcp_server.roles import ACTS_AS, ServerRole

CallContext = Context[Any, Any]  # Any: the SDK's parameters for a lifespan and a request we do not use

LEASE_SECONDS: Final = 30 * 60.0
PATIENCE_SECONDS: Final = 45.0  # outside clients give up on a call after about a minute
_RENEWED_EVERY: Final = 60.0

CALLER: ContextVar[str] = ContextVar("CALLER")  # the owner a tool call acts for


class Verdict(Protocol):
    """What a verification found; whoever implements `Verify` brings a class of its own with these attributes."""

    @property
    def state(self) -> Literal["passed", "failed", "broken", "cancelled"]:
        """The verdict; `broken`: the check could not be run as a check."""
        ...

    @property
    def detail(self) -> str:
        """One sentence: why not, and what would be right; empty when there is nothing to say."""
        ...

    @property
    def output(self) -> str:
        """The end of what the check printed."""
        ...


class Verify(Protocol):
    """Runs a feature's check; on success it lands the work and marks the feature passing, with the receipt.

    It begins the verification row, or goes on with the one that is under way. A verdict that is not `passed` leaves the
    feature where it is. Raises an AppError (of api.errors) when there is nothing to verify or no way to do it.
    """

    async def __call__(self, feature_id: int, /) -> Verdict:
        """Verify the feature its caller holds."""
        ...


class Land(Protocol):
    """Brings the caller's work onto the integration branch without a check. Raises an AppError when it cannot."""

    async def __call__(self, feature_id: int, /) -> None:
        """Land the work for this feature."""
        ...


@dataclass(frozen=True)
class Sequel:
    """What comes after a feature that turned green: the one the caller holds now, or None; `message` tells it."""

    feature: FeatureView | None
    message: str


class Follow(Protocol):
    """Decides what the session goes on with. Asked again about the same feature, it answers the same."""

    async def __call__(self, feature_id: int, /) -> Sequel | None:
        """What comes after `feature_id`, which is green; None when that was no feature of the session."""
        ...


ReadFiles = Callable[[Iterable[str]], Mapping[str, bytes]]


def _nowhere() -> str | None:
    """For callers whose own branch says what is new."""
    return None


@dataclass
class ToolContext:
    """One server instance. Identity and claims belong to it, never to a tool's arguments.

    `policy` None follows the project's settings. `patience`: seconds a call waits for a verdict, None to the end.
    `read_files` reads check files where the caller works; without it a check's files are frozen by name only.
    `base` tells which commit is without the caller's work, for callers that have no clone of their own.
    `follow` is for sessions that may go on with another feature when theirs is green. `exercised`: the features that
    somebody who tries green ones again can know of; None for all.
    """

    database: Database
    owner: str
    role: ServerRole = "all"
    verify: Verify | None = None
    land: Land | None = None
    policy: Policy | None = None
    read_files: ReadFiles | None = None
    base: Callable[[], str | None] = _nowhere
    follow: Follow | None = None
    exercised: frozenset[int] | None = None
    lease_seconds: float = LEASE_SECONDS
    patience: float | None = None
    running: dict[tuple[str, int], asyncio.Task[Verdict]] = field(default_factory=dict)
    _tokens: dict[tuple[str, int], int] = field(default_factory=dict)
    _renewed: dict[str, float] = field(default_factory=dict)

    @property
    def caller(self) -> str:
        """The owner the present call acts for: this instance, or one of its HTTP sessions."""
        return CALLER.get(self.owner)

    @property
    def actor(self) -> Actor:
        """The same, with the role its rules go by."""
        return Actor(self.caller, ACTS_AS[self.role])

    def hold(self, session: Session, feature_id: int) -> Claim | None:
        """The caller's claim on a feature, with the token it was first seen with: one from before a lapse is stale."""
        caller = self.caller
        try:
            current = backlog.current_claim(session, caller, feature_id)
        except StaleClaim:
            current = None
        known = self._tokens.get((caller, feature_id))
        if known is None:
            if current is not None:
                self.remember(current)
            return current
        if current is None and self.role != "coder":
            self.forget(feature_id)  # the lease ran out; this role may act on features it does not hold
            return None
        return Claim(feature_id=feature_id, owner=caller, token=known)

    def remember(self, claim: Claim) -> None:
        """Keep the token of a claim just made."""
        self._tokens[claim.owner, claim.feature_id] = claim.token

    def forget(self, feature_id: int) -> None:
        """Drop the token of a claim let go."""
        self._tokens.pop((self.caller, feature_id), None)

    def check_exercised(self, feature_id: int) -> None:
        """Conflict when the caller cannot know whether this feature works."""
        if self.exercised is not None and feature_id not in self.exercised:
            raise Conflict(f"Feature {feature_id} is not in the application as you have it: it turned green later.")

    def renewal_due(self) -> bool:
        """Whether the caller's leases should be renewed: at its first call, then once a minute."""
        now = time.monotonic()
        if now - self._renewed.get(self.caller, -_RENEWED_EVERY) < _RENEWED_EVERY:
            return False
        self._renewed[self.caller] = now
        return True

    def current_policy(self, session: Session) -> Policy:
        """How features turn green now."""
        return self.policy if self.policy is not None else projects.load_settings(session).verification
