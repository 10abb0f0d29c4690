"""Checks of green cards that run again after others landed: what was proven is looked at again, without a token."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from api.backlog.repository import cards, rechecks
from api.backlog.schemas import FeatureView, GreenCheck, VerificationResult, VerificationView
from api.backlog.service import journal, proving
from api.backlog.statuses import HARNESS, Actor
from api.errors import Conflict

KEPT: Final = 5  # re-runs of a card that stay; what proved it stays for ever
FIRST: Final = -1  # the place in the queue before all that were not skipped


def green_checks(session: Session, now: float | None = None) -> list[GreenCheck]:
    """Every feature that a check turned green, with where that check passed last; the oldest pass first."""
    return rechecks.green_checks(session, journal.clock(now))


def active_verifications(session: Session, *, besides: int | None = None) -> list[int]:
    """The verifications that are queued or running, but for one, oldest first."""
    return rechecks.active(session, besides)


def begin_recheck(
    session: Session, feature_id: int, *, executor: str, lease_seconds: float, actor: Actor = HARNESS
) -> VerificationView:
    """Begin to run a green card's check again, or take over where another died; its badge stays meanwhile.

    Conflict when it is not green any more, StaleClaim when another executes it.
    """
    if journal.card(session, feature_id).status != "passing":
        raise Conflict(f"Feature {feature_id} does not pass: verify it in place of looking at it again.")
    queued = proving.begin_verification(session, feature_id, actor=actor, policy="green", lease_seconds=lease_seconds)
    return proving.advance_verification(session, queued.id, executor, lease_seconds)


def refresh(session: Session, verification_id: int, result: VerificationResult, *, executor: str) -> FeatureView:
    """The check passed again: a younger receipt stands beside the one that turned the card green, which keeps its
    badge and is not stale any more.

    StaleClaim when another took over, or it was cancelled.
    """
    view = proving.finish_verification(session, verification_id, result, executor=executor)
    found = journal.card(session, view.feature_id)
    if found.status == "passing":
        cards.update(session, found.id, {"stale": 0, "updated_at": journal.clock(None)})
    rechecks.forget_old(session, found.id, HARNESS.name, KEPT)
    return journal.announce(session, found.id, "rechecked", HARNESS, note=result.detail, counted=False)


def condemn(
    session: Session, verification_id: int, result: VerificationResult, reason: str, *, executor: str
) -> FeatureView:
    """The check is red again and again: the card is failing for `reason`, and is the first to be worked on.

    A card that was moved meanwhile stays where it is. StaleClaim as for `refresh`.
    """
    view = proving.finish_verification(session, verification_id, result, executor=executor)
    found = journal.card(session, view.feature_id)
    if found.status != "passing":
        return journal.announce(session, found.id, "recheck_failed", HARNESS, note=reason, counted=False)
    cards.update(session, found.id, {"deferred": FIRST})
    return proving.mark_failing(session, found.id, reason, actor=HARNESS)


def abandon_recheck(session: Session, verification_id: int, detail: str, *, executor: str) -> None:
    """End a re-run without a verdict; the card stays as it is. StaleClaim as for `refresh`."""
    result = VerificationResult(verdict="cancelled", detail=detail)
    view = proving.finish_verification(session, verification_id, result, executor=executor)
    rechecks.forget_old(session, view.feature_id, HARNESS.name, KEPT)
