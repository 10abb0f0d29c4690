"""What every change does besides changing: look up, refuse, keep the order of work, tell the event log."""

from __future__ import annotations

import time
from collections.abc import Iterable

from sqlalchemy.orm import Session

from api import events
from api.backlog import rules
from api.backlog.repository import cards, graph
from api.backlog.repository.cards import Card
from api.backlog.rules import Action, Refusal
from api.backlog.schemas import Claim, FeatureView, Stats
from api.backlog.statuses import Actor, Status
from api.database import record, record_all
from api.errors import AppError, Conflict, NotAllowed, NotFound, StaleClaim


def clock(now: float | None) -> float:
    """`now` (epoch seconds), or the present."""
    return time.time() if now is None else now


def card(session: Session, feature_id: int) -> Card:
    """The stored row; NotFound when there is none."""
    found = cards.card(session, feature_id)
    if found is None:
        raise missing(feature_id)
    return found


def missing(feature_id: int) -> NotFound:
    """The error for an id that does not exist."""
    return NotFound(f"There is no feature {feature_id}: list the backlog for the ids that exist.", field="feature_id")


def check_role(action: Action, actor: Actor) -> None:
    """NotAllowed when the actor's role never may do this."""
    refusal = rules.permitted(action, actor.role)
    if refusal is not None:
        raise NotAllowed(refusal.sentence)


def check_move(found: Card, action: Action, actor: Actor, claim: Claim | None) -> Status:
    """The card's status after `action` by `actor`; raises when its role, its claim or the present state forbid it."""
    check_role(action, actor)
    if claim is not None or rules.needs_claim(action, actor.role):
        check_claim(found, actor.name, claim)
    after = rules.move(found.id, found.status, action, actor.role, was_failing=found.failing_reason is not None)
    if isinstance(after, Refusal):
        raise refused(after)
    return after


def refused(refusal: Refusal) -> AppError:
    """The error that says `refusal`."""
    return NotAllowed(refusal.sentence) if refusal.forbidden else Conflict(refusal.sentence)


def check_claim(found: Card, owner: str, claim: Claim | None) -> None:
    """StaleClaim unless `owner` holds the card (with the token of `claim`, when given)."""
    if claim is not None:
        if (found.claim_owner, found.claim_token) != (claim.owner, claim.token):
            raise StaleClaim(f"Your claim on feature {found.id} was lost: take a feature with feature_get_next.")
    elif found.claim_owner is None:
        raise NotAllowed(f"Feature {found.id} is not claimed by you: take one with feature_get_next.")
    elif found.claim_owner != owner:
        raise StaleClaim(f"Feature {found.id} is claimed by {found.claim_owner}: take one with feature_get_next.")


def announce(
    session: Session, feature_id: int, change: str, actor: Actor, *, note: str | None = None, counted: bool = True
) -> FeatureView:
    """Tell the log about a changed card, and about the counts when the change is `counted`; the card as it is now."""
    view = cards.view(session, feature_id)
    if view is None:
        raise missing(feature_id)
    told: list[events.Event] = [_update(view, change, actor, note)]
    if counted:
        told.append(_progress(session))
    record_all(session, told)
    return view


def announce_all(session: Session, feature_ids: Iterable[int], change: str, actor: Actor) -> list[FeatureView]:
    """Like `announce` for many cards, without the counts."""
    views = cards.views(session, list(feature_ids))
    record_all(session, [_update(view, change, actor, None) for view in views])
    return views


def announce_deleted(session: Session, feature_id: int, actor: Actor) -> None:
    """Tell the log that a card is gone, and the counts."""
    record(session, events.FeatureUpdate(feature_id=feature_id, change="deleted", actor=actor.name, deleted=True))
    announce_progress(session)


def announce_progress(session: Session) -> None:
    """Tell the log how far the backlog is."""
    record(session, _progress(session))


def count(session: Session) -> Stats:
    """The counts, from the counters the triggers keep."""
    by_status = dict.fromkeys(("pending", "in_progress", "passing", "failing", "needs_input"), 0)
    by_proof = dict.fromkeys(("proven", "green", "guarded", "unproven"), 0)
    blocked = 0
    for status, proof, waits, number in cards.counts(session):
        by_status[status] += number
        if proof:
            by_proof[proof] += number
        if waits and status in {"pending", "failing"}:
            blocked += number
    total = sum(by_status.values())
    return Stats(
        **by_status,
        **by_proof,
        blocked=blocked,
        ready=by_status["pending"] + by_status["failing"] - blocked,
        total=total,
        percentage=_percentage(by_status["passing"], total),
    )


def reschedule(session: Session) -> set[int]:
    """Compute `waiting_on` and `unblocks` of all cards anew; the cards that became blocked or free by it."""
    before = graph.standing(session)
    after = rules.schedule({key: value[0] for key, value in before.items()}, graph.edges(session))
    changes = [(*new, key) for key, new in after.items() if new != before[key][1:]]
    graph.write_schedule(session, changes)
    return {key for waiting, _, key in changes if (waiting > 0) != (before[key][1] > 0)}


def _update(view: FeatureView, change: str, actor: Actor, note: str | None) -> events.FeatureUpdate:
    return events.FeatureUpdate(
        feature_id=view.id, change=change, actor=actor.name, feature=view.model_dump(mode="json"), note=note
    )


def _progress(session: Session) -> events.Progress:
    passing = proven = unproven = in_progress = total = 0
    for status, proof, _, number in cards.counts(session):
        total += number
        if status == "passing":
            passing += number
            proven += number if proof == "proven" else 0
            unproven += number if proof == "unproven" else 0
        elif status == "in_progress":
            in_progress += number
    return events.Progress(
        passing=passing,
        proven=proven,
        unproven=unproven,
        in_progress=in_progress,
        total=total,
        percentage=_percentage(passing, total),
    )


def _percentage(passing: int, total: int) -> float:
    return round(100 * passing / total, 1) if total else 0.0
