"""Reads the event log backwards and forwards as JSON text, without decoding what is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from api.runs import service as runs
from api.runs.schemas import StoredEvent

FIRST_WINDOW: Final = 1_000
MOST_IN_A_WINDOW: Final = 20_000


@dataclass(frozen=True)
class Filter:
    """Which events: None for all."""

    kinds: Collection[str] | None = None
    feature_id: int | None = None
    session_id: int | None = None


def events_after(session: Session, after: int, limit: int, wanted: Filter) -> list[StoredEvent]:
    """The first `limit` events after a `seq`, in order."""
    return runs.events(
        session,
        after=after,
        kinds=wanted.kinds,
        feature_id=wanted.feature_id,
        session_id=wanted.session_id,
        limit=limit,
    )


def events_before(session: Session, before: int, limit: int, wanted: Filter) -> list[StoredEvent]:
    """The last `limit` events before a `seq`, oldest first.

    Looks through windows of the log that double in size, from the newest backwards, so that what is near is found
    without reading all that is far.
    """
    newest = runs.log_bounds(session).newest
    upper = min(before, newest + 1)
    found: list[StoredEvent] = []
    window = max(FIRST_WINDOW, limit)
    while upper > 1 and len(found) < limit:
        lower = max(1, upper - window)
        found = _between(session, lower, upper, wanted) + found
        upper, window = lower, min(window * 2, 2**40)
    return found[-limit:]


def as_json(events: Collection[StoredEvent]) -> str:
    """`{"events": [...]}`, each event with its `seq`."""
    return f'{{"events":[{",".join(event.frame for event in events)}]}}'


def _between(session: Session, lower: int, upper: int, wanted: Filter) -> list[StoredEvent]:
    """What matches with `lower` <= seq < `upper`."""
    found: list[StoredEvent] = []
    after = lower - 1
    while True:
        page = events_after(session, after, MOST_IN_A_WINDOW, wanted)
        found += [event for event in page if event.seq < upper]
        if len(page) < MOST_IN_A_WINDOW or page[-1].seq >= upper:
            return found
        after = page[-1].seq
