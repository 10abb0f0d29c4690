import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.budget import Limits
from agent.decisions import History, Implement, Initialise
from agent.journal import Journal
from agent.limits import Outcome
from agent.options import RunOptions
from agent.project import open_project
from agent.run import AGENT, Run, Wishes, begin, count, signals_ask
from agent.worker import Report
from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import HARNESS, Actor
from api.errors import Conflict
from api.redaction import Redactor
from api.runs import service as runs

COMPLETED = Report(Outcome("completed"), 0.0)


class PlannedWorker:
    """Does to the backlog what its plan says, session by session; `None` in the plan is a session without effect."""

    def __init__(self, project: object, *plan: str) -> None:
        self.database = project.database  # type: ignore[attr-defined]  # an OpenProject
        self.plan = list(plan)
        self.sessions: list[str] = []
        self.warmed: list[str] = []
        self.after_session: Callable[[], None] = lambda: None

    async def initialise(self, budget: float | None) -> Report:
        return self._play("initialise")

    def warm_up(self, role: str, budget: float | None) -> None:
        self.warmed.append(role)

    async def implement(self, budget: float | None) -> Report:
        return self._play("implement")

    def _play(self, kind: str) -> Report:
        self.sessions.append(kind)
        step = self.plan.pop(0)
        with self.database.write() as session:
            if step == "three features":
                new = [FeatureCreate(category="c", name=f"f{number}") for number in range(3)]
                backlog.create_bulk(session, new, Actor(AGENT, "initializer"))
            elif step == "green":
                feature = backlog.claim_next(session, AGENT, 60)
                assert feature is not None
                backlog.mark_passing(session, feature.id, actor=HARNESS, proof="unproven")
            elif step == "ask":
                feature = backlog.claim_next(session, AGENT, 60)
                assert feature is not None
                backlog.request_human(session, feature.id, "Which?", actor=HARNESS)
        self.after_session()
        outcomes = {
            "overloaded": Outcome("api_error", "It said 529."),
            "limit": Outcome("usage_limit", "Limit.", datetime.now(UTC) + timedelta(hours=1)),
            "key": Outcome("refused_key", "No such key."),
        }
        return Report(outcomes[step], 0.0) if step in outcomes else COMPLETED


class Rig:
    """A real project and database around a planned worker."""

    def __init__(self, folder: Path) -> None:
        environ = {"AUTOCODER_HOME": str(folder / "home"), "HOME": str(folder)}
        self.project = open_project(str(folder / "app"), environ)
        self.journal = Journal(self.project.database, Redactor())
        self.wishes = Wishes()

    def run(self, worker: PlannedWorker, limits: Limits | None = None, **options: object) -> Run:
        chosen = RunOptions(**({"project": "app", "delay": 0.0} | options))  # type: ignore[arg-type]  # keywords of one test
        view = begin(self.project, chosen, "off")
        return Run(view, chosen, self.project.database, limits or Limits(), worker, self.wishes, self.journal)  # type: ignore[arg-type]  # a planned worker


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.journal.close()
    rig.project.database.close()


async def test_a_run_goes_from_nothing_to_all_green(rig: Rig) -> None:
    worker = PlannedWorker(rig.project, "three features", "green", "green", "green")
    end = await rig.run(worker).execute()
    assert (end.exit_code, end.reason) == (0, "All 3 features are green.")
    assert worker.sessions == ["initialise", "implement", "implement", "implement"]


async def test_the_next_cli_is_started_during_the_pause(rig: Rig) -> None:
    worker = PlannedWorker(rig.project, "nothing", "three features", "green", "green", "green")
    await rig.run(worker, delay=0.001).execute()
    assert worker.warmed == ["initializer", "coder", "coder", "coder"]


async def test_a_run_ends_when_only_a_person_can_go_on(rig: Rig) -> None:
    end = await rig.run(PlannedWorker(rig.project, "three features", "green", "ask", "ask")).execute()
    assert "2 waiting for a person" in end.reason


@pytest.mark.parametrize(
    ("plan", "code", "words"),
    [
        (["nothing", "nothing"], 1, "made no features"),
        (["overloaded"] * 3, 1, "3 sessions in a row failed. It said 529."),
        (["limit"], 4, "Parked until"),
        (["key"], 1, "No such key."),
        (["three features", "overloaded", "green", "overloaded", "green", "overloaded", "green"], 0, "All 3"),
    ],
)
async def test_every_trouble_ends_the_run_with_its_reason(rig: Rig, plan: list[str], code: int, words: str) -> None:
    end = await rig.run(PlannedWorker(rig.project, *plan)).execute()
    assert end.exit_code == code
    assert words in end.reason


async def test_only_so_many_sessions_as_asked_for(rig: Rig) -> None:
    worker = PlannedWorker(rig.project, "three features", "green")
    end = await rig.run(worker, max_sessions=2).execute()
    assert (end.exit_code, len(worker.sessions)) == (0, 2)


async def test_a_budget_of_nothing_starts_no_session(rig: Rig) -> None:
    worker = PlannedWorker(rig.project)
    assert (await rig.run(worker, Limits(day=0.0)).execute()).exit_code == 3
    assert worker.sessions == []


async def test_one_interrupt_lets_the_session_finish(rig: Rig) -> None:
    worker = PlannedWorker(rig.project, "three features", "green")
    run = rig.run(worker)
    with signals_ask(rig.wishes, rig.journal):
        worker.after_session = lambda: os.kill(os.getpid(), signal.SIGINT) if len(worker.sessions) == 2 else None
        end = await run.execute()
    assert (end.status, end.exit_code) == ("paused", 130)
    assert not rig.wishes.stop.is_set()


async def test_a_second_interrupt_or_a_termination_stops(rig: Rig) -> None:
    with signals_ask(rig.wishes, rig.journal):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0)  # lets the loop run the handler
        async with asyncio.timeout(5):
            await rig.wishes.stop.wait()
    assert rig.wishes.request == "stop"


async def test_a_request_from_another_process_is_heard(rig: Rig) -> None:
    worker = PlannedWorker(rig.project, "three features")
    run = rig.run(worker, Limits())
    with rig.project.database.write() as session:
        runs.request_control(session, "pause")
    async with run._heartbeats(), asyncio.timeout(5):
        await rig.wishes.asked.wait()
    assert (await run.execute()).status == "paused"


async def test_a_run_that_was_ended_from_outside_stops(rig: Rig) -> None:
    run = rig.run(PlannedWorker(rig.project))
    with rig.project.database.write() as session:
        runs.finish_run(session, run.view.id, run.view.token, "crashed", reason="somebody else said so")
    async with run._heartbeats(), asyncio.timeout(5):
        await rig.wishes.stop.wait()
    end = await run.execute()
    run.finish(end)
    with rig.project.database.read() as session:
        assert runs.run(session, run.view.id).reason == "somebody else said so"


async def test_a_second_run_of_the_same_project_is_refused(rig: Rig) -> None:
    run = rig.run(PlannedWorker(rig.project, "limit"))
    with pytest.raises(Conflict):
        rig.run(PlannedWorker(rig.project))
    run.finish(await run.execute())
    with rig.project.database.read() as session:
        ended = runs.run(session, run.view.id)
    assert (ended.status, ended.parked_until is not None) == ("parked", True)


def test_sessions_are_counted_by_what_they_were() -> None:
    history = count(History(), Initialise(), COMPLETED)
    assert (history.sessions, history.initializer_sessions) == (1, 1)
    troubled = count(history, Implement(), Report(Outcome("died", "gone"), 0.0))
    assert (troubled.provider_failures, troubled.last_failure) == (1, "gone")
    assert count(troubled, Implement(), COMPLETED).provider_failures == 0
    assert count(troubled, Implement(), None) == troubled
