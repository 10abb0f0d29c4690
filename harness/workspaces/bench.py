"""Throw-away bare repositories: the only places where host git looks at what an agent made.

A bench is written by hand in a millisecond, has our configuration alone, and borrows objects through `alternates`.
Objects an agent wrote are first *copied* from a bench that borrows them into one that does not: git recomputes every
hash on the way, so what is checked, compared and landed later cannot change under our hands. A killed process leaves
at most a bench behind, which is swept away.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import Conflict
from harness.processes import Completed
from harness.workspaces import git, owned
from harness.workspaces.layout import AUTHOR_EMAIL, AUTHOR_NAME, Layout, author

ABSENT: Final = "000000"  # the mode of a file that is not there
SUBMODULE: Final = "160000"  # the mode of a repository within the repository
_ORDINARY: Final = 65_536  # bytes of a file that is read ahead
_MOST_AHEAD: Final = 200  # files
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

    @property
    def ids(self) -> tuple[str, str]:
        """The object before and the one after."""
        return self.old_id, self.new_id


class Bench:
    """A bare repository of our own at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._told: dict[tuple[str, ...], str] = {}
        self._entries: dict[str, Mapping[str, tuple[str, str]]] = {}
        self._texts: dict[str, str] = {}
        self._sizes: dict[str, int] = {}

    def git(self, *args: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None) -> str:
        """What `git args` prints with this bench as the repository."""
        return git.git(args, cwd=self.path, env={"GIT_DIR": str(self.path), **(env or {})}, stdin=stdin)

    def tell(self, *args: str) -> str:
        """What `git args` prints about objects named by their ids: they never change, so it is asked once."""
        if args not in self._told:
            self._told[args] = self.git(*args)
        return self._told[args]

    def attempt(
        self, *args: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None, encoding: str = "utf-8"
    ) -> Completed:
        """Like `git`, without judging the exit code."""
        place = {"GIT_DIR": str(self.path), **(env or {})}
        return git.attempt(args, cwd=self.path, env=place, stdin=stdin, encoding=encoding)

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

    def pair(self, before: str, tree: str, shared: Collection[str]) -> tuple[str, str]:
        """Two commits on top of `before` that no check can tell apart but by their files.

        The first has of `tree` only the files `shared` (or lacks them, as `tree` does), the second is `tree`.
        """
        changes = [change for change in self.changes(before, tree) if change.name in shared]
        who = f"{AUTHOR_NAME} <{AUTHOR_EMAIL}> {int(time.time())} +0000"
        message = "Checked by AutoCoder"
        begun = f"committer {who}\ndata {len(message)}\n{message}\nfrom {before}\n"
        without = "".join(f"{_fast_import(change)}\n" for change in changes)
        stream = (
            f"commit refs/heads/without\nmark :1\n{begun}{without}\n"
            f'commit refs/heads/with\nmark :2\n{begun}M 040000 {tree} ""\n\n'
            "get-mark :1\nget-mark :2\ndone\n"
        )
        told = self.git("fast-import", "--quiet", "--force", "--done", stdin=stream.encode())
        first, second = git.lines(told)
        everything = self.entries(tree)
        unshared = [change for change in self.changes(before, tree) if change.name not in shared]
        self._entries[first] = _without(everything, unshared)
        self._entries[second] = everything
        return first, second

    def entries(self, tree: str) -> Mapping[str, tuple[str, str]]:
        """Mode and object id of every file in a commit or tree."""
        if tree not in self._entries:
            found = {}
            for line in git.lines(self.git("ls-tree", "-r", "--full-tree", tree)):
                meta, _, quoted = line.partition("\t")
                mode, _, identity = meta.split(" ")
                found[git.unquote(quoted)] = (mode, identity)
            self._entries[tree] = found
        return self._entries[tree]

    def text(self, identity: str) -> str:
        """A blob as text; empty for the id of zeros."""
        return self.texts([identity])[identity]

    def texts(self, identities: Collection[str]) -> Mapping[str, str]:
        """Blobs as texts, by their ids, in one go: they are read once. Empty for the id of zeros."""
        wanted = [one for one in dict.fromkeys(identities) if one.strip("0") and one not in self._texts]
        if wanted:
            stdin = "".join(f"{one}\n" for one in wanted).encode()
            told = self.attempt("cat-file", "--batch", stdin=stdin, encoding="latin-1")
            self._texts.update(zip(wanted, _contents(told.stdout, wanted), strict=True))
        return {one: self._texts.get(one, "") for one in identities}

    def sizes(self, identities: Collection[str]) -> Mapping[str, int]:
        """Sizes of objects by their ids, in bytes; 0 for the id of zeros."""
        wanted = [one for one in dict.fromkeys(identities) if one.strip("0") and one not in self._sizes]
        if wanted:
            stdin = "".join(f"{one}\n" for one in wanted).encode()
            told = self.git("cat-file", "--batch-check=%(objectsize)", stdin=stdin)
            self._sizes.update(zip(wanted, map(int, git.lines(told)), strict=True))
        return {one: self._sizes.get(one, 0) for one in identities}

    def read_ahead(self, changes: Iterable[Change]) -> None:
        """Read both sides of those `changes` that are of an ordinary size, in one go."""
        sides = [one for change in changes if SUBMODULE not in (change.old_mode, change.new_mode) for one in change.ids]
        ordinary = [one for one, size in self.sizes(sides).items() if size <= _ORDINARY]
        self.texts(ordinary[:_MOST_AHEAD])

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


def _fast_import(change: Change) -> str:
    """The line of a commit for `git fast-import` that makes `change`."""
    name = git.quote(change.name)
    return f"D {name}" if change.new_mode == ABSENT else f"M {change.new_mode} {change.new_id} {name}"


def _without(entries: Mapping[str, tuple[str, str]], changes: Sequence[Change]) -> dict[str, tuple[str, str]]:
    """`entries` as they were before `changes`."""
    found = dict(entries)
    for change in changes:
        if change.old_mode == ABSENT:
            del found[change.name]
        else:
            found[change.name] = (change.old_mode, change.old_id)
    return found


def _contents(told: str, identities: Sequence[str]) -> Iterator[str]:
    """The texts in what `git cat-file --batch` printed for `identities`, each byte of it one character."""
    position = 0
    for identity in identities:
        head, _, _ = told[position : position + 200].partition("\n")
        if not head.startswith(f"{identity} blob "):
            raise Conflict(f"git could not read {identity[:12]}: {head or 'no reason given'}")
        position += len(head) + 1
        size = int(head.rpartition(" ")[2])
        yield told[position : position + size].encode("latin-1").decode("utf-8", "replace").removesuffix("\n")
        position += size + 1


def _change(line: str) -> Change:
    meta, _, name = line.partition("\t")
    old_mode, new_mode, old_id, new_id, _status = meta.removeprefix(":").split(" ")
    return Change(git.unquote(name), old_mode, new_mode, old_id, new_id)
