"""Checks, verifications, and the moves to passing and failing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from api import events
from api.backlog import rules
from api.backlog.repository import cards, graph, verifications
from api.backlog.repository import claims as held
from api.backlog.repository.cards import Card
from api.backlog.schemas import CheckSpec, CheckView, Claim, FeatureView, VerificationResult, VerificationView
from api.backlog.service import claims, journal, reading
from api.backlog.statuses import ACTIVE_VERIFICATIONS, HARNESS, Actor, Policy, Proof
from api.database import record
from api.errors import Conflict, InvalidInput, StaleClaim

OUTPUT_LIMIT = 64_000  # characters kept of what a check printed, from its end


def set_check(
    session: Session,
    feature_id: int,
    check: CheckSpec,
    contents: Mapping[str, bytes],
    *,
    actor: Actor,
    claim: Claim | None = None,
    base: str | None = None,
) -> FeatureView:
    """Freeze how a feature is checked. `contents` are the check files as they are now; `base` the commit without the
    feature, for a caller that has no branch of its own to compare with.

    Amending the check of a passing feature voids its receipt: it stays passing, unproven.
    """
    found = journal.card(session, feature_id)
    journal.check_move(found, "set_check", actor, claim)
    if found.verification_id is not None:
        raise Conflict(f"Feature {feature_id} is being verified: wait for the verdict before changing its check.")
    missing = sorted(set(check.files) - set(contents))
    if missing:
        raise InvalidInput(f"The check file {missing[0]} does not exist: write it before setting the check.")
    now = journal.clock(None)
    frozen = CheckView(
        **check.model_dump(),
        hash=rules.check_hash(check.command, check.kind, {name: contents[name] for name in check.files}),
        base=base,
        set_by=actor.name,
        set_at=cards.instant(now),
    )
    values: dict[str, object] = {"check_spec": frozen.model_dump_json(), "receipt_id": None, "updated_at": now}
    if found.status == "passing":
        values |= {"proof": "unproven", "stale": 0}
    cards.update(session, feature_id, values)
    return journal.announce(session, feature_id, "check_set", actor, counted=found.status == "passing")


def begin_verification(
    session: Session,
    feature_id: int,
    *,
    actor: Actor,
    policy: Policy,
    lease_seconds: float,
    claim: Claim | None = None,
    now: float | None = None,
) -> VerificationView:
    """Queue a run of the feature's check; the one that is already under way, if there is one.

    One whose program let its lease run out is queued anew.
    """
    now = journal.clock(now)
    found = journal.card(session, feature_id)
    journal.check_move(found, "verify", actor, claim)
    if found.verification_id is not None:
        if verifications.lease(session, found.verification_id) < now:
            anew = {"state": "queued", "executor": None, "lease_expires": now + lease_seconds}
            verifications.update(session, found.verification_id, anew)
        return reading.verification(session, found.verification_id)
    if found.check_spec is None:
        raise Conflict(
            f"Feature {feature_id} has no check yet: set one with feature_set_check(feature_id, command, files)."
        )
    check = CheckView.model_validate_json(found.check_spec)
    queued = {
        "feature_id": feature_id,
        "state": "queued",
        "policy": policy,
        "requested_by": actor.name,
        "lease_expires": now + lease_seconds,
        "check_hash": check.hash,
        "command": check.command,
        "created_at": now,
    }
    verification_id = verifications.insert(session, queued)
    cards.update(session, feature_id, {"verification_id": verification_id, "updated_at": now})
    view = reading.verification(session, verification_id)
    _tell(session, view)
    journal.announce(session, feature_id, "verifying", actor, counted=False)
    return view


def advance_verification(
    session: Session, verification_id: int, executor: str, lease_seconds: float, now: float | None = None
) -> VerificationView:
    """Start running a queued verification, renew one's own, or take over one whose lease has run out.

    The claim of the one who asked for it is renewed with it. StaleClaim when another executes it, or it is finished.
    """
    now = journal.clock(now)
    view = _active(session, verification_id)
    if view.executor not in (None, executor) and verifications.lease(session, verification_id) >= now:
        raise StaleClaim(f"Verification {verification_id} is run by {view.executor}: wait for its verdict.")
    values: dict[str, object] = {"lease_expires": now + lease_seconds, "executor": executor, "state": "running"}
    if view.executor != executor:
        values["token"] = view.token + 1
    verifications.update(session, verification_id, values)
    for mine in held.of_owner(session, view.requested_by):
        if mine.feature_id == view.feature_id and mine.expires < now + lease_seconds:
            held.extend(session, mine.owner, now + lease_seconds)
    after = reading.verification(session, verification_id)
    if view.state != "running":
        _tell(session, after)
    return after


def finish_verification(
    session: Session, verification_id: int, result: VerificationResult, *, executor: str, now: float | None = None
) -> VerificationView:
    """Write the verdict; the row is the receipt when it passed. The card itself moves with `mark_passing`.

    StaleClaim when another took over, or it was cancelled.
    """
    view = _active(session, verification_id)
    if view.executor not in (None, executor):
        raise StaleClaim(f"Verification {verification_id} was taken over by {view.executor}: its verdict counts.")
    values = result.model_dump(exclude={"verdict", "artefacts", "output"})
    values |= {
        "state": result.verdict,
        "executor": executor,
        "output": result.output[-OUTPUT_LIMIT:],
        "artefacts": json.dumps(result.artefacts),
        "finished_at": journal.clock(now),
    }
    verifications.update(session, verification_id, values)
    after = reading.verification(session, verification_id)
    _tell(session, after)
    if cards.card(session, view.feature_id) is not None:
        cards.update(session, view.feature_id, {"verification_id": None})
        journal.announce(session, view.feature_id, f"verification_{result.verdict}", HARNESS, counted=False)
    return after


def mark_passing(
    session: Session,
    feature_id: int,
    *,
    actor: Actor,
    proof: Proof,
    receipt_id: int | None = None,
    claim: Claim | None = None,
    now: float | None = None,
) -> FeatureView:
    """Turn a feature green. Any badge but `unproven` needs the receipt of the check as it is now.

    A person's own move is always unproven and says who did it. A claim is let go.
    """
    found = journal.card(session, feature_id)
    journal.check_move(found, "pass", actor, claim)
    if proof != "unproven":
        _check_receipt(session, found, receipt_id)
    now = journal.clock(now)
    if found.verification_id is not None:
        claims.let_go(session, found, now)
    values = {
        "status": "passing",
        "proof": proof,
        "receipt_id": receipt_id if proof != "unproven" else found.receipt_id,
        "stale": 0,
        "attempts": 0,
        "failing_reason": None,
        "human_request": None,
        "moved_by": actor.name if actor.role == "person" else None,
        "claim_owner": None,
        "claim_expires": None,
        "waiting_on": 0,
        "unblocks": 0,
        "updated_at": now,
    }
    cards.update(session, feature_id, values)
    freed = [] if found.status == "passing" else _free_dependents(session, found)
    view = journal.announce(session, feature_id, "passed", actor)
    if freed:
        journal.announce_all(session, freed, "scheduled", HARNESS)
    return view


def mark_failing(
    session: Session, feature_id: int, reason: str, *, actor: Actor, claim: Claim | None = None
) -> FeatureView:
    """Say that a feature is broken, and why; a claim on it is let go. What depends on it waits again."""
    if not reason.strip():
        raise InvalidInput("Say what is broken: the reason is empty.", field="reason")
    found = journal.card(session, feature_id)
    status = journal.check_move(found, "fail", actor, claim)
    now = journal.clock(None)
    if found.status == "in_progress":
        claims.let_go(session, found, now)
    values = {"status": status, "proof": None, "stale": 0, "failing_reason": reason, "updated_at": now}
    moved_by = actor.name if actor.role == "person" else None
    cards.update(session, feature_id, {**values, "moved_by": moved_by})
    flipped = journal.reschedule(session) - {feature_id} if found.status == "passing" else set()
    view = journal.announce(session, feature_id, "failed", actor, note=reason)
    journal.announce_all(session, sorted(flipped), "scheduled", HARNESS)
    return view


def mark_stale(session: Session, feature_ids: Collection[int]) -> list[int]:
    """Say that the receipts of these features are older than the code; those that were not stale before.

    Left out is what no check turned green: it has no receipt, and nothing would ever run it again.
    """
    changed = []
    for feature_id in feature_ids:
        found = cards.card(session, feature_id)
        if found is not None and found.proof not in (None, "unproven") and not found.stale:
            cards.update(session, feature_id, {"stale": 1})
            changed.append(feature_id)
    journal.announce_all(session, changed, "stale", HARNESS)
    return changed


def _active(session: Session, verification_id: int) -> VerificationView:
    view = reading.verification(session, verification_id)
    if view.state not in ACTIVE_VERIFICATIONS:
        raise StaleClaim(f"Verification {verification_id} is already {view.state}: begin a new one.")
    return view


def _check_receipt(session: Session, found: Card, receipt_id: int | None) -> None:
    if receipt_id is None:
        raise InvalidInput("Only a receipt proves a feature: give receipt_id, or mark it unproven.")
    receipt = reading.verification(session, receipt_id)
    if receipt.feature_id != found.id or receipt.state != "passed":
        raise Conflict(f"Verification {receipt_id} is no receipt of feature {found.id}: verify it first.")
    check = None if found.check_spec is None else CheckView.model_validate_json(found.check_spec)
    if check is None or check.hash != receipt.check_hash:
        raise Conflict(f"The check of feature {found.id} changed after that receipt: verify it again.")


def _free_dependents(session: Session, found: Card) -> list[int]:
    """Those that wait no longer. In the usual order all that `found` needs passes already, so one look is enough."""
    if found.waiting_on == 0:
        return graph.unblock_dependents(session, found.id)
    return sorted(journal.reschedule(session) - {found.id})


def _tell(session: Session, view: VerificationView) -> None:
    record(
        session,
        events.Verification(
            verification_id=view.id,
            feature_id=view.feature_id,
            state=view.state,
            detail=view.detail,
            output=view.output or None,
        ),
    )
