"""What a run does next: pure, so that termination can be proven by a table.

Every session either turns its feature green, or adds to a count that has a ceiling; so a run ends, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# Sessions that may fail on one feature before a person is asked.
FEATURE_ATTEMPTS = 3
# Sessions in a row that may fail for the provider's sake before the run gives up.
PROVIDER_FAILURES = 3
# Initializer sessions that may end without a single feature.
INITIALIZER_ATTEMPTS = 2

EndStatus = Literal["finished", "paused", "stopped", "parked", "crashed"]

EXIT_CODES: dict[str, int] = {
    "all_green": 0,
    "blocked": 0,
    "iterations": 0,
    "error": 1,
    "budget": 3,
    "limit": 4,
    "paused": 130,
    "stopped": 130,
}


@dataclass(frozen=True)
class Backlog:
    """The counts a decision needs."""

    total: int = 0
    passing: int = 0
    ready: int = 0
    in_progress: int = 0
    failing: int = 0
    needs_input: int = 0
    blocked: int = 0


@dataclass(frozen=True)
class History:
    """What happened in this run so far. Money in dollars; `budget_left` None means no limit."""

    sessions: int = 0
    max_sessions: int | None = None
    initializer_sessions: int = 0
    provider_failures: int = 0
    last_failure: str = ""
    fatal: str | None = None
    parked_until: datetime | None = None
    budget_left: float | None = None
    request: Literal["pause", "stop"] | None = None


@dataclass(frozen=True)
class Initialise:
    """Run the session that turns the specification into features."""


@dataclass(frozen=True)
class Implement:
    """Claim the best ready feature and run a session for it."""


@dataclass(frozen=True)
class End:
    """The run is over. `cause` is a key of EXIT_CODES; `reason` one sentence for a person."""

    status: EndStatus
    cause: str
    reason: str
    until: datetime | None = field(default=None)

    @property
    def exit_code(self) -> int:
        """What the command line exits with."""
        return EXIT_CODES[self.cause]


def decide_next(backlog: Backlog, history: History) -> Initialise | Implement | End:
    """The next step of a run."""
    if end := _requested_end(history) or _forced_end(history):
        return end
    if backlog.total == 0:
        if history.initializer_sessions >= INITIALIZER_ATTEMPTS:
            return End(
                "crashed", "error", "The initializer made no features: look at prompts/app_spec.txt and its log."
            )
        return _unless_spent(history, Initialise())
    if backlog.ready:
        return _unless_spent(history, Implement())
    return End("finished", *_why_nothing_is_ready(backlog))


def _requested_end(history: History) -> End | None:
    if history.request == "stop":
        return End("stopped", "stopped", "Stopped. The same command goes on from here.")
    if history.request == "pause":
        return End("paused", "paused", "Paused. The same command goes on from here.")
    return None


def _forced_end(history: History) -> End | None:
    if history.fatal is not None:
        return End("crashed", "error", history.fatal)
    if history.parked_until is not None:
        when = history.parked_until.astimezone().strftime("%Y-%m-%d %H:%M %Z")
        return End("parked", "limit", f"{history.last_failure} Parked until {when}.", history.parked_until)
    if history.provider_failures >= PROVIDER_FAILURES:
        return End("crashed", "error", f"{history.provider_failures} sessions in a row failed. {history.last_failure}")
    return None


def _unless_spent(history: History, step: Initialise | Implement) -> Initialise | Implement | End:
    if history.max_sessions is not None and history.sessions >= history.max_sessions:
        return End("paused", "iterations", f"The {history.max_sessions} sessions asked for are done.")
    if history.budget_left is not None and history.budget_left <= 0:
        return End("stopped", "budget", "The budget is used up. Raise it with --budget-usd to go on.")
    return step


def _why_nothing_is_ready(backlog: Backlog) -> tuple[str, str]:
    if backlog.passing == backlog.total:
        return "all_green", f"All {backlog.total} features are green."
    waits = [
        f"{count} {what}"
        for count, what in (
            (backlog.needs_input, "waiting for a person"),
            (backlog.blocked, "blocked by them or by features that are not green"),
            (backlog.in_progress, "held by another worker"),
            (backlog.failing, "failing"),
        )
        if count
    ]
    return "blocked", f"{backlog.passing} of {backlog.total} features are green; nothing is ready: {', '.join(waits)}."
