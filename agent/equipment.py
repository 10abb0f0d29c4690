"""What a worker is equipped with when it is hired."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.aftermath import Aftermath
from agent.credentials import Credentials
from agent.journal import Journal
from agent.notes import Notes
from agent.project import OpenProject
from harness.sandboxes.base import Place
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace
from mcp_server.context import ToolContext
from mcp_server.roles import ServerRole
from shellpolicy import Policy


@dataclass
class Equipment:
    """What a worker works with. Setting `stop` interrupts the session under way; `leave` gives back what was leased."""

    project: OpenProject
    repository: ProjectRepository
    workspace: Workspace
    place: Place
    policy: Policy
    proof: str
    journal: Journal
    credentials: Credentials
    cli: Path
    cli_environment: Mapping[str, str]
    run_id: int
    port: int
    notes: Notes
    aftermath: Aftermath
    tools: Callable[[str, ServerRole], ToolContext]
    stop: asyncio.Event
    leave: Callable[[], None]
