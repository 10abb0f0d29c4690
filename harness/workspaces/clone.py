"""An agent's clone on disk: making it, telling whether it is whole, and putting commits and files into it.

A clone owns only its new objects; the rest is read from the project's object folder. It is made by git in a folder
nobody else knows yet; from then on the harness touches it only through files.Root, because the agent may be writing
to it at any moment.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Final

from harness.workspaces import git, owned, ownfiles
from harness.workspaces.bench import Bench
from harness.workspaces.files import Root
from harness.workspaces.layout import AUTHOR_EMAIL, AUTHOR_NAME, Layout

TIP_REF: Final = "refs/remotes/autocoder/integration"  # lets the agent say `git merge autocoder/integration`
_ALTERNATES: Final = ".git/objects/info/alternates"
_LEFTOVERS: Final = (
    "index.lock",
    "HEAD.lock",
    "MERGE_HEAD",
    "MERGE_MSG",
    "MERGE_MODE",
    "AUTO_MERGE",
    "SQUASH_MSG",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "rebase-merge",
    "rebase-apply",
    "sequencer",
    "BISECT_LOG",
)


def make(layout: Layout, agent: str, commit: str, branch: str) -> Path:
    """A new clone for `agent` with `commit` checked out on `branch`; it appears in one step."""
    path = layout.workspace(agent)
    with owned.folder(layout.harness / "new") as fresh:
        checkout(layout, fresh, commit, branch=branch)
        with (fresh / ".git/config").open("a") as config:
            config.write(f"[user]\n\tname = {AUTHOR_NAME} {agent}\n\temail = {AUTHOR_EMAIL}\n[gc]\n\tauto = 0\n")
        (fresh / ".git/info").mkdir(exist_ok=True)
        (fresh / ".git/info/exclude").write_text(ownfiles.with_block(""))
        root = Root(fresh)
        root.write(f".git/{TIP_REF}", f"{commit}\n".encode())
        state = layout.agent_state(agent)
        state.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fresh / ".git/index", state / "index")  # what the harness compares with needs no second reading
        fresh.rename(path)
    return path


def checkout(
    layout: Layout,
    into: Path,
    commit: str,
    *,
    branch: str | None,
    borrowed: tuple[Path, ...] = (),
    index: Path | None = None,
) -> None:
    """Make the folder `into` a repository that borrows our objects, with `commit` on `branch`, or detached.

    It is empty, or holds files of another commit just as git wrote them, of which `index` is the index.
    """
    for below in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (into / ".git" / below).mkdir(parents=True)
    (into / ".git/config").write_bytes(_config(layout, into.stat().st_dev))
    (into / ".git/HEAD").write_text(f"ref: refs/heads/{branch}\n" if branch else f"{commit}\n")
    alternates = into / ".git/objects/info/alternates"
    alternates.write_text("".join(f"{root}\n" for root in (*layout.object_roots, *borrowed)))
    if (layout.common_dir / "shallow").is_file():
        shutil.copyfile(layout.common_dir / "shallow", into / ".git/shallow")
    place = {"GIT_DIR": str(into / ".git"), "GIT_WORK_TREE": str(into)}
    if branch is not None:
        git.git(["update-ref", f"refs/heads/{branch}", commit], cwd=into, env=place)
    if index is not None:
        shutil.copyfile(index, into / ".git/index")
    git.git(["read-tree", "-m" if index is None else "--reset", "-u", commit], cwd=into, env=place, timeout=600)


@cache
def _config(layout: Layout, _device: int) -> bytes:
    """What git writes into the configuration of a new repository on this file system."""
    with owned.folder(layout.harness / "new") as scratch:
        git.git(["init", "--quiet", "--template=", f"--object-format={layout.object_format}"], cwd=scratch)
        return (scratch / ".git/config").read_bytes()


def fault(layout: Layout, root: Root) -> str | None:
    """Why the objects of the clone at `root` must not be read; None when they may."""
    if root.kind(".git") != "directory":
        return "its .git is no folder"
    if root.holds_links(".git/objects"):
        return "its object folder holds links"
    if root.read(_ALTERNATES, 64 * 1024) != _alternates(layout):
        return "its objects/info/alternates was changed"
    return None


def repair(layout: Layout, root: Root) -> None:
    """Let a clone borrow from where the project's objects are now: the folder may have been moved, or the file
    changed.
    """
    if root.kind(".git") == "directory" and not root.holds_links(".git/objects"):
        root.write(_ALTERNATES, _alternates(layout))


def _alternates(layout: Layout) -> bytes:
    return "".join(f"{path}\n" for path in layout.object_roots).encode()


def objects(root: Root) -> Path:
    """The folder of the clone's own objects."""
    return root.path / ".git/objects"


def put_objects(root: Root, bench: Bench) -> None:
    """Copy the objects made in `bench` into the clone."""
    for path in sorted((bench.path / "objects").glob("??/*")):
        name = f".git/objects/{path.parent.name}/{path.name}"
        if root.kind(name) != "file":
            root.write(name, path.read_bytes(), read_only=True)


def put_files(root: Root, bench: Bench, old: str, new: str) -> None:
    """Turn files that are as in `old` (commit or tree) into those of `new`; what neither knows stays."""
    changes = bench.changes(old, new)
    for change in changes:
        if change.new_mode == "000000":
            root.remove(change.name)
    wanted = [change.name for change in changes if change.new_mode not in {"000000", "160000"}]
    scratch = bench.path / "scratch-out"
    scratch.mkdir(exist_ok=True)
    index = {"GIT_INDEX_FILE": str(bench.path / "index-out"), "GIT_WORK_TREE": str(scratch)}
    bench.git("read-tree", new, env=index)
    prefix = f"--prefix={scratch}{os.sep}"
    bench.git("checkout-index", "-f", "-z", "--stdin", prefix, env=index, stdin=git.paths_for_stdin(wanted))
    for name in wanted:
        root.bring(name, scratch)


def put_head(root: Root, bench: Bench, commit: str, branch: str) -> None:
    """Let HEAD of the clone be `branch` at `commit`, with a matching index and nothing half-done."""
    for name in (*_LEFTOVERS, f"refs/heads/{branch}.lock"):
        if root.kind(f".git/{name}") is not None:
            root.remove(f".git/{name}")
    root.write(f".git/refs/heads/{branch}", f"{commit}\n".encode())
    root.write(".git/HEAD", f"ref: refs/heads/{branch}\n".encode())
    put_index(root, bench, commit)


def put_index(root: Root, bench: Bench, commit: str) -> None:
    """Give the clone an index that matches `commit`."""
    index = bench.path / "index-clone"
    place = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": str(root.path)}
    bench.git("read-tree", commit, env=place)
    bench.attempt("update-index", "-q", "--refresh", env=place)
    root.write(".git/index", index.read_bytes())
