"""Brings the cards in line with what happened on the integration branch: whose receipts are older than the code."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from api.backlog import service as backlog
from api.backlog.schemas import GreenCheck
from api.database import Database
from harness.verification import selection, undoing
from harness.workspaces.history import History
from harness.workspaces.repository import ProjectRepository


def age(
    database: Database, repository: ProjectRepository, history: History, ahead: Collection[str] = ()
) -> list[GreenCheck]:
    """Mark the cards that are stale at the tip of `history`, and complete undos that a crash interrupted.

    `ahead` are files that the user changed in commits that the branch does not have yet. Every card that a check
    turned green, as it is afterwards, the oldest pass first.
    """
    greens = _greens(database)
    taken_back = selection.taken_back(greens, history)
    for green in taken_back:
        undoing.complete(database, repository, green.feature_id)
    stale = selection.gone_stale(greens, history, lambda old: repository.changed_files(old, history.tip))
    stale += selection.touched([green for green in greens if not green.stale], history, ahead)
    if stale:
        _mark(database, greens, stale)
    return _greens(database) if stale or taken_back else greens


def _greens(database: Database) -> list[GreenCheck]:
    with database.read() as session:
        return backlog.green_checks(session)


def _mark(database: Database, seen: Iterable[GreenCheck], stale: Iterable[int]) -> None:
    """Mark those of `stale` whose check did not pass again since they were `seen`."""
    commits = {green.feature_id: green.commit for green in seen}
    with database.write() as session:
        now = {green.feature_id: green.commit for green in backlog.green_checks(session)}
        backlog.mark_stale(session, [number for number in sorted(set(stale)) if now.get(number) == commits[number]])
