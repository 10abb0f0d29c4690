"""How much may still be spent. Dollars; None means without a limit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# A further feature of a session has to be covered so many times by what is left of its reservation.
COVER = 2.0


@dataclass(frozen=True)
class Limits:
    """The ceilings that apply to a run: of a session, of the run, of the project's whole life, of a day (UTC)."""

    session: float | None = None
    run: float | None = None
    project: float | None = None
    day: float | None = None


@dataclass(frozen=True)
class Spendings:
    """What was spent so far, reservations of open sessions included."""

    run: float = 0.0
    project: float = 0.0
    day: float = 0.0


def left(limits: Limits, spent: Spendings) -> float | None:
    """What is left of the tightest ceiling of run, project and day; negative when it was crossed."""
    pairs = ((limits.run, spent.run), (limits.project, spent.project), (limits.day, spent.day))
    open_ends = [limit - used for limit, used in pairs if limit is not None]
    return min(open_ends) if open_ends else None


def reservation(limits: Limits, spent: Spendings, shares: int = 1) -> float | None:
    """The most the next session may spend: its own ceiling, or its share of what is left when that is less.

    `shares`: how many sessions could begin now; they get equal parts, or the first would leave nothing for the others.
    """
    remaining = left(limits, spent)
    share = None if remaining is None else remaining / max(1, shares)
    ceilings = [amount for amount in (limits.session, share) if amount is not None]
    return max(0.0, min(ceilings)) if ceilings else None


def pays_another(reserved: float | None, costs: Sequence[float] | None) -> bool:
    """Whether what is left of what a session may spend is sure to pay for a feature more.

    `costs`: what each of its features has cost so far, None when that is not known. Another one is taken to cost as
    much as the dearest of them, or up to twice that.
    """
    if reserved is None:
        return True
    return costs is not None and reserved - sum(costs) >= COVER * max(costs, default=0.0)
