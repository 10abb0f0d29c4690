"""One agent: its clone, its place, its tools. Leads one session at a time, for the backlog or for one feature."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agent.credentials import Credentials
from agent.journal import Journal
from agent.limits import Outcome
from agent.options import RunOptions
from api.database import Database
from harness.sandboxes.base import Place
from harness.verification import Verifier
from harness.workspaces import ProjectRepository, Workspace
from shellpolicy import Policy

LEASE_SECONDS = 30 * 60.0
# Inside a place the network is the agent's own, so every agent can use the same port.
PORT = 3000


@dataclass
class Tools:
    """What a worker works with; all of it belongs to one run."""

    database: Database
    repository: ProjectRepository
    workspace: Workspace
    place: Place
    verifier: Verifier
    policy: Policy
    journal: Journal
    credentials: Credentials
    cli: Path
    cli_environment: Mapping[str, str]
    project: str
    prompts: Path
    proof: str
    run_id: int
    stop: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Report:
    """How a session went. `progress`: it left the backlog further than it found it."""

    outcome: Outcome
    progress: bool
    cost_usd: float = 0.0


class Worker:
    """Runs sessions one after the other under one name, which is also the owner of its claims."""

    def __init__(self, name: str, options: RunOptions, tools: Tools) -> None:
        self.name = name
        self._options = options
        self._tools = tools
