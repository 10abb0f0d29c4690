"""The one class other packages use: a project's repository, its integration branch and its agents' workspaces."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from api.errors import Conflict
from harness.workspaces import (
    checkouts,
    clone,
    following,
    history,
    integration,
    journal,
    landing,
    owned,
    project,
    rescue,
    reverting,
)
from harness.workspaces.following import Followed
from harness.workspaces.history import History
from harness.workspaces.journal import Recovered
from harness.workspaces.landing import Candidate, Landed, Rejected
from harness.workspaces.layout import INTEGRATION, Layout, nothing
from harness.workspaces.project import Prepared
from harness.workspaces.reverting import Reversal
from harness.workspaces.workspace import Workspace

FIRST_BRANCH: Final = "autocoder-start"  # what a new clone is on until its first card
LANDING_ATTEMPTS: Final = 5
_STALE_LOCK: Final = 600.0  # seconds after which a lock file on our own refs belongs to nobody


@dataclass(frozen=True)
class Checkout:
    """A clean working tree of `commit` owned by the harness; `object_roots` must be readable for git to work in it."""

    path: Path
    commit: str
    object_roots: tuple[Path, ...]
    _files: checkouts.Known = field(default_factory=dict, repr=False)

    @property
    def is_untouched(self) -> bool:
        """Whether it holds what was checked out and nothing else; False as well where that cannot be told quickly."""
        return checkouts.is_untouched(self.path, self._files)


class ProjectRepository:
    """The git side of the project in `folder`; `home` is the AutoCoder home, `name` the project's name there.

    Any number of processes may hold one for the same project at the same time. `on_step` hears every step a crash
    must not spoil.
    """

    def __init__(self, folder: Path, home: Path, name: str, on_step: Callable[[str], None] = nothing) -> None:
        self.folder = folder.absolute()
        self.home = home.absolute()
        self.name = name
        self._on_step = on_step

    @cached_property
    def layout(self) -> Layout:
        """Where everything is; Conflict before the folder was prepared for the first time."""
        return project.discover(self.folder, self.home, self.name, self._on_step)

    def prepare(self) -> Prepared:
        """Make the folder ready for agents, and clear away what a crash left; safe to repeat."""
        prepared = project.prepare(self.folder, self.home, self.name, self._on_step)
        self.recover()
        return prepared

    def integration_tip(self) -> str:
        """The commit autocoder/integration is at."""
        return integration.tip(self.layout)

    def absorb(self) -> tuple[str, ...]:
        """Bring the user's own new commits into the integration branch.

        The files in conflict when they must merge by hand.
        """
        return integration.absorb(self.layout)

    def open_workspace(self, agent: str) -> Workspace:
        """The workspace of `agent`: reused when it is whole; otherwise its work is rescued and a fresh clone made."""
        workspace = Workspace(self.layout, agent)
        fault = workspace.fault()
        if fault is None:
            return workspace
        integration.absorb(self.layout)
        if workspace.path.is_dir() and not workspace.path.is_symlink():
            workspace.rescue("broken", branches=True)
        self._throw_away(workspace.path)
        shutil.rmtree(self.layout.agent_state(agent), ignore_errors=True)
        clone.make(self.layout, agent, self.integration_tip(), FIRST_BRANCH)
        return workspace

    def remove_workspace(self, agent: str) -> str | None:
        """Delete the clone of `agent`; the rescue ref of what was not landed, None when there was nothing."""
        workspace = Workspace(self.layout, agent)
        ref = workspace.rescue("removed", branches=True) if workspace.path.is_dir() else None
        self._throw_away(workspace.path)
        shutil.rmtree(self.layout.agent_state(agent), ignore_errors=True)
        return ref

    def agents(self) -> list[str]:
        """The agents that have a workspace."""
        folders = (path for path in self.layout.workspaces.glob("*") if path.is_dir() and not path.is_symlink())
        return sorted(path.name for path in folders if not path.name.startswith("."))

    def forget(self) -> None:
        """Delete every workspace and all the harness keeps about the project; unlanded work stays in rescue refs."""
        for agent in self.agents():
            self.remove_workspace(agent)
        owned.remove(self.layout.workspaces)

    def feature_commits(self, feature_id: int) -> list[str]:
        """The commits with which a card landed on the integration branch, newest first."""
        return integration.landed(self.layout, feature_id)

    def patch(self, commit: str) -> str:
        """What `commit` changed, as a unified diff without colours; NotFound when there is no such commit."""
        return integration.patch(self.layout, commit)

    def history(self) -> History:
        """What happened on the integration branch: whose each commit is, and which files it touched."""
        return history.read(self.layout)

    def taken_back(self) -> dict[str, str]:
        """The landed commits that were taken back, and the commit that did it."""
        marked = history.marked_steps(self.layout, self.integration_tip())
        return {commit: step.commit for step in marked for commit in step.undone}

    def tree_of(self, commit: str) -> str:
        """The tree of a commit of the project; empty when it cannot be read."""
        return integration.run(self.layout, "rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}").strip()

    def commits_between(self, good: str, bad: str) -> list[str]:
        """The commits of the integration branch after `good` up to `bad`, in the order in which they came."""
        return history.between(self.layout, good, bad)

    def changed_files(self, old: str, new: str) -> frozenset[str] | None:
        """The files that differ between two commits; None when one cannot be read."""
        return history.changed(self.layout, old, new)

    def reversal(self, feature_id: int, title: str, agent: str) -> Reversal:
        """The commit that takes back all that landed for a card; `candidate.drop()` it in the end.

        Conflict when nothing landed for it, or when later work stands on it.
        """
        return reverting.prepare(self.layout, feature_id, title, agent)

    def candidate(
        self,
        workspace: Workspace,
        feature_id: int | None,
        title: str,
        *,
        expected_commit: str | None = None,
        allow_empty: bool = False,
    ) -> Candidate | Rejected:
        """The very commit that would land from `workspace`, to be checked first; `drop()` it when it does not land."""
        integration.absorb(self.layout)
        return workspace.candidate(feature_id, title, expected=expected_commit, allow_empty=allow_empty)

    def land_candidate(self, candidate: Candidate) -> Landed | Rejected:
        """Move the integration branch to `candidate`; Rejected "moved" when something else landed since it was made."""
        return landing.land(self.layout, candidate)

    def tip_candidate(self, feature_id: int | None, name: str) -> Candidate:
        """The integration branch with the user's commits in it, as a candidate that has nothing left to land.

        Conflict when their commits cannot be merged by themselves.
        """
        if conflicts := integration.absorb(self.layout):
            raise Conflict(
                f"Your commits conflict with {INTEGRATION} in {', '.join(conflicts[:5])}: "
                f"run `git merge {INTEGRATION}`, resolve it, and verify again."
            )
        return self.bare_tip_candidate(feature_id, name)

    def bare_tip_candidate(self, feature_id: int | None, name: str) -> Candidate:
        """The same without what the user committed since."""
        return landing.at_tip(self.layout, feature_id, name)

    def uncommitted(self) -> tuple[str, ...]:
        """The files in the user's folder that differ from their last commit; nothing there is touched."""
        return project.uncommitted(self.layout)

    def staged(self, candidate: Candidate) -> AbstractContextManager[Callable[[], None]]:
        """A landing prepared but for its last step, the function given: it raises TipMoved when it came too late."""
        return landing.staged(self.layout, candidate)

    def land(
        self, workspace: Workspace, feature_id: int | None, title: str, expected_commit: str | None = None
    ) -> Landed | Rejected:
        """Candidate and landing in one, repeated while others land in between: for work that is not checked."""
        outcome: Landed | Rejected = Rejected("moved", "Others keep landing: call again.")
        for _ in range(LANDING_ATTEMPTS):
            candidate = self.candidate(workspace, feature_id, title, expected_commit=expected_commit)
            if isinstance(candidate, Rejected):
                return candidate
            try:
                outcome = self.land_candidate(candidate)
            finally:
                candidate.drop()
            if isinstance(outcome, Landed):
                return outcome
        return outcome

    def checkout(self, commit: str, into: Path, *, of: Candidate | None = None) -> Checkout:
        """A clean checkout of `commit` in the folder `into`, whatever that holds; `put_away` it afterwards.

        A commit not landed yet is read from its candidate `of`.
        """
        borrowed = () if of is None else (of.bench.path / "objects",)
        files = checkouts.check_out(self.layout, into, commit, borrowed)
        return Checkout(into, commit, (*self.layout.object_roots, *borrowed), files)

    def put_away(self, folder: Path) -> None:
        """Empty the checkout `folder`, but for what the next one can use."""
        checkouts.put_away(folder)

    def follow(self) -> Followed:
        """Let the user's branch follow the integration branch in their folder, where git has no objection."""
        return following.follow(self.layout)

    def rescued(self) -> dict[str, str]:
        """The rescue refs of the project with their commits."""
        return rescue.known(self.layout)

    def is_landed(self, commit: str) -> bool:
        """Whether `commit` is on the integration branch."""
        return integration.is_ancestor(self.layout, commit, self.integration_tip())

    def recover(self) -> list[Recovered]:
        """Clear away what processes that are gone left half-done; the landings they had under way."""
        layout = self.layout
        for lock in (
            *layout.common_dir.glob("refs/heads/autocoder/*.lock"),
            *layout.common_dir.glob("refs/autocoder/**/*.lock"),
        ):
            if time.time() - lock.stat().st_mtime > _STALE_LOCK:
                lock.unlink(missing_ok=True)
        found = journal.recover(layout)
        for folder in ("benches", "new"):
            owned.sweep(layout.harness / folder)
        return found

    def _throw_away(self, path: Path) -> None:
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists():
            grave = owned.create(self.layout.harness / "new")
            path.rename(grave / "old")
            owned.remove(grave)
