"""What is in an agent's working tree: compared with its head, and turned into a tree without running git in the
clone.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.workspaces import git, ownfiles
from harness.workspaces.bench import Bench
from harness.workspaces.files import Root

FILE_LIMIT: Final = 50 * 1024 * 1024  # bytes; a longer file that is not committed is left out of a snapshot
TOTAL_LIMIT: Final = 500 * 1024 * 1024
NESTING: Final = 3  # repositories within repositories


@dataclass(frozen=True)
class Snapshot:
    """A working tree as a tree object: what differs from the head, and what was left out because of its size."""

    tree: str
    changed: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def dirty(bench: Bench, root: Root, commit: str, cache: Path) -> list[str]:
    """The files of the working tree that differ from `commit`, untracked ones included, ignored ones not, sorted.

    `cache` is an index file of ours that remembers file times from call to call; a folder with a repository of its
    own is listed with a slash at its end.
    """
    index = bench.path / "index"
    with contextlib.suppress(OSError):
        shutil.copyfile(cache, index)
    place = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": str(root.path)}
    if not bench.attempt("read-tree", "-m", commit, env=place).ok:
        index.unlink(missing_ok=True)
        bench.git("read-tree", commit, env=place)
    bench.set_ref("HEAD", commit)
    (bench.path / "info/exclude").write_text(ownfiles.with_block(""))
    text = bench.git(
        "status", "--porcelain=v1", "--no-renames", "--untracked-files=all", "--ignore-submodules=all", env=place
    )
    _remember(index, cache)
    return sorted(git.unquote(line[3:]) for line in git.lines(text))


def take(bench: Bench, root: Root, commit: str, cache: Path, *, nested: bool = False) -> Snapshot:
    """The working tree as a tree in `bench`; `nested`: with the files of repositories inside it as files of its own."""
    changed = dirty(bench, root, commit, cache)
    if nested:
        changed = [name for entry in changed for name in _expanded(bench, root, entry)]
    if not changed:
        return Snapshot(bench.tree_of(commit), ())
    scratch = bench.path / "scratch-in"
    scratch.mkdir(exist_ok=True)
    added, removed, left_out = _collect(root, changed, scratch)
    place = {"GIT_INDEX_FILE": str(bench.path / "index"), "GIT_WORK_TREE": str(scratch)}
    _update(bench, place, "--force-remove", removed)
    _update(bench, place, "--add", added)
    return Snapshot(bench.git("write-tree", env=place), tuple(changed), tuple(left_out))


def _expanded(bench: Bench, root: Root, name: str, depth: int = 0) -> list[str]:
    """The files below `name` if it is a folder with a repository of its own, else `name` itself."""
    if not name.endswith("/") or depth > NESTING:
        return [name]
    place = {"GIT_INDEX_FILE": str(bench.path / "index-nested"), "GIT_WORK_TREE": str(root.path / name)}
    done = bench.attempt("ls-files", "--others", "--exclude-standard", env=place)
    below = [name + git.unquote(line) for line in git.lines(done.stdout.rstrip("\n"))] if done.ok else []
    return [found for entry in below for found in _expanded(bench, root, entry, depth + 1)]


def _collect(root: Root, names: list[str], scratch: Path) -> tuple[list[str], list[str], list[str]]:
    added: list[str] = []
    removed: list[str] = []
    left_out: list[str] = []
    total = 0
    for name in names:
        kind = None if name.endswith("/") else root.kind(name)
        total += root.size(name) if kind == "file" else 0
        if name.endswith("/") or total > TOTAL_LIMIT:
            left_out.append(name)
        elif kind not in {"file", "link"}:
            removed.append(name)
        elif root.take(name, scratch, FILE_LIMIT):
            added.append(name)
        else:
            left_out.append(name)
    return added, removed, left_out


def _update(bench: Bench, place: Mapping[str, str], flag: str, names: list[str]) -> None:
    if names:
        bench.git("update-index", "--replace", flag, "-z", "--stdin", env=place, stdin=git.paths_for_stdin(names))


def _remember(index: Path, cache: Path) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    temporary = cache.with_name(f"{cache.name}.{secrets.token_hex(4)}")
    shutil.copyfile(index, temporary)
    temporary.replace(cache)
