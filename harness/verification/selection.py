"""Which green cards are to be looked at again, and in which order. Pure: what git knows is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from api.backlog.schemas import GreenCheck
from harness.workspaces.history import History

Diff = Callable[[str], frozenset[str] | None]  # the files that differ between a commit and the tip; None: unknown


def files_that_matter(green: GreenCheck, history: History) -> frozenset[str]:
    """The files of a card: those of its check, and those that were changed for it."""
    return history.files_of(green.feature_id).union(green.check.files)


def touched(greens: Iterable[GreenCheck], history: History, files: Iterable[str]) -> list[int]:
    """The cards to which a change of `files` matters."""
    changed = frozenset(files)
    return [green.feature_id for green in greens if files_that_matter(green, history) & changed]


def gone_stale(greens: Iterable[GreenCheck], history: History, diff: Diff) -> list[int]:
    """The cards whose files others changed since their check passed last, and that are not called stale yet."""
    return [
        green.feature_id
        for green in greens
        if not green.stale and green.commit != history.tip and _is_affected(green, history, diff)
    ]


def due(
    greens: Sequence[GreenCheck], tip_tree: str, spoiled: Mapping[int, str], fresh_since: datetime | None = None
) -> list[GreenCheck]:
    """Whose check is to run again: the stale ones first, then the oldest pass first.

    Left out are cards whose check passed on these very files, whose check runs elsewhere, and the `spoiled`, whose
    check could not say anything about `tip_tree`; unless they are stale, also those that passed after `fresh_since`.
    """
    found = [
        green
        for green in greens
        if not green.leased
        and spoiled.get(green.feature_id) != tip_tree
        and (green.stale or (green.tree != tip_tree and (fresh_since is None or green.finished_at < fresh_since)))
    ]
    return sorted(found, key=lambda green: (not green.stale, green.finished_at))


def taken_back(greens: Iterable[GreenCheck], history: History) -> list[GreenCheck]:
    """The green cards whose work was taken back after their check passed last: an undo that was not brought to its
    end.
    """
    found = []
    for green in greens:
        undoing, since = history.undoing(green.feature_id), history.since(green.commit)
        if undoing is not None and since is not None and undoing.commit in {step.commit for step in since}:
            found.append(green)
    return found


def _is_affected(green: GreenCheck, history: History, diff: Diff) -> bool:
    matters = files_that_matter(green, history)
    found = history.changed_since(green.commit, matters)
    if found is not None:
        return found
    changed = diff(green.commit)
    return changed is None or not changed.isdisjoint(matters)
