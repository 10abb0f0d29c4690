"""Claiming, renewing and letting go of features."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from api.backlog.repository import cards, verifications
from api.backlog.repository import claims as held
from api.backlog.repository.cards import Card
from api.backlog.repository.claims import Held
from api.backlog.schemas import Claim, FeatureView
from api.backlog.service import journal
from api.backlog.statuses import HARNESS, Actor
from api.errors import Conflict, StaleClaim


def claim_next(session: Session, owner: str, lease_seconds: float, now: float | None = None) -> FeatureView | None:
    """The feature `owner` works on: the one it holds (its lease renewed), else the best ready one; None without any.

    Claims of others whose lease has run out go back to the backlog first.
    """
    now = journal.clock(now)
    claims = held.all_held(session)
    _let_lapse(session, claims, now, keep=owner)
    mine = [found for found in claims if found.owner == owner]
    if mine:
        held.extend(session, owner, now + lease_seconds)
        return cards.view(session, mine[0].feature_id)
    best = cards.ready(session, 1)
    if not best:
        return None
    held.take(session, best[0], owner, now + lease_seconds, now)
    return journal.announce(session, best[0], "claimed", Actor(owner, "coder"))


def claim(session: Session, feature_id: int, owner: str, lease_seconds: float, now: float | None = None) -> FeatureView:
    """Give this feature to `owner`; Conflict when another holds it, or it waits for others."""
    now = journal.clock(now)
    expire(session, now, keep=owner)
    found = journal.card(session, feature_id)
    if found.claim_owner == owner:
        held.extend(session, owner, now + lease_seconds)
        return journal.announce(session, feature_id, "renewed", Actor(owner, "coder"), counted=False)
    actor = Actor(owner, "coder")
    journal.check_move(found, "claim", actor, None)
    if found.waiting_on:
        raise Conflict(f"Feature {feature_id} waits for {found.waiting_on} others: take those first.")
    held.take(session, feature_id, owner, now + lease_seconds, now)
    return journal.announce(session, feature_id, "claimed", actor)


def current_claims(session: Session, owner: str) -> list[Claim]:
    """What `owner` holds, with the tokens to show when writing."""
    return [Claim(feature_id=h.feature_id, owner=h.owner, token=h.token) for h in held.of_owner(session, owner)]


def current_claim(session: Session, owner: str, feature_id: int) -> Claim:
    """The claim of `owner` on this feature; StaleClaim when it holds none."""
    for found in current_claims(session, owner):
        if found.feature_id == feature_id:
            return found
    raise StaleClaim(f"{owner} does not hold feature {feature_id}: take a feature with feature_get_next.")


def check_claim(session: Session, claim: Claim) -> None:
    """StaleClaim unless `claim` is still the card's claim."""
    journal.check_claim(journal.card(session, claim.feature_id), claim.owner, claim)


def claimed(session: Session) -> list[Claim]:
    """Every claim there is."""
    return [Claim(feature_id=h.feature_id, owner=h.owner, token=h.token) for h in held.all_held(session)]


def renew(session: Session, owner: str, lease_seconds: float, now: float | None = None) -> int:
    """Renew the leases of all claims of `owner`; how many it holds. No event: nothing a person sees has changed."""
    return held.extend(session, owner, journal.clock(now) + lease_seconds)


def release(session: Session, feature_id: int, owner: str, reason: str, *, actor: Actor | None = None) -> FeatureView:
    """Return a feature `owner` holds to the backlog, with the reason in the log."""
    found = journal.card(session, feature_id)
    actor = actor or Actor(owner, "coder")
    journal.check_move(found, "release", actor, None)
    if found.claim_owner != owner:
        raise StaleClaim(f"Feature {feature_id} is claimed by {found.claim_owner}, not by {owner}.")
    let_go(session, found, journal.clock(None))
    return journal.announce(session, feature_id, "released", actor, note=reason)


def release_owner(session: Session, owner: str, reason: str) -> list[int]:
    """Return everything `owner` holds to the backlog; the ids."""
    ids = [found.feature_id for found in held.of_owner(session, owner)]
    for feature_id in ids:
        let_go(session, journal.card(session, feature_id), journal.clock(None))
        journal.announce(session, feature_id, "released", HARNESS, note=reason)
    return ids


def expire(session: Session, now: float | None = None, *, keep: str | None = None) -> list[int]:
    """Return features whose lease ran out to the backlog, except those of `keep`; the ids."""
    return _let_lapse(session, held.all_held(session), journal.clock(now), keep)


def _let_lapse(session: Session, claims: Sequence[Held], now: float, keep: str | None) -> list[int]:
    ids = []
    for found in claims:
        if found.expires < now and found.owner != keep:
            let_go(session, journal.card(session, found.feature_id), now)
            note = f"the lease of {found.owner} ran out"
            journal.announce(session, found.feature_id, "released", HARNESS, note=note)
            ids.append(found.feature_id)
    return ids


def record_attempt(session: Session, feature_id: int, detail: str) -> int:
    """Count a session that ended without success on this feature; how many there were since it last passed."""
    attempts = int(journal.card(session, feature_id).attempts) + 1
    cards.update(session, feature_id, {"attempts": attempts})
    journal.announce(session, feature_id, "attempt_failed", HARNESS, note=detail, counted=False)
    return attempts


def let_go(session: Session, found: Card, now: float) -> None:
    """Free a claimed card; a verification that was under way for it is cancelled. Says nothing to the log."""
    if found.verification_id is not None:
        cancel_verification(session, found, "the claim was let go", now)
    held.let_go(session, found.id, now)


def cancel_verification(session: Session, found: Card, detail: str, now: float) -> None:
    """End the verification that is under way for a card: its executor will find that it lost it."""
    assert found.verification_id is not None
    cancelled = {"state": "cancelled", "detail": detail, "finished_at": now}
    verifications.update(session, found.verification_id, cancelled)
    cards.update(session, found.id, {"verification_id": None})
