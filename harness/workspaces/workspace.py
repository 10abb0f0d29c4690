"""An agent's workspace: its clone, the branch of the card it works on, and what happens to unfinished work."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.workspaces import bench as benches
from harness.workspaces import clone, heads, integration, landing, ownfiles, rescue, snapshot
from harness.workspaces.bench import Bench
from harness.workspaces.files import Root
from harness.workspaces.layout import Layout
from harness.workspaces.moving import Move, Step

PROGRESS_LIMIT: Final = 256 * 1024  # bytes of claude-progress.txt taken out of a clone
CHECK_FILE_LIMIT: Final = 5 * 1024 * 1024
SETUP_BRANCH: Final = "autocoder-setup"


@dataclass(frozen=True)
class Started:
    """The branch the workspace is on now.

    `continued`: it holds earlier work; `note` tells the agent what to know about it.
    """

    branch: str
    commit: str
    continued: bool = False
    note: str | None = None


@dataclass(frozen=True)
class State:
    """Where a workspace stands: `dirty` are files not committed, `ahead` commits that are not on the integration
    branch.
    """

    head: str | None
    branch: str | None
    dirty: tuple[str, ...]
    ahead: int


class Workspace:
    """The clone of `agent`.

    Safe to use while the agent works in it: nothing here follows its links or runs its git configuration.
    """

    def __init__(self, layout: Layout, agent: str) -> None:
        self._layout = layout
        self.agent = agent
        self.path = layout.workspace(agent)
        self._root = Root(self.path)
        self._cache = layout.agent_state(agent) / "index"
        self._move = Move(layout, self._root, layout.agent_state(agent) / "checkout.json")

    @property
    def object_roots(self) -> tuple[Path, ...]:
        """The folders the clone borrows objects from: to be bound read-only, at their own paths, into its place."""
        return self._layout.object_roots

    def fault(self) -> str | None:
        """Why this clone has to be replaced; None when it is whole, perhaps after a small repair."""
        if not self.path.is_dir():
            return "it is missing"
        if clone.fault(self._layout, self._root) is not None:
            clone.repair(self._layout, self._root)
        if (fault := clone.fault(self._layout, self._root)) is not None:
            return fault
        head = heads.head(self._root)
        if head == heads.Head(None, None):
            return "its HEAD cannot be read"
        with self._bench() as bench:
            readable = head.commit is None or bench.has_commit(head.commit)
        return None if readable else "its head commit is missing"

    def start_feature(self, feature_id: int, slug: str) -> Started:
        """Put the workspace on the branch of card `feature_id`: a new one from the integration tip, or the one with
        its unlanded work.

        What was not committed goes into that branch when it was made on it, and into a rescue ref otherwise.
        """
        prefix = f"feature/{feature_id}-"
        words = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")[:40].strip("-") or "work"
        known = [name for name in sorted(heads.branches(self._root)) if name.startswith(prefix)]
        current = heads.head(self._root).branch
        branch = current if current in known else known[0] if known else prefix + words
        return self._start(branch, f"#{feature_id}")

    def start_initializer(self) -> Started:
        """Put the workspace on the branch of the project's setup."""
        return self._start(SETUP_BRANCH, "the setup")

    def state(self) -> State:
        """Where the workspace stands."""
        head = heads.head(self._root)
        tip = integration.tip(self._layout)
        with self._bench() as bench:
            dirty = snapshot.dirty(bench, self._root, head.commit or tip, self._cache)
            ahead = int(bench.git("rev-list", "--count", f"{tip}..{head.commit}", "--")) if head.commit else 0
        return State(head.commit, head.branch, tuple(dirty), ahead)

    def save_work(self, message: str) -> str | None:
        """Commit everything that is not committed on the current branch, in the agent's name; None when nothing was.

        Where there is no branch to commit on, or the clone is damaged, the work goes into a rescue ref instead.
        """
        head = heads.head(self._root)
        if head.commit is None or head.branch is None or clone.fault(self._layout, self._root) is not None:
            ref = self.rescue(_label(head.branch))
            return None if ref is None else integration.resolve(self._layout, ref)
        with self._bench() as bench:
            taken = snapshot.take(bench, self._root, head.commit, self._cache)
            if taken.tree == bench.tree_of(head.commit):
                return None
            commit = bench.commit(taken.tree, (head.commit,), message, agent=self.agent)
            clone.put_objects(self._root, bench)
            clone.put_head(self._root, bench, commit, head.branch)
        return commit

    def rescue(self, label: str, *, branches: bool = False) -> str | None:
        """Keep the head and the files that are not on the integration branch as a rescue ref of the project; its name.

        None when there is nothing of the kind. `branches`: the commits of all other branches too, each under a ref of
        its own.
        """
        tip = integration.tip(self._layout)
        borrow = clone.fault(self._layout, self._root) is None
        head = heads.head(self._root)
        with self._bench(borrow=borrow) as bench:
            if branches and borrow:
                self._rescue_branches(bench, head.branch, tip)
            start = head.commit if head.commit is not None and borrow and bench.has_commit(head.commit) else tip
            return self._rescue(bench, start, label)

    def copy_in(self, specification: str | None = None, progress: str | None = None) -> None:
        """Put the application's specification and the progress notes where agents look for them."""
        for name, text in ((ownfiles.SPECIFICATION, specification), (ownfiles.PROGRESS, progress)):
            if text is not None:
                self._root.write(name, text.encode())

    def copy_out_progress(self) -> str | None:
        """The progress notes the agent wrote; None when there is no regular file of at most 256 KB."""
        data = self._root.read(ownfiles.PROGRESS, PROGRESS_LIMIT)
        return None if data is None else data.decode("utf-8", "replace")

    def read_files(self, names: Iterable[str]) -> dict[str, bytes]:
        """The contents of those `names` that are regular files of at most 5 MB in the working tree, as they are now."""
        found = ((name, self._root.read(name, CHECK_FILE_LIMIT)) for name in names)
        return {name: data for name, data in found if data is not None}

    def candidate(
        self, feature_id: int | None, title: str, *, expected: str | None = None, allow_empty: bool = False
    ) -> landing.Candidate | landing.Rejected:
        """The commit that would land from here, or why there is none."""
        return landing.prepare(
            self._layout, self._root, self.agent,
            feature_id=feature_id, title=title, expected=expected, allow_empty=allow_empty,
        )  # fmt: skip

    @contextlib.contextmanager
    def _bench(self, *, borrow: bool = True) -> Iterator[Bench]:
        borrowed = [clone.objects(self._root)] if borrow else []
        with benches.opened(self._layout, borrowed=borrowed) as bench:
            yield bench

    def _start(self, branch: str, what: str) -> Started:
        with self._bench() as bench:
            self._move.finish(bench)
        integration.absorb(self._layout)
        tip = integration.tip(self._layout)
        head = heads.head(self._root)
        with self._bench() as bench:
            start = head.commit if head.commit is not None else tip
            work = heads.branch(self._root, branch)
            tree = self._settle(bench, head, start, mine=head.branch == branch, label=_label(head.branch))
            if head.branch == branch and tree is not None:
                work = bench.commit(tree, (start,), f"Unfinished work on {what}\n", agent=self.agent)
            started = self._choose(bench, branch, work, tip)
            before = start if tree is None else bench.commit(tree, (start,), "Working tree\n", agent=self.agent)
            self._move.make(bench, Step(before, started.commit, branch, tip))
        return started

    def _settle(self, bench: Bench, head: heads.Head, start: str, *, mine: bool, label: str) -> str | None:
        """The tree of a working tree with changes, None without.

        Changes that are not `mine` are rescued, as are detached commits.
        """
        taken = snapshot.take(bench, self._root, start, self._cache)
        changed = taken.tree != bench.tree_of(start)
        if (changed and not mine) or head.branch is None:
            self._rescue(bench, start, label, taken)
        return taken.tree if changed else None

    def _rescue_branches(self, bench: Bench, current: str | None, tip: str) -> None:
        for name, commit in heads.branches(self._root).items():
            if name != current and self._is_unlanded(bench, commit, tip):
                rescue.keep(self._layout, bench, commit, agent=self.agent, label=_label(name))

    def _is_unlanded(self, bench: Bench, commit: str, tip: str) -> bool:
        if not bench.has_commit(commit) or bench.is_ancestor(commit, tip):
            return False
        base = landing.landed_base(bench, commit, tip)
        return base is None or base.head != commit

    def _rescue(self, bench: Bench, start: str, label: str, taken: snapshot.Snapshot | None = None) -> str | None:
        taken = taken or snapshot.take(bench, self._root, start, self._cache, nested=True)
        commit = start
        if taken.tree != bench.tree_of(start):
            note = "".join(f"\nNot kept because of its size: {name}" for name in taken.left_out)
            commit = bench.commit(taken.tree, (start,), f"Work of {self.agent}, rescued\n{note}", agent=self.agent)
        elif bench.is_ancestor(start, integration.tip(self._layout)):
            return None
        return rescue.keep(self._layout, bench, commit, agent=self.agent, label=label)

    def _choose(self, bench: Bench, branch: str, work: str | None, tip: str) -> Started:
        """Where `branch` starts: at the tip, or at its own unlanded work with the tip merged in where that is clean."""
        if work is None or not self._is_unlanded(bench, work, tip):
            return Started(branch, tip)
        base = landing.landed_base(bench, work, tip)
        if bench.is_ancestor(tip, work):
            return Started(branch, work, continued=True, note="Your earlier work on this card is on the branch.")
        merged = bench.merge(tip, work, base=None if base is None else base.head)
        if merged.conflicts:
            note = f"Your earlier work conflicts with what landed since in: {', '.join(merged.conflicts[:20])}."
            return Started(branch, work, continued=True, note=f"{note} Run `git merge autocoder/integration` first.")
        commit = bench.commit(merged.tree, (work, tip), "Merge autocoder/integration\n", agent=self.agent)
        return Started(branch, commit, continued=True, note="Your earlier work on this card was brought up to date.")


def _label(branch: str | None) -> str:
    found = re.match(r"feature/(\d+)-", branch or "")
    return found[1] if found else "setup" if branch == SETUP_BRANCH else "work"
