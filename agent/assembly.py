"""Puts a worker together: repository, clone, place, policy, verifier. What is opened here is closed here."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.containment import View, contained_cli
from agent.credentials import Credentials, cli_environment
from agent.journal import Journal
from agent.options import RunOptions
from agent.project import OpenProject
from agent.run import AGENT
from agent.worker import PORT, Equipment, Worker
from api.backlog.statuses import Actor, Policy
from api.events import Log
from api.runs.schemas import RunView
from harness.policy import load_policy
from harness.registries import package_hosts
from harness.sandboxes.base import Place, PlaceSpec
from harness.sandboxes.registry import provider
from harness.verification import Conditions, Submitter, Verifier
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace
from mcp_server.context import ToolContext
from mcp_server.roles import ServerRole
from shellpolicy import Policy as ShellPolicy


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


@contextlib.asynccontextmanager
async def equipped_worker(given: Assignment, stop: asyncio.Event) -> AsyncIterator[Worker]:
    """A worker whose place is open. Unavailable, with the remedy, when this machine offers no place."""
    project = given.project
    repository = ProjectRepository(project.folder, project.home, project.view.name)
    opener = provider("process" if _opted_out(given) else given.options.sandbox)
    # Each of these waits for other programs; side by side they cost as much as the slowest.
    hosts, workspace, credentials = await asyncio.gather(
        asyncio.to_thread(_hosts, given),
        asyncio.to_thread(_workspace, repository),
        asyncio.to_thread(given.credentials),
    )
    place = await opener.open(_spec(given, workspace, hosts))
    policy = load_policy(project.home, project.folder, profile=project.view.kind, workspace=workspace.path)
    conditions = Conditions(egress=hosts, check_seconds=project.settings.check_timeout_seconds, policy=policy)
    verifier = Verifier(project.database, repository, opener, conditions)
    submitter = Submitter(verifier, Actor(AGENT, "coder"), workspace, given.proof)
    equipment = _equipment(
        given,
        credentials=credentials,
        repository=repository,
        submitter=submitter,
        place=place,
        policy=policy,
        stop=stop,
    )
    worker = Worker(AGENT, given.options, equipment)
    try:
        if place.banner:
            given.journal.write(Log(line=place.banner, level="warning"))
        yield worker
    finally:
        await worker.close()
        await place.close()
        await asyncio.to_thread(repository.follow)


def _hosts(given: Assignment) -> tuple[str, ...]:
    return package_hosts(given.environ) if given.project.settings.allow_network else ()


def _equipment(
    given: Assignment,
    *,
    credentials: Credentials,
    repository: ProjectRepository,
    submitter: Submitter,
    place: Place,
    policy: ShellPolicy,
    stop: asyncio.Event,
) -> Equipment:
    project, workspace = given.project, submitter.workspace
    view = View(
        home=Path(given.environ.get("HOME") or Path.home()),
        writable=(workspace.path, given.folder),
        readable=(*workspace.object_roots, _run_dir(given)),
        keeps_login=credentials.subscription,
    )
    cli, more = contained_cli(given.environ, view, given.folder)

    def tools(owner: str, role: ServerRole) -> ToolContext:
        return ToolContext(
            database=project.database,
            owner=owner,
            role=role,
            verify=submitter.verify,
            land=submitter.land,
            policy=given.proof,
            read_files=submitter.read_files,
        )

    return Equipment(
        project=project,
        repository=repository,
        workspace=workspace,
        place=place,
        policy=policy,
        proof=given.proof,
        journal=given.journal,
        credentials=credentials,
        cli=cli,
        cli_environment={**cli_environment(credentials, given.environ, given.folder), **more},
        run_id=given.view.id,
        tools=tools,
        stop=stop,
    )


def _opted_out(given: Assignment) -> bool:
    """Whether a person has said that a machine without a place is good enough, and this is one."""
    return given.project.settings.allow_unsandboxed and not provider("bubblewrap").availability().ok


def _spec(given: Assignment, workspace: Workspace, hosts: tuple[str, ...]) -> PlaceSpec:
    return PlaceSpec(
        workspace=workspace.path,
        run_dir=_run_dir(given),
        read_only=workspace.object_roots,
        environment={"PORT": str(PORT), "AUTOCODER_PORT_BASE": str(PORT)},
        egress=hosts,
    )


def _run_dir(given: Assignment) -> Path:
    return given.project.home / "places" / f"{given.project.view.name}-{AGENT}-{given.view.id}"


def _workspace(repository: ProjectRepository) -> Workspace:
    repository.prepare()
    return repository.open_workspace(AGENT)
