"""Verifications whose program is gone: they come to an end, so that no card is called *verifying* for ever."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from api.backlog.repository import rechecks, verifications
from api.backlog.schemas import UnfinishedVerification, VerificationResult
from api.backlog.service import journal, proving, reading
from api.backlog.service.rechecking import KEPT
from api.backlog.statuses import ACTIVE_VERIFICATIONS, HARNESS

_GONE: Final = "The program that was to run it is gone: have it verified again."


def unfinished_verifications(session: Session) -> list[UnfinishedVerification]:
    """The verifications that are queued or under way, oldest first."""
    return [
        UnfinishedVerification.model_construct(id=number, state=state, lease_expires=expires)
        for number, state, expires in verifications.unfinished(session)
    ]


def newest_pass(session: Session) -> int:
    """The id of the newest verification that passed; 0 without any."""
    return verifications.newest_pass(session)


def bury(session: Session, unheard: Collection[int] = (), now: float | None = None) -> list[int]:
    """End the verifications whose lease has run out, and of those `unheard` of the ones that nobody began; their ids.

    Their cards stay where they are, and are not verifying any more.
    """
    now = journal.clock(now)
    gone = [
        number
        for number, state, expires in verifications.unfinished(session)
        if expires < now or (state == "queued" and number in unheard)
    ]
    for number in gone:
        view = reading.verification(session, number)
        assert view.state in ACTIVE_VERIFICATIONS
        result = VerificationResult(verdict="cancelled", detail=_GONE)
        proving.finish_verification(session, number, result, executor=view.executor or HARNESS.name, now=now)
        rechecks.forget_old(session, view.feature_id, HARNESS.name, KEPT)
    return gone
