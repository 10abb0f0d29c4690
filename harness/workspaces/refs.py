"""Refs of the project's repository, read from the files git keeps them in: a git process takes 2 ms, a file 0.02.

Git replaces such a file in one step, so what is read is whole. A ref that is not there as a file of its own (packed, or
kept in a reftable) is for git to find.
"""

from __future__ import annotations

from pathlib import Path

from harness.workspaces.bench import COMMIT_ID
from harness.workspaces.layout import Layout

_LINKS = 5  # symbolic refs one after the other
_SYMBOLIC = "ref: "


def target(layout: Layout, ref: str) -> str | None:
    """The ref that the symbolic ref `ref` names; None when it is none, or not a file."""
    text = _text(layout, ref)
    return text.removeprefix(_SYMBOLIC) if text.startswith(_SYMBOLIC) else None


def commit(layout: Layout, ref: str) -> str | None:
    """The id `ref` stands for; None when its file does not tell."""
    for _ in range(_LINKS):
        text = _text(layout, ref)
        if COMMIT_ID.fullmatch(text):
            return text
        if not text.startswith(_SYMBOLIC):
            return None
        ref = text.removeprefix(_SYMBOLIC)
    return None


def is_checked_out(layout: Layout, ref: str) -> bool:
    """Whether the head of any working tree of the repository may be `ref`; False only when none is."""
    if _keeps_no_files(layout):
        return True
    heads = [layout.common_dir / "HEAD", layout.git_dir / "HEAD", *layout.common_dir.glob("worktrees/*/HEAD")]
    return any(path.is_symlink() or _read(path) in ("", _SYMBOLIC + ref) for path in heads)


def _text(layout: Layout, ref: str) -> str:
    if not (ref == "HEAD" or ref.startswith("refs/")) or ".." in ref or _keeps_no_files(layout):
        return ""
    return _read((layout.git_dir if ref == "HEAD" else layout.common_dir) / ref)


def _keeps_no_files(layout: Layout) -> bool:
    return (layout.common_dir / "reftable").exists()


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError):
        return ""
