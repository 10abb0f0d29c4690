"""Taking a card back: its landed work is reverted by one commit, and the card is pending again, both or neither."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Final

from api.backlog import service as backlog
from api.backlog.schemas import FeatureView
from api.backlog.statuses import HARNESS, Actor
from api.database import Database
from api.errors import AppError, Conflict
from harness.verification import selection
from harness.workspaces import landing
from harness.workspaces.integration import TipMoved
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.reverting import Reversal

ATTEMPTS: Final = 5  # while others land in between


@dataclass(frozen=True)
class Undone:
    """A card that was taken back.

    `commit` reverts the landed commits `reverted`; `stale` are the cards that are checked again, because they touch
    the same files or build on it; `note` tells why the user's folder does not follow, None where it does.
    """

    feature: FeatureView
    commit: str
    reverted: tuple[str, ...]
    stale: tuple[int, ...]
    note: str | None = None


@dataclass(frozen=True)
class Preview:
    """What taking a card back would do: `commits` are what it would revert, `stale` the cards checked again."""

    commits: tuple[str, ...]
    stale: tuple[FeatureView, ...]


@dataclass(frozen=True)
class _Wish:
    feature_id: int
    reason: str
    actor: Actor


def preview(database: Database, repository: ProjectRepository, feature_id: int, *, actor: Actor) -> Preview:
    """What `undo` would do now; raises what it would. Nothing is changed."""
    with database.read() as session:
        backlog.check_undo(session, feature_id, actor=actor)
        title = backlog.get(session, feature_id).name
        greens = [green for green in backlog.green_checks(session) if green.feature_id != feature_id]
    reversal = repository.reversal(feature_id, title, HARNESS.name)
    try:
        touched = selection.touched(greens, repository.history(), reversal.candidate.files)
        with database.read() as session:
            stale = [backlog.get(session, number) for number in backlog.standing_on(session, feature_id, touched)]
        return Preview(reversal.undone, tuple(stale))
    finally:
        reversal.candidate.drop()


def undo(database: Database, repository: ProjectRepository, feature_id: int, reason: str, *, actor: Actor) -> Undone:
    """Take back what landed for a card that is done. Where a crash interrupted it, calling again completes it.

    NotFound, NotAllowed; Conflict says why it cannot be: the card is not done, nothing landed for it, or later cards
    stand on its work.
    """
    wish = _Wish(feature_id, reason.strip(), actor)
    with database.read() as session:
        backlog.check_undo(session, feature_id, actor=actor)
        title = backlog.get(session, feature_id).name
    repository.recover()
    with contextlib.suppress(Conflict):
        repository.absorb()  # of no concern here where it cannot be
    for _ in range(ATTEMPTS):
        reversal = repository.reversal(feature_id, title, HARNESS.name)
        try:
            undone = _land(database, repository, reversal, wish)
        except TipMoved:
            continue
        finally:
            reversal.candidate.drop()
        return _followed(repository, undone)
    raise Conflict("Others keep landing in between: undo it again in a moment.")


def complete(database: Database, repository: ProjectRepository, feature_id: int) -> None:
    """Bring an undo to its end whose commit landed before a crash; nothing when the card was moved meanwhile."""
    with contextlib.suppress(Conflict):
        undo(database, repository, feature_id, "", actor=HARNESS)


def _land(database: Database, repository: ProjectRepository, reversal: Reversal, wish: _Wish) -> Undone:
    """Both in one transaction, the branch last: where it moves too late, nothing is written."""
    candidate = reversal.candidate
    history = repository.history()
    note = _note(reversal, wish.reason)
    with landing.staged(repository.layout, candidate) as advance, database.write() as session:
        greens = backlog.green_checks(session)
        mine = [green for green in greens if green.feature_id == wish.feature_id]
        if reversal.done and mine and not selection.taken_back(mine, history):
            raise Conflict(
                f"Nothing landed for feature {wish.feature_id} since its work was taken back: there is nothing to "
                "undo. Mark it failing instead."
            )
        others = [green for green in greens if green.feature_id != wish.feature_id]
        touched = selection.touched(others, history, candidate.files)
        stale = backlog.standing_on(session, wish.feature_id, touched)
        feature = backlog.undo(session, wish.feature_id, wish.reason, actor=wish.actor, note=note, touched=touched)
        advance()
    repository.layout.on_step("undone")
    return Undone(feature, candidate.commit, reversal.undone, tuple(stale))


def _note(reversal: Reversal, reason: str) -> str:
    taken = ", ".join(commit[:8] for commit in reversal.undone)
    what = f"Commit {reversal.candidate.commit[:8]} takes back what landed for it ({taken})."
    if reversal.done:
        what = f"What landed for it ({taken}) had been taken back already."
    return f"{what} {reason}".rstrip()


def _followed(repository: ProjectRepository, undone: Undone) -> Undone:
    try:
        note = repository.follow().reason
    except AppError as error:
        note = error.detail
    return Undone(undone.feature, undone.commit, undone.reverted, undone.stale, note)
