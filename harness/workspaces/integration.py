"""The branch autocoder/integration: its tip, how it moves, and how the user's own commits come into it.

It only ever moves by compare-and-swap, and only forward, so no commit of anyone is lost: agents' features are added
one commit each, the user's commits are merged. One exception: as long as it holds nothing of an agent's it simply
goes where the user's branch went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import Conflict, NotFound
from harness.workspaces import bench as benches
from harness.workspaces import git, refs, transfer
from harness.workspaces.bench import Bench
from harness.workspaces.layout import FOLLOWS_REF, INTEGRATION, INTEGRATION_REF, Layout, author

FEATURE_TRAILER: Final = "Feature"
SOURCE_TRAILER: Final = "Autocoder-Source"  # the agent's commit that a landed commit was made from
MERGE_TRAILER: Final = "Autocoder-Merge"
UNDO_TRAILER: Final = "Autocoder-Undo"  # the card whose work a commit takes back
UNDONE_TRAILER: Final = "Autocoder-Undone"  # one of the landed commits it takes back


class TipMoved(Conflict):
    """The integration branch is no longer where it was: look again and repeat."""


@dataclass(frozen=True)
class Source:
    """A landed commit and what it was made from; `feature` is None for the project's setup."""

    commit: str
    head: str
    feature: int | None


def tip(layout: Layout) -> str:
    """The commit the integration branch is at; NotFound when there is no such branch."""
    commit = resolve(layout, INTEGRATION_REF)
    if commit is None:
        raise NotFound(
            f"The branch {INTEGRATION} is missing in {layout.folder}: open the project again to have it made."
        )
    return commit


def resolve(layout: Layout, ref: str) -> str | None:
    """The commit `ref` of the project's repository names; None when there is none."""
    if (found := refs.commit(layout, ref)) is not None:
        return found
    done = run(layout, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    return done.strip() or None


def target(layout: Layout, ref: str) -> str:
    """The ref that the symbolic ref `ref` names; empty when it names none."""
    return refs.target(layout, ref) or run(layout, "symbolic-ref", "--quiet", ref).strip()


def run(layout: Layout, *args: str) -> str:
    """What `git args` printed in the project's folder; nothing when it failed."""
    done = git.attempt(args, cwd=layout.folder)
    return done.stdout if done.ok else ""


def is_ancestor(layout: Layout, old: str, new: str) -> bool:
    """Whether the commit `old` is `new` or one of its ancestors in the project's repository."""
    known = layout.is_step(old, new)
    if known is None:
        known = git.attempt(["merge-base", "--is-ancestor", old, new], cwd=layout.folder).ok
        if known:
            layout.remember_step(old, new)
    return known


def landed(layout: Layout, feature_id: int) -> list[str]:
    """The commits on the integration branch that landed card `feature_id`, newest first."""
    grep = f"--grep=^{FEATURE_TRAILER}: #{feature_id}$"
    return git.lines(run(layout, "log", "--format=%H", grep, tip(layout), "--").strip())


def patch(layout: Layout, commit: str) -> str:
    """The unified diff of `commit` against its first parent; NotFound when there is no such commit."""
    found = resolve(layout, commit) if benches.COMMIT_ID.fullmatch(commit) else None
    if found is None:
        raise NotFound(f"There is no commit {commit[:40]} in {layout.folder}.")
    flags = ("--patch", "--root", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--format=")
    return run(layout, "show", "--first-parent", "-m", *flags, found, "--")


def bring_in(layout: Layout, bench: Bench, commit: str, known: Sequence[str]) -> None:
    """Copy `commit` from `bench` into the project's repository, which has what the commits `known` hold.

    Nothing points to it yet; git keeps what is new for two weeks.
    """
    transfer.copy(bench.path, layout.git_dir, commit, known)


def advance(layout: Layout, old: str, new: str, why: str) -> None:
    """Move the integration branch from `old` to `new`; TipMoved when it is not at `old` any more.

    Where the user has the branch checked out, their files move with it, as by `git merge --ff-only`; Conflict when
    git refuses.
    """
    for place in _checked_out(layout):
        _advance_checked_out(layout, place, old, new)
        return
    command = ["update-ref", "-m", f"autocoder: {why}", "--create-reflog", INTEGRATION_REF, new, old]
    done = git.attempt(command, cwd=layout.folder, env=author())
    if not done.ok:
        if resolve(layout, INTEGRATION_REF) != old:
            raise TipMoved(f"{INTEGRATION} has moved: start again from its new tip.")
        raise git.GitFailed(
            f"{INTEGRATION} could not be moved: {done.stderr.strip()}", exit_code=done.exit_code, text=done.stderr
        )


def absorb(layout: Layout) -> tuple[str, ...]:
    """Bring the commits the user made on the branch that follows into the integration branch.

    Returns the files in conflict, if any: then nothing was changed and the user has to merge the integration branch
    themselves.
    """
    for _ in range(5):
        user, ours = resolve(layout, FOLLOWS_REF), tip(layout)
        if user in (None, ours) or is_ancestor(layout, user, ours):
            return ()
        try:
            return _absorb(layout, ours, user)
        except TipMoved:
            continue
    raise TipMoved(f"{INTEGRATION} keeps moving: try again.")


def sources(bench: Bench, head: str, end: str) -> list[Source]:
    """The commits of `end` that are not in `head` and came from agents' work, newest first."""
    found = []
    for line in git.lines(bench.git("log", f"--format={_LOG}", f"{head}..{end}", "--")):
        commit, _, rest = line.partition("\t")
        head, _, feature = rest.partition("\t")
        number = feature.strip().removeprefix("#")
        if benches.COMMIT_ID.fullmatch(head.strip()):
            found.append(Source(commit, head.strip(), int(number) if number.isdigit() else None))
    return found


def newest_landing(bench: Bench, end: str, feature: int | None) -> str | None:
    """The commit with which card `feature` landed last on the way to `end`; None when it never did."""
    if feature is None:
        return None
    grep = f"--grep=^{FEATURE_TRAILER}: #{feature}$"
    return bench.git("log", "-1", "--format=%H", grep, end, "--").strip() or None


_LOG: Final = (
    f"%H%x09%(trailers:key={SOURCE_TRAILER},valueonly,separator=%x2C)"
    f"%x09%(trailers:key={FEATURE_TRAILER},valueonly,separator=%x2C)"
)


def _absorb(layout: Layout, ours: str, user: str) -> tuple[str, ...]:
    if is_ancestor(layout, ours, user):
        advance(layout, ours, user, "the user's commits")
        return ()
    if not _holds_agents_work(layout, user, ours):
        git.git(["update-ref", f"refs/autocoder/rescue/integration/{ours[:12]}", ours], cwd=layout.folder)
        advance(layout, ours, user, "the user's branch was rewritten")
        return ()
    with benches.opened(layout) as bench:
        merged = bench.merge(ours, user)
        if merged.conflicts:
            return merged.conflicts
        branch = follows(layout) or "the user's branch"
        message = f"Merge {branch} into {INTEGRATION}\n\n{MERGE_TRAILER}: {user}\n"
        commit = bench.commit(merged.tree, (ours, user), message)
        bring_in(layout, bench, commit, (ours, user))
    advance(layout, ours, commit, f"merge {branch}")
    return ()


def follows(layout: Layout) -> str | None:
    """The name of the user's branch that follows; None when there is none."""
    return target(layout, FOLLOWS_REF).removeprefix("refs/heads/") or None


def _holds_agents_work(layout: Layout, user: str, ours: str) -> bool:
    keys = (SOURCE_TRAILER, MERGE_TRAILER, UNDO_TRAILER)
    trailers = "".join(f"%(trailers:key={key},valueonly)" for key in keys)
    return bool(run(layout, "log", f"--format={trailers}", f"{user}..{ours}", "--").strip())


def _checked_out(layout: Layout) -> list[Path]:
    """The working trees that have the integration branch checked out."""
    found: list[Path] = []
    if not refs.is_checked_out(layout, INTEGRATION_REF):
        return found
    place: Path | None = None
    for line in git.lines(run(layout, "worktree", "list", "--porcelain")):
        if line.startswith("worktree "):
            place = Path(git.unquote(line.removeprefix("worktree ")))
        elif line == f"branch {INTEGRATION_REF}" and place is not None and place.is_dir():
            found.append(place)
    return found


def _advance_checked_out(layout: Layout, place: Path, old: str, new: str) -> None:
    if tip(layout) != old:
        raise TipMoved(f"{INTEGRATION} has moved: start again from its new tip.")
    done = git.attempt(["merge", "--ff-only", "--quiet", "--no-stat", new], cwd=place, env=author(), timeout=600)
    if not done.ok:
        raise Conflict(
            f"{place} has {INTEGRATION} checked out and git cannot move it ({git.gist(done.stderr)}): "
            "switch that folder to a branch of your own."
        )
