"""What a run does next: pure, so that termination can be proven by a table.

Every session either turns a feature green, or adds to a count that has a ceiling; so a run ends, and says why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from agent.limits import Outcome

# Sessions that may fail on one feature before a person is asked.
FEATURE_ATTEMPTS = 3
# Sessions in a row that may fail for the provider's sake before the run gives up; one more for each further agent,
# since what brings one down brings down all that are at work.
PROVIDER_FAILURES = 3
# Initializer sessions that may end without a single feature.
INITIALIZER_ATTEMPTS = 2
# Times in a run that testers may find the same feature broken before a person is asked who is right.
COMPLAINTS = 3

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
    """What happened in this run so far. Money in dollars; `budget_left` None means no limit.

    `sessions` have begun, `running` of them go on; `tests_due` are sessions of testers that green features have earned.
    """

    agents: int = 1
    sessions: int = 0
    running: int = 0
    initialising: bool = False
    tests_due: int = 0
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
    """Run the session that turns the specification into features, alone."""


@dataclass(frozen=True)
class Implement:
    """Claim the best ready feature and run a session for it."""


@dataclass(frozen=True)
class Exercise:
    """Run a tester's session, which tries green features again."""


@dataclass(frozen=True)
class Wait:
    """Begin nothing until a session ends or the backlog changes."""


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


Session = Initialise | Implement | Exercise
Step = Session | Wait | End


def decide_next(backlog: Backlog, history: History) -> Step:
    """The next step of a run. It never ends while a session goes on."""
    step = _requested_end(history) or _forced_end(history) or _work(backlog, history)
    return Wait() if isinstance(step, End) and history.running else step


def begun(history: History, step: Session) -> History:
    """`history` once the session of `step` has begun."""
    return replace(
        history,
        sessions=history.sessions + 1,
        running=history.running + 1,
        initialising=isinstance(step, Initialise),
        tests_due=history.tests_due - isinstance(step, Exercise),
    )


def goes_on(history: History, green: int, most: int, reserved: float | None) -> bool:
    """Whether a session that has turned `green` features green may take another one; `most` is the size of a batch.

    It lives on the `reserved` dollars that it was given; `history.budget_left` counts them as spent.
    """
    left = None if history.budget_left is None else history.budget_left + (reserved or 0.0)
    ends = _requested_end(history) or _forced_end(history)
    return green < most and ends is None and (left is None or left > 0)


def ended(history: History, step: Session, outcome: Outcome, *, green: int = 0, tests: int = 0) -> History:
    """`history` once the session of `step` has ended.

    `green`: features that it turned green; `tests`: sessions of testers that they have earned.
    """
    initialised = isinstance(step, Initialise)
    until, parked = outcome.until if outcome.kind == "usage_limit" else None, history.parked_until is not None
    return replace(
        history,
        running=history.running - 1,
        initialising=history.initialising and not initialised,
        tests_due=history.tests_due + tests,
        initializer_sessions=history.initializer_sessions + (initialised and outcome.blames_feature),
        provider_failures=(0 if green else history.provider_failures) + 1 if outcome.is_trouble else 0,
        last_failure=outcome.detail if outcome.detail and (until or not parked) else history.last_failure,
        fatal=outcome.detail if outcome.kind in ("refused_key", "unknown_model") else history.fatal,
        parked_until=max(filter(None, (until, history.parked_until)), default=None),
    )


def match(
    ready: Sequence[int], free: Sequence[str], keepers: Mapping[int, str], crew: Collection[str]
) -> tuple[int, str]:
    """Which of the `ready` features (best first) goes to which of the `free` agents; neither may be empty.

    The one in whose clone the work on a feature was left goes on with it. Where that agent of the `crew` is busy, the
    feature waits for it as long as there is another one.
    """
    for feature_id in ready:
        keeper = keepers.get(feature_id)
        if keeper is not None and keeper in free:
            return feature_id, keeper
        if keeper not in crew:
            kept = {keepers.get(other) for other in ready}
            return feature_id, next((name for name in free if name not in kept), free[0])
    return ready[0], free[0]


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
    if history.provider_failures >= PROVIDER_FAILURES + history.agents - 1:
        return End("crashed", "error", f"{history.provider_failures} sessions in a row failed. {history.last_failure}")
    return None


def _work(backlog: Backlog, history: History) -> Step:
    if history.initialising:
        return Wait()
    if backlog.total == 0:
        if history.running:
            return Wait()
        if history.initializer_sessions >= INITIALIZER_ATTEMPTS:
            return End(
                "crashed", "error", "The initializer made no features: look at prompts/app_spec.txt and its log."
            )
        return _unless_spent(history, Initialise())
    if history.tests_due and backlog.passing:
        return _unless_spent(history, Exercise())
    if backlog.ready:
        return _unless_spent(history, Implement())
    return End("finished", *_why_nothing_is_ready(backlog))


def _unless_spent(history: History, step: Session) -> Session | End:
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
