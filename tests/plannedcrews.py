"""A real project and database around a planned crew: workers that do to the backlog what a plan says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.budget import Limits
from agent.crew import Crew
from agent.desk import Desk, begin
from agent.jobs import GoOn, Job, Report
from agent.journal import Journal
from agent.limits import Outcome
from agent.options import RunOptions
from agent.project import open_project
from agent.regression import Regression
from agent.run import Run
from agent.wishes import Wishes
from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate, FeatureView
from api.backlog.statuses import HARNESS, Actor
from api.redaction import Redactor
from api.runs import service as runs
from api.runs.schemas import SessionResult

COMPLETED = Outcome("completed")
OUTCOMES = {
    "overloaded": Outcome("api_error", "It said 529."),
    "limit": Outcome("usage_limit", "Limit.", datetime.now(UTC) + timedelta(hours=1)),
    "key": Outcome("refused_key", "No such key."),
}


class PlannedMember:
    """Does to the backlog what the rig's plan says, session by session."""

    def __init__(self, rig: Rig, name: str) -> None:
        self.rig = rig
        self.name = name

    async def work(self, job: Job, go_on: GoOn) -> Report:
        self.rig.jobs.append(job)
        self.rig.at_once.append(len(self.rig.at_work) + 1)
        self.rig.at_work.add(self.name)
        self.rig.began.set()
        step = self.rig.plan.pop(0) if self.rig.plan else self.rig.afterwards
        if self.rig.meet is not None and len(self.rig.jobs) <= self.rig.meet.parties:
            await self.rig.meet.wait()
        green = await self._play(step, job, go_on)
        self.rig.after_session()
        self.rig.at_work.discard(self.name)
        return Report(OUTCOMES.get(step, COMPLETED), 0.0, green)

    async def _play(self, step: str, job: Job, go_on: GoOn) -> tuple[int, ...]:
        """Do `step`; when it is "batch", one feature after the other while there are some. What has turned green."""
        green: list[int] = []
        at: Job | None = job
        while at is not None:
            self.rig.at.append(at.feature_id)
            await asyncio.to_thread(self.rig.play, step, at)
            if step not in ("green", "batch") or at.feature is None:
                break
            green.append(at.feature.id)
            self.rig.after_green()
            at = await go_on(at, len(green)) if step == "batch" else None
        await asyncio.to_thread(self.rig.close_row, step, job)
        return tuple(green)

    def warm_up(self, role: str, budget: float | None) -> None:
        self.rig.warmed.append(role)

    async def close(self) -> None:
        self.rig.closed.append(self.name)


class Rig:
    """A real project and database around planned workers."""

    def __init__(self, folder: Path) -> None:
        environ = {"AUTOCODER_HOME": str(folder / "home"), "HOME": str(folder)}
        self.project = open_project(str(folder / "app"), environ)
        self.journal = Journal(self.project.database, Redactor())
        self.wishes = Wishes()
        self.plan: list[str] = []
        self.afterwards = "green"
        self.jobs: list[Job] = []
        self.at: list[int | None] = []  # the features worked on, also those that a session went on with
        self.at_work: set[str] = set()
        self.at_once: list[int] = []
        self.began = asyncio.Event()
        self.warmed: list[str] = []
        self.closed: list[str] = []
        self.meet: asyncio.Barrier | None = None  # which the first sessions reach before one of them ends
        self.after_session: Callable[[], None] = lambda: None
        self.after_green: Callable[[], None] = lambda: None
        self.broken: list[int] = []  # features that a look back finds broken, one a time
        self.looks_back = 0
        self.hire: Callable[[str], Awaitable[PlannedMember]] = self._hire

    def run(self, *plan: str, limits: Limits | None = None, **options: object) -> Run:
        chosen = RunOptions(**({"project": "app", "delay": 0.0} | options))  # type: ignore[arg-type]  # keywords of one test
        desk = Desk(self.project.database, begin(self.project, chosen, "off"))
        self.plan = list(plan)
        crew = Crew(desk, chosen, limits or Limits(), self.hire, self.wishes, look_back=self.look_back)
        return Run(desk, crew, self.wishes, self.journal, Regression(None, self.wishes, self.journal))

    async def _hire(self, name: str) -> PlannedMember:
        return PlannedMember(self, name)

    async def look_back(self) -> None:
        self.looks_back += 1
        if self.broken:
            with self.project.database.write() as session:
                backlog.mark_failing(session, self.broken.pop(), "Broken by #2.", actor=HARNESS)

    def play(self, step: str, job: Job) -> None:
        with self.project.database.write() as session:
            if step == "three features":
                new = [FeatureCreate(category="c", name=f"f{number}") for number in range(3)]
                backlog.create_bulk(session, new, Actor(job.agent, "initializer"))
            elif step in ("green", "batch") and job.feature is not None:
                backlog.mark_passing(session, job.feature.id, actor=HARNESS, proof="unproven")
            elif step == "ask" and job.feature is not None:
                backlog.request_human(session, job.feature.id, "Which?", actor=HARNESS)
            elif job.feature is not None:
                backlog.release(session, job.feature.id, job.agent, "planned")

    def close_row(self, step: str, job: Job) -> None:
        with self.project.database.write() as session:
            runs.finish_session(session, job.session_id, SessionResult(outcome=step, cost_usd=0.0))

    def add(self, *names: str, needs: int | None = None) -> list[FeatureView]:
        new = [FeatureCreate(category="c", name=name) for name in names]
        with self.project.database.write() as session:
            made = backlog.create_bulk(session, new, HARNESS)
            for feature in made if needs is not None else ():
                backlog.set_dependencies(session, feature.id, [needs or 0], HARNESS)
        return made

    @property
    def roles(self) -> list[str]:
        return [job.role for job in self.jobs]

    @property
    def features(self) -> list[int | None]:
        return [job.feature_id for job in self.jobs]

    def close(self) -> None:
        """Close what the rig opened."""
        self.journal.close()
        self.project.database.close()
