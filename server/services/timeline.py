"""Why a card is where it is: each change as a sentence, with the run of its check and the commit it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from typing import Any, Final

from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.statuses import HARNESS, PERSON
from api.events import FeatureUpdate
from server.schemas import TimelineEntry
from server.services import history

NEWEST: Final = 500  # entries
_WANTED: Final = "feature_update"

# By change; `{who}` is the actor, and a note follows as a sentence of its own.
_SENTENCES: Final[Mapping[str, str]] = {
    "created": "Created by {who}.",
    "edited": "Edited by {who}.",
    "imported": "Taken over from a feature list.",
    "restored": "Brought back by {who}.",
    "claimed": "Taken by {who}.",
    "renewed": "Still worked on by {who}.",
    "released": "Given back.",
    "skipped": "Moved to the end of the queue by {who}.",
    "scheduled": "What it depends on changed.",
    "dependencies": "Its dependencies were changed by {who}.",
    "check_set": "Its check was set by {who}.",
    "attempt_failed": "A session ended without turning it green.",
    "asked": "A person is asked.",
    "answered": "A person answered.",
    "stale": "What matters to it was changed since its check passed: it is stale until the check has run again.",
    "rechecked": "Its check passed again.",
    "recheck_failed": "Its check was red when it ran again, but the card had been moved meanwhile.",
    "undone": "Its work was taken back by {who}.",
    "verification_passed": "Its check passed.",
    "verification_failed": "Its check failed.",
    "verification_broken": "Its check could not say anything.",
    "verification_cancelled": "Its check was cancelled.",
}
_BADGES: Final[Mapping[str, str]] = {
    "proven": "proven: its check failed without the work and passed with it",
    "guarded": "guarded: its check passed before and after",
    "green": "green: its check passed with the work",
    "unproven": "unproven: nothing was checked",
}


def of_feature(session: Session, feature_id: int) -> list[TimelineEntry]:
    """The newest changes of a card, oldest first; NotFound when there never was one."""
    wanted = history.Filter(kinds={_WANTED}, feature_id=feature_id)
    stored = history.events_before(session, 2**62, NEWEST, wanted)
    if not stored:
        backlog.get(session, feature_id)
    found = [(entry.seq, event) for entry in stored if isinstance(event := entry.event, FeatureUpdate)]
    return list(_entries(found, backlog.verdicts(session, feature_id)))


def _entries(found: Iterable[tuple[int, FeatureUpdate]], verdicts: Mapping[int, str]) -> Iterator[TimelineEntry]:
    running: int | None = None  # the verification the card was in before the change
    for seq, event in found:
        feature = event.feature or {}
        number = feature.get("verification_id")
        told = number or running
        ended = event.change.startswith("verification_")
        note = event.note or (verdicts.get(told) if ended and told else None)
        yield TimelineEntry(
            seq=seq,
            timestamp=event.timestamp.astimezone(UTC),
            change=event.change,
            actor=event.actor,
            note=note,
            text=_sentence(event, feature),
            verification_id=told if ended or event.change == "verifying" else None,
            commit=_landed(event, feature),
        )
        running = number


def _sentence(event: FeatureUpdate, feature: Mapping[str, Any]) -> str:  # Any: a feature as JSON
    who = "a person" if event.actor == PERSON.name else "the harness" if event.actor == HARNESS.name else event.actor
    if event.change == "passed":
        return _passed(event, feature)
    if event.change == "failed":
        return "Marked as failing by a person." if event.actor == PERSON.name else "It is failing."
    if event.change == "verifying":
        return "Its check runs again." if event.actor == HARNESS.name else f"Its check was asked for by {who}."
    known = _SENTENCES.get(event.change)
    return known.format(who=who) if known else f"{event.change.replace('_', ' ').capitalize()} ({who})."


def _passed(event: FeatureUpdate, feature: Mapping[str, Any]) -> str:  # Any: a feature as JSON
    badge = _BADGES.get(str(feature.get("proof")), "done")
    if event.actor == PERSON.name:
        return f"Moved to done by a person, {badge}."
    commit = _landed(event, feature)
    return f"Done, {badge}." if commit is None else f"Done at commit {commit[:8]}, {badge}."


def _landed(event: FeatureUpdate, feature: Mapping[str, Any]) -> str | None:  # Any: a feature as JSON
    """The commit at which the card turned green."""
    receipt = feature.get("last_receipt")
    if event.change != "passed" or event.actor == PERSON.name or not isinstance(receipt, dict):
        return None
    commit = receipt.get("commit")
    return commit if isinstance(commit, str) else None
