"""Faults on demand: what can go wrong, and which request meets which fault."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

FAULT_KINDS = {
    "429": "rate limit with a retry-after header",
    "usage_limit": "rate limit as a used-up plan reports it, with the time of its reset",
    "529": "overloaded",
    "500": "internal server error",
    "401": "authentication error",
    "404": "unknown model",
    "400": "invalid request",
    "cut": "the connection breaks in the middle of the answer",
    "slow": "nothing is sent for some seconds, then the answer",
    "max_tokens": "the answer stops early for want of output tokens",
}


@dataclass(frozen=True)
class Fault:
    """Something going wrong on purpose.

    kind: a key of FAULT_KINDS. seconds: how long (retry-after, reset, slowness). times: how many requests for one
    and the same reply meet it; None means all of them.
    """

    kind: str
    seconds: float = 1.0
    times: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; there are {', '.join(FAULT_KINDS)}")


@dataclass(frozen=True)
class FaultRule:
    """A fault met by `count` agent requests in a row, from the `first` one on (counted from 1).

    A usage limit, once met, holds for all requests until its seconds are over; those do not count.
    """

    fault: Fault
    count: int = 1
    first: int = 1


def parse_fault(text: str) -> FaultRule:
    """`KIND[,count=N][,from=N][,seconds=S]` as a rule; raises ValueError with what would be right."""
    kind, *settings = (part.strip() for part in text.split(","))
    values = {"count": 1.0, "from": 1.0, "seconds": 1.0}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if name not in values or not equals:
            raise ValueError(f"{setting!r} is no setting of a fault; write {kind},count=N,from=N,seconds=S")
        values[name] = _number(name, value)
    return FaultRule(Fault(kind, seconds=values["seconds"]), count=int(values["count"]), first=int(values["from"]))


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if number < 0:
        raise ValueError(f"{name} must be a number that is not negative, not {value!r}")
    return number


class FaultPlan:
    """Counts agent requests and says which fault the present one meets. The only state of the server."""

    def __init__(self, rules: Iterable[FaultRule] = (), *, clock: Callable[[], float] = time.time) -> None:
        self._rules = tuple(rules)
        self._clock = clock
        self._requests = 0
        self._limited_until = 0.0
        self._met: Counter[str] = Counter()

    def next(self) -> Fault | None:
        """The fault the rules lay on the next agent request, if any."""
        limited = self._limited_until - self._clock()
        if limited > 0:
            return Fault("usage_limit", seconds=limited)
        self._requests += 1
        for rule in self._rules:
            if rule.first <= self._requests < rule.first + rule.count:
                if rule.fault.kind == "usage_limit":
                    self._limited_until = self._clock() + rule.fault.seconds
                return rule.fault
        return None

    def admit(self, fault: Fault | None, reply_id: str) -> Fault | None:
        """`fault` unless the reply called `reply_id` has met it as often as it should."""
        if fault is None or fault.times is None:
            return fault
        self._met[reply_id] += 1
        return fault if self._met[reply_id] <= fault.times else None


def describe_faults() -> str:
    """The kinds of fault, one line each."""
    return "\n".join(f"  {kind:<12} {text}" for kind, text in FAULT_KINDS.items())
