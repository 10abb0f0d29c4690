"""Taking back what a card has done: the card is pending again, and says why."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from api.backlog.repository import cards, graph
from api.backlog.schemas import FeatureView, HumanField, HumanRequest
from api.backlog.service import claims, journal, proving
from api.backlog.statuses import HARNESS, Actor

_QUESTION = "The work for this feature was taken back. What should be different this time?"


def check_undo(session: Session, feature_id: int, *, actor: Actor) -> None:
    """Raise what `undo` would: NotFound, NotAllowed, or Conflict when the feature is not done."""
    journal.check_move(journal.card(session, feature_id), "undo", actor, None)


def standing_on(session: Session, feature_id: int, touched: Collection[int] = ()) -> list[int]:
    """The features whose receipts `undo` makes stale: those of the `touched` ones, and of all that build on it,
    directly or through others, that a check turned green.
    """
    return graph.standing_on(session, feature_id, touched)


def undo(
    session: Session, feature_id: int, reason: str, *, actor: Actor, note: str, touched: Collection[int] = ()
) -> FeatureView:
    """The work for a feature is taken back: it is pending, without badge and receipt, and what waits for it waits.

    `reason` is told to who works on it next; `note` says in the log what was done. The receipts of all that is
    `standing_on` it are stale. A verification that was under way is cancelled.
    """
    found = journal.card(session, feature_id)
    status = journal.check_move(found, "undo", actor, None)
    now = journal.clock(None)
    if found.verification_id is not None:
        claims.cancel_verification(session, found, "the work was taken back", now)
    values = {
        "status": status,
        "proof": None,
        "receipt_id": None,
        "stale": 0,
        "attempts": 0,
        "deferred": 0,
        "failing_reason": None,
        "human_request": _advice(reason, actor),
        "moved_by": actor.name if actor.role == "person" else None,
        "updated_at": now,
    }
    cards.update(session, feature_id, values)
    flipped = journal.reschedule(session) - {feature_id}
    view = journal.announce(session, feature_id, "undone", actor, note=note)
    journal.announce_all(session, sorted(flipped), "scheduled", HARNESS)
    proving.mark_stale(session, standing_on(session, feature_id, touched))
    return view


def _advice(reason: str, actor: Actor) -> str | None:
    """`reason` where the next session looks for a person's answers."""
    if not reason.strip():
        return None
    field = HumanField(name="reason", label="What should be different")
    request = HumanRequest(prompt=_QUESTION, fields=[field], asked_by=actor.name, answers={"reason": reason.strip()})
    return request.model_dump_json()
