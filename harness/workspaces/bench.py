"""Throw-away bare repositories: the only places where host git looks at what an agent made.

A bench is written by hand in a millisecond, has our configuration alone, and borrows objects through `alternates`.
Objects an agent wrote are first *copied* from a bench that borrows them into one that does not: git recomputes every
hash on the way, so what is checked, compared and landed later cannot change under our hands. A killed process leaves
at most a bench behind, which is swept away.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import Conflict
from harness.processes import Completed
from harness.workspaces import git, owned
from harness.workspaces.layout import Layout, author

COMMIT_ID: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")

_CONFIG = """\
[core]
\trepositoryformatversion = {version}
\tbare = true
\tfilemode = true
\tcommitGraph = false
\tmultiPackIndex = false
[pack]
\tuseBitmaps = false
[gc]
\tauto = 0
{extensions}"""


@dataclass(frozen=True)
class Merged:
    """A three-way merge: the tree, or the files in conflict."""

    tree: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One path that differs between two trees. Modes and object ids as git prints them; zeros where there is none."""

    name: str
    old_mode: str
    new_mode: str
    old_id: str
    new_id: str


class Bench:
    """A bare repository of our own at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._told: dict[tuple[str, ...], str] = {}

    def git(self, *args: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None) -> str:
        """What `git args` prints with this bench as the repository."""
        return git.git(args, cwd=self.path, env={"GIT_DIR": str(self.path), **(env or {})}, stdin=stdin)

    def tell(self, *args: str) -> str:
        """What `git args` prints about objects named by their ids: they never change, so it is asked once."""
        if args not in self._told:
            self._told[args] = self.git(*args)
        return self._told[args]

    def attempt(self, *args: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None) -> Completed:
        """Like `git`, without judging the exit code."""
        return git.attempt(args, cwd=self.path, env={"GIT_DIR": str(self.path), **(env or {})}, stdin=stdin)

    def set_ref(self, ref: str, commit: str) -> None:
        """Let `ref` of this bench name `commit`."""
        target = self.path / ref
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(commit + "\n")

    def has_commit(self, commit: str) -> bool:
        """Whether `commit` can be read here."""
        return self.attempt("cat-file", "-e", f"{commit}^{{commit}}").ok

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `old` is `new` or one of its ancestors."""
        return self.attempt("merge-base", "--is-ancestor", old, new).ok

    def tree_of(self, commit: str) -> str:
        """The tree of `commit`."""
        return self.tell("rev-parse", f"{commit}^{{tree}}")

    def merge(self, ours: str, theirs: str, *, base: str | None = None) -> Merged:
        """Merge commit `theirs` into `ours`; `base` in place of their true merge base where one is given."""
        if base is not None:
            root = self.commit(self.tree_of(base), (), "base")
            ours = self.commit(self.tree_of(ours), (root,), "ours")
            theirs = self.commit(self.tree_of(theirs), (root,), "theirs")
        done = self.attempt(
            "merge-tree", "--write-tree", "--name-only", "--no-messages", "--allow-unrelated-histories", ours, theirs
        )
        if done.exit_code not in (0, 1) or not done.stdout:
            raise Conflict(f"git could not merge the work: {done.stderr.strip() or 'no reason given'}")
        tree, *names = git.lines(done.stdout.rstrip("\n"))
        return Merged(tree, tuple(git.unquote(name) for name in names) if done.exit_code else ())

    def commit(self, tree: str, parents: Sequence[str], message: str, *, agent: str | None = None) -> str:
        """A commit of `tree` by AutoCoder, or in the name of `agent`; nothing points to it yet."""
        flags = [flag for parent in parents for flag in ("-p", parent)]
        return self.git("commit-tree", tree, *flags, "-F", "-", env=author(agent), stdin=message.encode())

    def overlaid(self, commit: str, names: Sequence[str], source: str) -> str:
        """A commit on top of `commit` with the files `names` as they are in the tree `source`, or without them."""
        place = {"GIT_INDEX_FILE": str(self.path / "index-overlay")}
        self.git("read-tree", commit, env=place)
        found = self.entries(source)
        absent = ("0", "0" * len(source))
        rows = [_index_row(name, *found.get(name, absent)) for name in dict.fromkeys(names)]
        self.git("update-index", "-z", "--index-info", env=place, stdin=b"".join(rows))
        return self.checkable(self.git("write-tree", env=place), commit)

    def checkable(self, tree: str, parent: str) -> str:
        """A commit of `tree` on `parent` like any other of its kind: no check can tell by it which run it is in."""
        return self.commit(tree, (parent,), "Checked by AutoCoder")

    def entries(self, tree: str) -> dict[str, tuple[str, str]]:
        """Mode and object id of every file in a commit or tree."""
        found = {}
        for line in git.lines(self.tell("ls-tree", "-r", "--full-tree", tree)):
            meta, _, quoted = line.partition("\t")
            mode, _, identity = meta.split(" ")
            found[git.unquote(quoted)] = (mode, identity)
        return found

    def text(self, identity: str) -> str:
        """A blob as text; empty for the id of zeros."""
        return "" if identity.strip("0") == "" else self.git("cat-file", "blob", identity)

    def changes(self, old: str, new: str) -> list[Change]:
        """The paths that differ between two commits or trees, renames as a removal and an addition."""
        text = self.tell("diff-tree", "-r", "--raw", "--no-renames", "--no-ext-diff", "--no-abbrev", old, new)
        return [_change(line) for line in git.lines(text)]

    def remove(self) -> None:
        """Delete the bench."""
        shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def opened(layout: Layout, *, borrowed: Sequence[Path] = ()) -> Iterator[Bench]:
    """A bench that can read the project's objects and those in the folders `borrowed`; gone afterwards."""
    bench = create(layout, borrowed=borrowed)
    try:
        yield bench
    finally:
        bench.remove()


def create(layout: Layout, *, borrowed: Sequence[Path] = ()) -> Bench:
    """A bench that stays until `remove`, or until a sweep finds that our process is gone."""
    path = owned.create(layout.harness / "benches", ".git")
    for below in ("objects/info", "objects/pack", "refs/heads", "info"):
        (path / below).mkdir(parents=True)
    sha256 = layout.object_format != "sha1"
    extensions = f"[extensions]\n\tobjectFormat = {layout.object_format}\n" if sha256 else ""
    (path / "config").write_text(_CONFIG.format(version=1 if sha256 else 0, extensions=extensions))
    (path / "HEAD").write_text("ref: refs/heads/none\n")
    roots = [*layout.object_roots, *borrowed]  # ours first: nothing borrowed can stand in for them
    (path / "objects/info/alternates").write_text("".join(f"{root}\n" for root in roots))
    shallow = layout.common_dir / "shallow"
    if shallow.is_file():
        shutil.copyfile(shallow, path / "shallow")
    return Bench(path)


def _index_row(name: str, mode: str, identity: str) -> bytes:
    return f"{mode} {identity}\t".encode() + os.fsencode(name) + b"\0"


def _change(line: str) -> Change:
    meta, _, name = line.partition("\t")
    old_mode, new_mode, old_id, new_id, _status = meta.removeprefix(":").split(" ")
    return Change(git.unquote(name), old_mode, new_mode, old_id, new_id)
