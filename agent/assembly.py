"""Puts workers together: repository, clones, places, policy, verifier. What is opened here is closed here."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from agent.aftermath import Aftermath
from agent.containment import View, contained_cli
from agent.credentials import Credentials, cli_environment
from agent.equipment import Equipment
from agent.jobs import agent_name, is_tester
from agent.journal import Journal
from agent.notes import Notes
from agent.options import RunOptions
from agent.project import OpenProject
from agent.wishes import Wishes
from agent.worker import Worker
from api.backlog import service as backlog
from api.backlog.statuses import Actor, Policy
from api.events import Log
from api.runs.schemas import RunView
from harness.policy import load_policy
from harness.registries import Inquiry
from harness.sandboxes.base import Place, PlaceSpec, Provider
from harness.sandboxes.registry import provider
from harness.verification import Conditions, Submitter, Verifier
from harness.verification.rechecks import Rechecks
from harness.workspaces.ports import PortLease, lease_ports, port_variables
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace
from mcp_server.context import ToolContext
from mcp_server.roles import ServerRole

# Inside a place that has a network of its own every agent can use the same port.
PORT = 3000
OWN_NETWORK = frozenset({"bubblewrap"})


@dataclass(frozen=True)
class Assignment:
    """A run that has begun, and everything it was begun with."""

    project: OpenProject
    options: RunOptions
    proof: Policy
    view: RunView
    folder: Path
    credentials: Callable[[], Credentials]
    environ: Mapping[str, str]
    journal: Journal
    inquiry: Inquiry


@dataclass
class Outfitter:
    """Equips the workers of one run. `first` is the workspace that was opened while others were waited for."""

    given: Assignment
    wishes: Wishes
    opener: Provider
    repository: ProjectRepository
    hosts: tuple[str, ...]
    credentials: Credentials
    aftermath: Aftermath
    notes: Notes
    first: Workspace | None
    checks: PortLease | None
    warned: bool = False

    async def hire(self, name: str) -> Worker:
        """The worker `name` with its place open; a tester in a fresh clone that is removed when it leaves.

        Unavailable, with the remedy, when this machine offers no place.
        """
        # Before the clone is made: what is green by now is in it, what turns green later is not.
        exercised = await asyncio.to_thread(self._green) if is_tester(name) else None
        workspace, self.first = self.first, None
        if workspace is None or workspace.agent != name:
            workspace = await asyncio.to_thread(self._open_workspace, name)
        lease = self._lease()
        try:
            place = await self.opener.open(self._spec(workspace, lease))
        except BaseException:
            if lease is not None:
                lease.close()
            raise
        if place.banner and not self.warned:
            self.warned = True
            self.given.journal.write(Log(line=place.banner, level="warning"))
        return Worker(name, self.given.options, self._equipment(workspace, place, lease, exercised))

    def _open_workspace(self, name: str) -> Workspace:
        if is_tester(name):
            self.repository.remove_workspace(name)
        return self.repository.open_workspace(name)

    def _lease(self) -> PortLease | None:
        return None if self.opener.name in OWN_NETWORK else lease_ports(self.given.project.home)

    def _green(self) -> frozenset[int]:
        with self.given.project.database.read() as session:
            return backlog.passing(session)

    def _equipment(
        self, workspace: Workspace, place: Place, lease: PortLease | None, exercised: frozenset[int] | None
    ) -> Equipment:
        given, project, name = self.given, self.given.project, workspace.agent
        folder = _private_folder(given, name)
        view = View(
            home=Path(given.environ.get("HOME") or Path.home()),
            writable=(workspace.path, folder),
            readable=(*workspace.object_roots, self._run_dir(name)),
            keeps_login=self.credentials.subscription,
        )
        cli, more = contained_cli(given.environ, view, folder)

        def leave() -> None:
            if lease is not None:
                lease.close()
            if is_tester(name):
                self.repository.remove_workspace(name)

        return Equipment(
            project=project,
            repository=self.repository,
            workspace=workspace,
            place=place,
            policy=load_policy(project.home, project.folder, profile=project.view.kind, workspace=workspace.path),
            proof=given.proof,
            journal=given.journal,
            credentials=self.credentials,
            cli=cli,
            cli_environment={**cli_environment(self.credentials, given.environ, folder), **more},
            run_id=given.view.id,
            port=PORT if lease is None else lease.base,
            notes=self.notes,
            aftermath=self.aftermath,
            tools=self._tools(workspace, exercised),
            stop=self.wishes.stop,
            leave=leave,
        )

    def _tools(
        self, workspace: Workspace, exercised: frozenset[int] | None
    ) -> Callable[[str, ServerRole], ToolContext]:
        given, submitter = self.given, self._submitter(workspace)

        def tools(owner: str, role: ServerRole) -> ToolContext:
            return ToolContext(
                database=given.project.database,
                owner=owner,
                role=role,
                verify=submitter.verify,
                land=submitter.land,
                policy=given.proof,
                read_files=submitter.read_files,
                exercised=exercised,
            )

        return tools

    def rechecks(self) -> Callable[[float], Rechecks] | None:
        """Makes what runs the checks of green cards again; None where the project does without."""
        project = self.given.project
        if not project.settings.regression or self.given.proof == "off":
            return None
        conditions = self._conditions(None)
        given = project.database, self.repository, self.opener, conditions
        return lambda share: Rechecks(*given, share=share, busy=_is_busy)

    def _conditions(self, workspace: Path | None) -> Conditions:
        project = self.given.project
        policy = load_policy(project.home, project.folder, profile=project.view.kind, workspace=workspace)
        conditions = Conditions(egress=self.hosts, check_seconds=project.settings.check_timeout_seconds, policy=policy)
        if self.checks is None:
            return conditions
        return replace(conditions, environment={**conditions.environment, **self.checks.variables})

    def _submitter(self, workspace: Workspace) -> Submitter:
        project = self.given.project
        verifier = Verifier(project.database, self.repository, self.opener, self._conditions(workspace.path))
        return Submitter(verifier, Actor(workspace.agent, "coder"), workspace, self.given.proof)

    def _spec(self, workspace: Workspace, lease: PortLease | None) -> PlaceSpec:
        return PlaceSpec(
            workspace=workspace.path,
            run_dir=self._run_dir(workspace.agent),
            read_only=workspace.object_roots,
            environment=port_variables(PORT) if lease is None else lease.variables,
            egress=self.hosts,
        )

    def _run_dir(self, name: str) -> Path:
        project = self.given.project
        return project.home / "places" / f"{project.view.name}-{name}-{self.given.view.id}"


@contextlib.asynccontextmanager
async def outfitter(given: Assignment, wishes: Wishes) -> AsyncIterator[Outfitter]:
    """What equips the workers of a run; the user's branch follows when they are done."""
    project = given.project
    repository = ProjectRepository(project.folder, project.home, project.view.name)
    opener = provider("process" if _opted_out(given) else given.options.sandbox)
    # Each of these waits for other programs; side by side they cost as much as the slowest.
    hosts, first, credentials = await asyncio.gather(
        asyncio.to_thread(_hosts, given),
        asyncio.to_thread(_first_workspace, repository),
        asyncio.to_thread(given.credentials),
    )
    checks = None if opener.name in OWN_NETWORK else lease_ports(project.home)
    aftermath = Aftermath(project.database, project.settings.max_attempts)
    try:
        yield Outfitter(given, wishes, opener, repository, hosts, credentials, aftermath, Notes(project), first, checks)
    finally:
        if checks is not None:
            checks.close()
        await asyncio.to_thread(repository.follow)


def _is_busy() -> bool:
    """Whether more wants to run than there are processors for."""
    return psutil.getloadavg()[0] > (os.cpu_count() or 1)


def _hosts(given: Assignment) -> tuple[str, ...]:
    return given.inquiry.hosts() if given.project.settings.allow_network else ()


def _opted_out(given: Assignment) -> bool:
    """Whether a person has said that a machine without a place is good enough, and this is one."""
    return given.project.settings.allow_unsandboxed and not provider("bubblewrap").availability().ok


def _private_folder(given: Assignment, name: str) -> Path:
    """The folder of one worker's CLI: its configuration, transcripts and temporary files."""
    folder = given.folder / name
    for part in ("tmp", "config"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return folder


def _first_workspace(repository: ProjectRepository) -> Workspace:
    repository.prepare()
    return repository.open_workspace(agent_name(1))
