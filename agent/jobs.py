"""What a worker is given to do, and what it reports."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from agent.limits import Outcome
from api.backlog.schemas import FeatureView

WorkRole = Literal["initializer", "coder", "tester"]

_OURS = re.compile(r"(agent|tester)-\d+")


def agent_name(number: int) -> str:
    """The name of the `number`-th agent, from 1; it is also the owner of its claims and the name of its clone."""
    return f"agent-{number}"


def tester_name(number: int) -> str:
    """The name of the `number`-th tester, from 1."""
    return f"tester-{number}"


def is_tester(name: str) -> bool:
    """Whether `name` is a tester's."""
    return name.startswith("tester-")


def is_ours(owner: str) -> bool:
    """Whether `owner` is the name of a run's agent or tester, of this run or an earlier one."""
    return _OURS.fullmatch(owner) is not None


@dataclass(frozen=True)
class Job:
    """A session that is written down as begun, and the feature it is at.

    `budget` is its reservation in dollars, None for no limit.
    """

    agent: str
    role: WorkRole
    session_id: int
    budget: float | None = None
    feature: FeatureView | None = None

    @property
    def feature_id(self) -> int | None:
        """The feature it is at."""
        return None if self.feature is None else self.feature.id


# Given a session's job, whose feature is green, and how many it has turned green: the job with the feature that it goes
# on with, None when it is to end.
GoOn = Callable[[Job, int], Awaitable[Job | None]]


@dataclass(frozen=True)
class Report:
    """How a session went; `spent` is what it cost, in dollars; `green` are the features it turned green."""

    outcome: Outcome
    spent: float
    green: tuple[int, ...] = ()
