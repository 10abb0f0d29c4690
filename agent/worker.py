"""One agent: its clone, its place, its tools. Leads one session at a time, for the backlog or for one feature."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from agent.conversation import Conclusion, converse
from agent.credentials import Credentials
from agent.hooks import ToolGate
from agent.journal import Journal
from agent.limits import Outcome
from agent.options import RunOptions
from agent.project import OpenProject
from agent.prompting import Setting, coder_message, initializer_message, system_prompt
from agent.recorder import SessionRecorder, Speaker
from agent.session import ModelSession, SessionSettings
from agent.warm import WarmTalk
from api.backlog import service as backlog
from api.backlog.schemas import FeatureView, HumanField
from api.backlog.statuses import HARNESS
from api.events import Log, Role
from api.runs import service as runs
from api.runs.schemas import SessionResult, SessionStart, SessionView
from harness.sandboxes.base import Place
from harness.workspaces.landing import Rejected
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace
from mcp_server.context import ToolContext
from mcp_server.feature_mcp import build_server
from mcp_server.roles import ServerRole
from shellpolicy import Policy

LEASE_SECONDS = 30 * 60.0
# Inside a place the network is the agent's own, so every agent can use the same port.
PORT = 3000

WorkRole = Literal["initializer", "coder"]


@dataclass
class Equipment:
    """What a worker works with; it belongs to one run. Setting `stop` interrupts the session under way."""

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
    tools: Callable[[str, ServerRole], ToolContext]
    stop: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Report:
    """How a session went; `spent` is what it cost, in dollars."""

    outcome: Outcome
    spent: float


@dataclass(frozen=True)
class _Prepared:
    """A session whose CLI is being started, and what it was started for."""

    role: WorkRole
    budget: float | None
    session_id: str
    talk: WarmTalk


class Worker:
    """Runs sessions one after the other under one name, which is also the owner of its claims."""

    def __init__(self, name: str, options: RunOptions, equipment: Equipment) -> None:
        self.name = name
        self._options = options
        self._given = equipment
        self._database = equipment.project.database
        self._last_end: dict[int, str] = {}
        self._prepared: _Prepared | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def initialise(self, budget: float | None) -> Report:
        """A session that turns the specification into features, and lays the skeleton down."""
        self.warm_up("initializer", budget)
        started = await asyncio.to_thread(self._given.workspace.start_initializer)
        prompt = self._given.project.prompt("initializer")
        message = initializer_message(self._setting(), prompt, self._options.size)
        report = await self._session("initializer", message, None, budget)
        await asyncio.to_thread(self._land_setup)
        self._note(f"The setup is on branch {started.branch}.", level="debug")
        return report

    async def implement(self, budget: float | None) -> Report | None:
        """A session for the best ready feature; None when there is none to claim."""
        feature = await asyncio.to_thread(self._claim)
        if feature is None:
            return None
        self.warm_up("coder", budget)
        started = await asyncio.to_thread(self._given.workspace.start_feature, feature.id, feature.name)
        message = coder_message(
            self._setting(),
            self._given.project.prompt("coder"),
            feature,
            left_behind=started.note or "",
            last=self._last_end.get(feature.id, ""),
        )
        report = await self._session("coder", message, feature.id, budget)
        await asyncio.to_thread(self._conclude, feature.id, report.outcome)
        return report

    async def _session(self, role: WorkRole, message: str, feature_id: int | None, budget: float | None) -> Report:
        given = self._given
        await asyncio.to_thread(given.workspace.copy_in, given.project.specification(), given.project.progress_notes())
        row = await asyncio.to_thread(self._open_row, role, feature_id, budget)
        speaker = Speaker(self.name, role, given.run_id, row.id, str(given.workspace.path), feature_id)
        recorder = SessionRecorder(self._database, given.journal, speaker, estimated=given.credentials.subscription)
        self.warm_up(role, budget)
        prepared, self._prepared = self._prepared, None
        assert prepared is not None  # warm_up made it
        try:
            conclusion = await converse(prepared.talk, message, recorder, given.stop)
        finally:
            await prepared.talk.close()
        await recorder.settle(conclusion.ended)
        await asyncio.to_thread(given.journal.flush)
        await asyncio.to_thread(self._keep_work, feature_id)
        closed = await asyncio.to_thread(self._close_row, row.id, feature_id, conclusion, prepared.session_id)
        return Report(conclusion.outcome, closed.cost_usd)

    def warm_up(self, role: WorkRole, budget: float | None) -> None:
        """Begin starting the CLI for the next session, which will be of this `role` and may spend `budget`."""
        if self._prepared is not None and (self._prepared.role, self._prepared.budget) == (role, budget):
            return
        stale, self._prepared = self._prepared, self._prepare(role, budget)
        if stale is not None:
            self._closing.add(closing := asyncio.create_task(stale.talk.close()))
            closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """End the CLI that was started for a session that will not come."""
        if self._prepared is not None:
            await self._prepared.talk.close()
        await asyncio.gather(*self._closing)

    def _prepare(self, role: WorkRole, budget: float | None) -> _Prepared:
        given = self._given
        settings = SessionSettings(
            workspace=given.workspace.path,
            model=self._options.model,
            system_prompt=system_prompt(),
            session_id=str(uuid.uuid4()),
            max_turns=self._options.max_turns,
            max_budget_usd=budget,
            environment=given.cli_environment,
            cli=given.cli,
            stderr=lambda line: self._note(f"CLI: {line.rstrip()}", level="debug"),
        )
        gate = ToolGate(workspace=given.workspace.path, policy=given.policy, place=given.place)
        session = ModelSession(settings, build_server(given.tools(self.name, role)), gate)
        return _Prepared(role, budget, settings.session_id, WarmTalk(session))

    def _claim(self) -> FeatureView | None:
        with self._database.write() as session:
            return backlog.claim_next(session, self.name, LEASE_SECONDS)

    def _open_row(self, role: Role, feature_id: int | None, budget: float | None) -> SessionView:
        start = SessionStart(
            run_id=self._given.run_id, role=role, agent=self.name, feature_id=feature_id, reservation_usd=budget or 0.0
        )
        with self._database.write() as session:
            return runs.start_session(session, start)

    def _close_row(
        self, row_id: int, feature_id: int | None, conclusion: Conclusion, model_session: str
    ) -> SessionView:
        with self._database.write() as session:
            green = feature_id is not None and backlog.get(session, feature_id).status == "passing"
            result = SessionResult(
                outcome="green" if green else conclusion.outcome.kind,
                detail=conclusion.outcome.detail or None,
                cost_usd=conclusion.ended.cost_usd,
                estimated=self._given.credentials.subscription,
                model_session_id=model_session,
            )
            return runs.finish_session(session, row_id, result)

    def _keep_work(self, feature_id: int | None) -> None:
        """Nothing a session did is lost: notes go to the project, uncommitted files into a commit of its branch."""
        notes = self._given.workspace.copy_out_progress()
        if notes is not None:
            self._given.project.keep_progress_notes(notes)
        about = f"feature #{feature_id}" if feature_id else "the setup"
        if self._given.workspace.save_work(f"Unfinished work on {about}\n") is not None:
            self._note(f"What was not committed for {about} was kept on its branch.", level="warning")

    def _land_setup(self) -> None:
        landed = self._given.repository.land(self._given.workspace, None, "Set up the application")
        if isinstance(landed, Rejected):
            if landed.reason != "no_change":
                self._note(f"The setup did not land: {landed.text}", level="error")
            return
        self._given.repository.follow()

    def _conclude(self, feature_id: int, outcome: Outcome) -> None:
        """Return what was not finished to the backlog; after too many attempts, ask a person."""
        with self._database.write() as session:
            feature = backlog.get(session, feature_id)
            if feature.claimed_by == self.name:
                reason = outcome.detail or "The session ended before the feature was green."
                feature = backlog.release(session, feature_id, self.name, reason)
            if feature.status not in ("pending", "failing"):
                return
            if self._given.stop.is_set():
                return
            if outcome.is_trouble:  # perhaps it is this feature that brings it about: the others come first now
                backlog.skip(session, feature_id, actor=HARNESS)
            if not outcome.blames_feature:
                return
            detail = outcome.detail or "The session ended before the feature was green."
            self._last_end[feature_id] = detail
            attempts = backlog.record_attempt(session, feature_id, detail)
            if attempts >= self._given.project.settings.max_attempts:
                question = (
                    f"{attempts} sessions ended without turning this feature green. The last: {detail} "
                    "What should be done differently?"
                )
                advice = HumanField(name="advice", label="Advice for the next session")
                backlog.request_human(session, feature_id, question, [advice], actor=HARNESS)

    def _setting(self) -> Setting:
        given = self._given
        return Setting(given.project.view.name, given.workspace.path, given.proof, PORT)

    def _note(self, line: str, *, level: str = "info") -> None:
        self._given.journal.write(Log.model_validate({"line": line, "level": level, "agent": self.name}))
