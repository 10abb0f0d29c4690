"""The head and the branches of an agent's clone, read from its files: no git runs on an agent's `.git`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.workspaces.bench import COMMIT_ID
from harness.workspaces.files import Root

_BRANCH = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\/.-][^\x00-\x20\x7f~^:?*\[\\]{0,199}")
_SMALL = 64 * 1024  # bytes of a HEAD or a loose ref that is one
_PACKED = 8 * 1024 * 1024


@dataclass(frozen=True)
class Head:
    """Where HEAD is: `branch` is None when detached or unreadable, `commit` None when unborn or unreadable."""

    branch: str | None
    commit: str | None


def head(root: Root) -> Head:
    """The head of the clone at `root`."""
    text = _text(root, ".git/HEAD", _SMALL)
    if text.startswith("ref: refs/heads/"):
        name = text.removeprefix("ref: refs/heads/")
        return Head(name, branch(root, name)) if is_branch_name(name) else Head(None, None)
    return Head(None, text if COMMIT_ID.fullmatch(text) else None)


def branch(root: Root, name: str) -> str | None:
    """The commit of branch `name` of the clone at `root`; None when there is none."""
    if not is_branch_name(name):
        return None
    loose = _text(root, f".git/refs/heads/{name}", _SMALL)
    if COMMIT_ID.fullmatch(loose):
        return loose
    return _packed(root).get(f"refs/heads/{name}")


def branches(root: Root) -> dict[str, str]:
    """Every branch of the clone at `root` with its commit."""
    found = {ref.removeprefix("refs/heads/"): commit for ref, commit in _packed(root).items()}
    pending = [""]
    while pending and len(found) < 1000:
        folder = pending.pop()
        for entry in root.names(f".git/refs/heads/{folder}".rstrip("/")):
            name = f"{folder}/{entry}".lstrip("/")
            if root.kind(f".git/refs/heads/{name}") == "directory" and name.count("/") < 8:
                pending.append(name)
            elif (commit := branch(root, name)) is not None:
                found[name] = commit
    return {name: commit for name, commit in found.items() if is_branch_name(name)}


def is_branch_name(name: str) -> bool:
    """Whether git itself would allow a branch of this name."""
    return bool(_BRANCH.fullmatch(name)) and not re.search(r"\.\.|@\{|//|/\.|\.lock(/|$)|[./]$", name)


def _packed(root: Root) -> dict[str, str]:
    refs = {}
    for line in _text(root, ".git/packed-refs", _PACKED).splitlines():
        commit, _, ref = line.partition(" ")
        if ref.startswith("refs/heads/") and COMMIT_ID.fullmatch(commit):
            refs[ref] = commit
    return refs


def _text(root: Root, name: str, limit: int) -> str:
    data = root.read(name, limit)
    return "" if data is None else data.decode("utf-8", "replace").strip()
