"""What was changed for a card: the commits that landed for it, and their differences."""

from __future__ import annotations

from typing import Final

from api.errors import Conflict
from harness.workspaces.repository import ProjectRepository
from server.schemas import Change, Changes

MOST_COMMITS: Final = 20
MOST_TEXT: Final = 500_000  # characters of one commit's difference


def of_feature(repository: ProjectRepository, feature_id: int) -> Changes:
    """The commits of a card on the integration branch, newest first; none where no agent has worked yet."""
    try:
        commits = repository.feature_commits(feature_id)[:MOST_COMMITS]
        undone = repository.taken_back()
    except Conflict:
        return Changes(changes=[])
    return Changes(changes=[_change(commit, repository.patch(commit), undone.get(commit)) for commit in commits])


def _change(commit: str, patch: str, undone_by: str | None) -> Change:
    return Change(commit=commit, patch=patch[:MOST_TEXT], truncated=len(patch) > MOST_TEXT, undone_by=undone_by)
