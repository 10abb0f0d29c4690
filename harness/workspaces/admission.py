"""What may not land, whatever a check says: nested repositories, AutoCoder's own files, links out of the project,
huge files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final

from harness.workspaces import ownfiles
from harness.workspaces.bench import ABSENT, SUBMODULE, Bench, Change

LARGEST_FILE: Final = 50 * 1024 * 1024  # bytes

_LINK: Final = "120000"


def complaint(bench: Bench, changes: Sequence[Change]) -> str | None:
    """What in `changes` may not land, as a sentence the agent can act on; None when all may."""
    bench.read_ahead(changes)
    added = [change for change in changes if change.new_mode != ABSENT]
    for change in added:
        if change.new_mode == SUBMODULE:
            return (
                f"{change.name} is a git repository of its own inside the project: remove {change.name}/.git, "
                f"run `git rm --cached {change.name}`, add its files and commit."
            )
        if change.old_mode == ABSENT and ownfiles.is_own(change.name):
            return (
                f"{change.name} belongs to AutoCoder and is never committed: "
                f"run `git rm --cached {change.name}` and commit."
            )
        if change.new_mode == _LINK and not _stays_inside(change.name, bench.text(change.new_id)):
            return f"The link {change.name} points out of the project: replace it by a file or a relative link inside."
    return _too_large(bench, [change for change in added if change.new_mode.startswith("100")])


def _too_large(bench: Bench, blobs: Sequence[Change]) -> str | None:
    sizes = bench.sizes([change.new_id for change in blobs])
    for change in blobs:
        if sizes[change.new_id] > LARGEST_FILE:
            megabytes = sizes[change.new_id] // 2**20
            return f"{change.name} has {megabytes} MB: leave files over 50 MB out of the repository (.gitignore)."
    return None


def _stays_inside(name: str, target: str) -> bool:
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
    return joined != ".." and not joined.startswith(("/", "../"))
