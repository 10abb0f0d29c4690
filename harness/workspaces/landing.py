"""From an agent's branch to one commit on the integration branch, in two halves.

`prepare` makes the very commit that would land: everything the agent did for the card, squashed and rebased on the
tip. Verification checks that commit. `land` moves the branch to it, if the branch has not moved meanwhile. A journal
file stands as long as a landing is under way: after a kill at any step `recover` tells what landed and removes what
did not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from api.errors import AppError
from harness.workspaces import admission, clone, git, heads, integration, journal, transfer
from harness.workspaces import bench as benches
from harness.workspaces.bench import Bench, Change
from harness.workspaces.files import Root
from harness.workspaces.integration import FEATURE_TRAILER, SOURCE_TRAILER, TipMoved
from harness.workspaces.layout import INTEGRATION, Layout

Reason = Literal["no_change", "not_committed", "conflict", "forbidden", "unreadable", "moved"]


@dataclass(frozen=True)
class Rejected:
    """Why nothing can land, in words the agent can act on."""

    reason: Reason
    text: str


@dataclass(frozen=True)
class Landed:
    """The commit on the integration branch and the files it changed."""

    commit: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A commit ready to land on `base`. `source` is the agent's commit it was made from; `before` is the commit without
    the card's work: `base`, or, when the work has landed already, what it landed on.

    `landed`: the work is already on the integration branch, or there was nothing to do; then `commit` is its tip, to
    be checked, and landing it does nothing. Until `drop` its objects live in `bench`.
    """

    feature_id: int | None
    commit: str
    tree: str
    base: str
    source: str
    agent: str
    files: tuple[str, ...]
    bench: Bench
    before: str
    landed: bool = False

    def drop(self) -> None:
        """Throw away what was not landed."""
        self.bench.remove()


def prepare(
    layout: Layout,
    root: Root,
    agent: str,
    *,
    feature_id: int | None,
    title: str,
    expected: str | None = None,
    allow_empty: bool = False,
) -> Candidate | Rejected:
    """The commit that would land from the clone at `root`, or why there is none."""
    if (fault := clone.fault(layout, root)) is not None:
        return Rejected("unreadable", f"Your repository is damaged: {fault}. End the session to get a fresh one.")
    head = heads.head(root).commit
    if head is None:
        return Rejected("not_committed", "Your branch has no commit yet: commit your work and call again.")
    if expected is not None and head != expected:
        return Rejected("moved", f"Your branch is at {head[:12]}, not at {expected[:12]}: call again.")
    tip = integration.tip(layout)
    bench = benches.create(layout)
    try:
        outcome = _take_in(layout, root, bench, head, tip) or _squash(
            bench, _Work(feature_id, title, agent, head, tip, allow_empty)
        )
    except BaseException:
        bench.remove()
        raise
    if isinstance(outcome, Rejected):
        bench.remove()
        if outcome.reason == "conflict":
            root.write(f".git/{clone.TIP_REF}", f"{tip}\n".encode())  # what the agent is told to merge
    return outcome


def at_tip(layout: Layout, feature_id: int | None, agent: str) -> Candidate:
    """The integration branch as it is, to be checked for a card whose work is in it already."""
    tip = integration.tip(layout)
    bench = benches.create(layout)
    return Candidate(feature_id, tip, bench.tree_of(tip), tip, tip, agent, (), bench, tip, landed=True)


def land(layout: Layout, candidate: Candidate) -> Landed | Rejected:
    """Move the integration branch to `candidate`; Rejected "moved" when its base is no longer the tip."""
    try:
        with staged(layout, candidate) as advance:
            advance()
    except TipMoved as error:
        return Rejected("moved", error.detail)
    layout.on_step("landed")
    return Landed(candidate.commit, candidate.files)


@contextlib.contextmanager
def staged(layout: Layout, candidate: Candidate) -> Iterator[Callable[[], None]]:
    """Everything of a landing but its last step: the function given, which is quick and raises TipMoved when too late.

    So the branch can move inside a database transaction that records why.
    """
    if candidate.landed:
        yield lambda: None
        return
    step = layout.on_step
    entry = journal.write(layout, candidate.commit, feature_id=candidate.feature_id, agent=candidate.agent)
    step("journalled")
    try:
        integration.bring_in(layout, candidate.bench, candidate.commit, (candidate.base,))
        step("brought in")
        yield lambda: _advance(layout, candidate)
    finally:
        entry.unlink(missing_ok=True)


def _advance(layout: Layout, candidate: Candidate) -> None:
    integration.advance(layout, candidate.base, candidate.commit, f"land {_label(candidate.feature_id)}")
    layout.remember_step(candidate.base, candidate.commit)
    layout.on_step("advanced")


@dataclass(frozen=True)
class _Work:
    feature_id: int | None
    title: str
    agent: str
    head: str
    tip: str
    allow_empty: bool


def _take_in(layout: Layout, root: Root, bench: Bench, head: str, tip: str) -> Rejected | None:
    """Copy the agent's commits into `bench`, every object checked."""
    try:
        with benches.opened(layout, borrowed=[clone.objects(root)]) as source:
            transfer.copy(source.path, bench.path, head, (tip,))
    except AppError as error:
        return Rejected("unreadable", f"Your commit {head[:12]} cannot be read: {git.one_line(error)}. Commit again.")
    return None


def _squash(bench: Bench, work: _Work) -> Candidate | Rejected:
    base = landed_base(bench, work.head, work.tip)
    if base is not None and base.head == work.head and base.feature == work.feature_id:
        return _already_there(bench, work, base.commit)
    merged = bench.merge(work.tip, work.head, base=None if base is None else base.head)
    if merged.conflicts:
        return _conflict(merged.conflicts)
    changes = bench.changes(work.tip, merged.tree)
    if not changes:
        landed = integration.newest_landing(bench, work.tip, work.feature_id)
        return _already_there(bench, work, landed) if landed or work.allow_empty else _no_change()
    if (complaint := admission.complaint(bench, changes)) is not None:
        return Rejected("forbidden", complaint)
    commit = bench.commit(merged.tree, (work.tip,), _message(work), agent=work.agent)
    return _candidate(bench, work, commit, merged.tree, changes, before=work.tip)


def _already_there(bench: Bench, work: _Work, landed: str | None) -> Candidate:
    """The tip, which holds the work: commit `landed` brought it, or there was nothing to do."""
    before = work.tip if landed is None else bench.git("rev-parse", f"{landed}^")
    changes = [] if landed is None else bench.changes(before, landed)
    tree = bench.tree_of(work.tip)
    return _candidate(bench, work, work.tip, tree, changes, before=before, landed=True)


def _candidate(
    bench: Bench,
    work: _Work,
    commit: str,
    tree: str,
    changes: Sequence[Change],
    *,
    before: str,
    landed: bool = False,
) -> Candidate:
    names = tuple(change.name for change in changes)
    return Candidate(work.feature_id, commit, tree, work.tip, work.head, work.agent, names, bench, before, landed)


def landed_base(bench: Bench, head: str, tip: str) -> integration.Source | None:
    """The newest landing that `head` already contains as the agent's own commits: what lies before it is not new
    work.
    """
    candidates = integration.sources(bench, head, tip)
    if not candidates:
        return None
    own = set(git.lines(bench.git("rev-list", head, "--not", tip, "--")))
    return next((source for source in candidates if source.head in own), None)


def _message(work: _Work) -> str:
    trailers = f"{FEATURE_TRAILER}: {_label(work.feature_id)}\n{SOURCE_TRAILER}: {work.head}\n"
    return f"{subject_line(work.title)}\n\n{trailers}"


def subject_line(title: str) -> str:
    """`title` as the first line of a commit message: one line of at most 72 characters."""
    subject = " ".join("".join(c if c.isprintable() else " " for c in title).split()) or "Work without a title"
    return subject if len(subject) <= 72 else subject[:71].rstrip() + "…"


def _label(feature_id: int | None) -> str:
    return "setup" if feature_id is None else f"#{feature_id}"


def _no_change() -> Rejected:
    return Rejected(
        "no_change",
        f"Your branch changes nothing compared with {INTEGRATION}: commit your work first, then call again.",
    )


def _conflict(files: Sequence[str]) -> Rejected:
    shown = ", ".join(files[:20]) + (f" and {len(files) - 20} more" if len(files) > 20 else "")
    return Rejected(
        "conflict",
        f"Your work and what landed meanwhile change the same lines of: {shown}. Run `git merge {INTEGRATION}`, "
        "resolve the conflicts so that both purposes are kept, run the tests, commit, and call again.",
    )
