"""One agent: its clone, its place, its tools. Leads one session at a time, for the backlog or for one feature."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from agent.batches import Batch
from agent.budget import pays_another
from agent.conversation import Conclusion, converse
from agent.equipment import Equipment
from agent.hooks import ToolGate
from agent.jobs import GoOn, Job, Report, WorkRole
from agent.limits import Outcome
from agent.messages import Ended
from agent.options import RunOptions
from agent.prompting import Setting, coder_message, initializer_message, next_message, system_prompt, tester_message
from agent.recorder import SessionRecorder, Speaker
from agent.session import ModelSession, SessionSettings
from agent.warm import WarmTalk
from api.backlog import service as backlog
from api.backlog.schemas import FeatureView
from api.errors import AppError, NotFound
from api.events import Log
from api.runs import service as runs
from api.runs.schemas import SessionResult, SessionView
from harness.workspaces.landing import Rejected
from harness.workspaces.workspace import Started
from mcp_server.context import Sequel, ToolContext, Verdict
from mcp_server.feature_mcp import build_server


@dataclass(frozen=True)
class _Prepared:
    """A session whose CLI is being started, and what it was started for."""

    role: WorkRole
    budget: float | None
    session_id: str
    talk: WarmTalk


@dataclass
class _Course:
    """How far a session has come: its features, what it was given to read, who writes it down, and how it ended."""

    batch: Batch
    notes: str | None = None
    recorder: SessionRecorder | None = None
    model_session: str | None = None
    conclusion: Conclusion = field(
        default_factory=lambda: Conclusion(
            Outcome("died", "The session did not begin."), Ended("died", failed=True, cost_usd=0.0)
        )
    )


class Worker:
    """Runs sessions one after the other under one name, which is also the owner of its claims."""

    def __init__(self, name: str, options: RunOptions, equipment: Equipment) -> None:
        self.name = name
        self._options = options
        self._given = equipment
        self._database = equipment.project.database
        self._course: _Course | None = None  # of the session that was begun last
        self._prepared: _Prepared | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def work(self, job: Job, go_on: GoOn) -> Report:
        """Lead the session of `job` to its end. Its row is closed and its feature let go, whatever goes wrong.

        `go_on` claims further features for it, where it may have several.
        """
        course = self._course = _Course(self._batch(job, go_on))
        batch = course.batch
        try:
            await self._lead(job, course)
        except AppError as error:
            course.conclusion = replace(course.conclusion, outcome=Outcome("died", str(error)))
        await batch.settle()
        outcome, job = course.conclusion.outcome, batch.job
        blameless = self._given.stop.is_set() or (course.recorder is not None and course.recorder.untouched)
        closed = await asyncio.to_thread(self._close_row, job, course)
        await asyncio.to_thread(self._given.aftermath.settle, job, outcome, stopped=blameless)
        last = (job.feature_id,) if job.feature_id is not None and closed.outcome == "green" else ()
        return Report(outcome, closed.cost_usd, tuple(dict.fromkeys((*batch.green, *last))))

    def warm_up(self, role: WorkRole, budget: float | None) -> None:
        """Begin starting the CLI for the next session, which will be of this `role` and may spend `budget`."""
        if self._prepared is not None and (self._prepared.role, self._prepared.budget) == (role, budget):
            return
        stale, self._prepared = self._prepared, self._prepare(role, budget)
        if stale is not None:
            self._closing.add(closing := asyncio.create_task(stale.talk.close()))
            closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """End the CLI that was started for a session that will not come, and leave the place."""
        if self._prepared is not None:
            await self._prepared.talk.close()
            self._prepared = None
        await asyncio.gather(*self._closing)
        await self._given.place.close()
        await asyncio.to_thread(self._given.leave)

    async def _lead(self, job: Job, course: _Course) -> None:
        given = self._given
        self.warm_up(job.role, job.budget)
        message = await asyncio.to_thread(self._begin, job, course)
        speaker = Speaker(self.name, job.role, given.run_id, job.session_id, str(given.workspace.path), job.feature_id)
        recorder = SessionRecorder(self._database, given.journal, speaker, estimated=given.credentials.subscription)
        course.recorder = recorder
        prepared, self._prepared = self._prepared, None
        assert prepared is not None  # warm_up made it
        course.model_session = prepared.session_id
        # What it has used by the time something here fails is paid for.
        course.conclusion = Conclusion(Outcome("died", "The session was given up."), Ended("died", failed=True))
        try:
            turns = self._options.max_turns
            course.conclusion = await converse(prepared.talk, message, recorder, given.stop, max_turns=turns)
            if course.conclusion.outcome.kind == "completed":
                await self._get_ahead(job)
        finally:
            await prepared.talk.close()
        await course.batch.settle()
        await recorder.settle(course.conclusion.ended)
        await asyncio.to_thread(given.journal.flush)
        if job.role != "tester":
            await asyncio.to_thread(self._keep_work, course)

    def _batch(self, job: Job, go_on: GoOn) -> Batch:
        """The features of the session of `job`: the first one, and room for others."""

        def can_pay() -> bool:
            recorder = self._course.recorder if self._course is not None else None
            return pays_another(job.budget, None if recorder is None else recorder.account.costs)

        most = self._options.batch
        return Batch(job, go_on, most=most, pays_another=can_pay, is_tidy=self._is_tidy, begin=self._go_on)

    async def _is_tidy(self) -> bool:
        """Whether all that is in the workspace is committed."""
        state = await asyncio.to_thread(self._given.workspace.state)
        return not state.dirty

    async def _go_on(self, before: Job, job: Job) -> str:
        """Put the workspace on the branch of the next feature of this session; what the session is told."""
        assert self._course is not None  # its batch calls
        assert before.feature is not None
        assert job.feature is not None
        started = await asyncio.to_thread(self._move_on, self._course, job.feature)
        if self._course.recorder is not None:
            self._course.recorder.turn_to(job.feature.id, job.feature.name)
        last = self._given.aftermath.last_end(job.feature.id)
        return next_message(before.feature, job.feature, left_behind=started.note or "", last=last)

    def _move_on(self, course: _Course, feature: FeatureView) -> Started:
        """The notes so far are kept first: what happens to this session later must not cost them."""
        given = self._given
        written = given.workspace.copy_out_progress()
        if written is not None:
            given.notes.keep(course.notes, written)
        started = given.workspace.start_feature(feature.id, feature.name)
        course.notes = given.notes.read()
        if course.notes != written:
            given.workspace.copy_in(progress=course.notes)
        return started

    async def _get_ahead(self, job: Job) -> None:
        """Let the next CLI get up while this session is still being wound up."""
        if await asyncio.to_thread(self._goes_on, job):
            self.warm_up("coder", None)

    def _goes_on(self, job: Job) -> bool:
        """Whether the next session of this worker is all but certain, and nobody has to share a budget with it."""
        if job.role == "tester" or job.budget is not None or self._given.stop.is_set():
            return False
        with self._database.read() as session:
            return backlog.stats(session).ready > 0

    def _begin(self, job: Job, course: _Course) -> str:
        """Put the workspace on the branch the session is about; its first message."""
        given = self._given
        prompt, setting = given.project.prompt(job.role), self._setting()
        if job.feature is not None:
            message = self._start_feature(job.feature, setting, prompt)
        elif job.role == "initializer":
            given.workspace.start_initializer()
            message = initializer_message(setting, prompt, self._options.size)
        else:
            message = tester_message(setting, prompt)
        course.notes = given.notes.read()
        given.workspace.copy_in(given.project.specification(), course.notes)
        return message

    def _start_feature(self, feature: FeatureView, setting: Setting, prompt: str) -> str:
        started = self._given.workspace.start_feature(feature.id, feature.name)
        last = self._given.aftermath.last_end(feature.id)
        return coder_message(setting, prompt, feature, left_behind=started.note or "", last=last)

    def _prepare(self, role: WorkRole, budget: float | None) -> _Prepared:
        given = self._given
        settings = SessionSettings(
            workspace=given.workspace.path,
            model=self._options.model,
            system_prompt=system_prompt(),
            session_id=str(uuid.uuid4()),
            # The CLI counts them for the whole session; for each of its features they are counted here.
            max_turns=self._options.max_turns * (self._options.batch if role == "coder" else 1),
            max_budget_usd=budget,
            environment=given.cli_environment,
            cli=given.cli,
            stderr=lambda line: self._note(f"CLI: {line.rstrip()}", level="debug"),
        )
        gate = ToolGate(workspace=given.workspace.path, policy=given.policy, place=given.place)
        session = ModelSession(settings, build_server(self._tools(role)), gate)
        return _Prepared(role, budget, settings.session_id, WarmTalk(session))

    def _tools(self, role: WorkRole) -> ToolContext:
        """The feature tools of a session. While its feature is verified, little is left to do for it."""
        context = self._given.tools(self.name, role)
        submit = context.verify

        async def verify(feature_id: int) -> Verdict:
            assert submit is not None  # offered only then
            if self._course is not None and not self._course.batch.has_room:
                await self._get_ahead(self._course.batch.job)
            return await submit(feature_id)

        async def follow(feature_id: int) -> Sequel | None:
            return None if self._course is None else await self._course.batch.follow(feature_id)

        if submit is not None:
            context.verify = verify
        if self._options.batch > 1 and role == "coder":
            context.follow = follow
        return context

    def _close_row(self, job: Job, course: _Course) -> SessionView:
        conclusion = course.conclusion
        with self._database.write() as session:
            green = job.feature is not None and _passes(session, job.feature.id)
            result = SessionResult(
                outcome="green" if green else conclusion.outcome.kind,
                detail=conclusion.outcome.detail or None,
                cost_usd=conclusion.ended.cost_usd,
                estimated=self._given.credentials.subscription,
                model_session_id=course.model_session,
            )
            return runs.finish_session(session, job.session_id, result)

    def _keep_work(self, course: _Course) -> None:
        """Nothing a session did is lost: notes go to the project, uncommitted files into a commit of its branch."""
        job = course.batch.job
        notes = self._given.workspace.copy_out_progress()
        if notes is not None:
            self._given.notes.keep(course.notes, notes)
        about = f"feature #{job.feature_id}" if job.feature_id else "the setup"
        if self._given.workspace.save_work(f"Unfinished work on {about}\n") is not None:
            self._note(f"What was not committed for {about} was kept on its branch.", level="warning")
        if job.role == "initializer":
            self._land_setup()

    def _land_setup(self) -> None:
        landed = self._given.repository.land(self._given.workspace, None, "Set up the application")
        if isinstance(landed, Rejected):
            if landed.reason != "no_change":
                self._note(f"The setup did not land: {landed.text}", level="error")
            return
        self._given.repository.follow()

    def _setting(self) -> Setting:
        given = self._given
        return Setting(given.project.view.name, given.workspace.path, given.proof, given.port)

    def _note(self, line: str, *, level: str = "info") -> None:
        self._given.journal.write(Log.model_validate({"line": line, "level": level, "agent": self.name}))


def _passes(session: Session, feature_id: int) -> bool:
    try:
        return backlog.get(session, feature_id).status == "passing"
    except NotFound:  # somebody deleted it meanwhile
        return False
