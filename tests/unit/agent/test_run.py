"""The life of a run: requests, signals, heartbeats, its end."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from agent.wishes import signals_ask
from api.backlog import service as backlog
from api.errors import Conflict
from api.runs import service as runs
from tests.plannedcrews import Rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.close()


async def test_one_interrupt_lets_the_sessions_finish(rig: Rig) -> None:
    rig.add(*"abcdef")
    rig.meet = asyncio.Barrier(2)
    run = rig.run(concurrency=2)
    with signals_ask(rig.wishes, rig.journal, 2):
        rig.after_session = lambda: os.kill(os.getpid(), signal.SIGINT) if len(rig.jobs) == 2 else None
        rig.after_session = once(rig.after_session)
        end = await run.execute()
    assert (end.status, end.exit_code, len(rig.jobs)) == ("paused", 130, 2)
    assert not rig.wishes.stop.is_set()


def once(act: Callable[[], None]) -> Callable[[], None]:
    left = [act]
    return lambda: left.pop()() if left else None


async def test_a_second_interrupt_or_a_termination_stops(rig: Rig) -> None:
    with signals_ask(rig.wishes, rig.journal):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0)  # lets the loop run the handler
        async with asyncio.timeout(5):
            await rig.wishes.stop.wait()
    assert rig.wishes.request == "stop"


async def test_a_request_from_another_process_is_heard(rig: Rig) -> None:
    run = rig.run("three features")
    with rig.project.database.write() as session:
        runs.request_control(session, "pause")
    async with run._heartbeats(), asyncio.timeout(5):
        await rig.wishes.asked.wait()
    assert (await run.execute()).status == "paused"


async def test_a_run_that_was_ended_from_outside_stops(rig: Rig) -> None:
    run = rig.run()
    with rig.project.database.write() as session:
        runs.finish_run(session, run.desk.view.id, run.desk.view.token, "crashed", reason="somebody else said so")
    async with run._heartbeats(), asyncio.timeout(5):
        await rig.wishes.stop.wait()
    end = await run.execute()
    run.finish(end)
    with rig.project.database.read() as session:
        assert runs.run(session, run.desk.view.id).reason == "somebody else said so"


async def test_a_second_run_of_the_same_project_is_refused(rig: Rig) -> None:
    run = rig.run("limit")
    with pytest.raises(Conflict):
        rig.run()
    rig.plan = ["limit"]
    run.finish(await run.execute())
    with rig.project.database.read() as session:
        ended = runs.run(session, run.desk.view.id)
    assert (ended.status, ended.parked_until is not None) == ("parked", True)


def test_what_a_dead_run_of_any_size_held_goes_back(rig: Rig) -> None:
    rig.add("a", "b", "c")
    with rig.project.database.write() as session:
        for feature_id, owner in ((1, "agent-1"), (2, "agent-7"), (3, "mcp:99")):
            backlog.claim(session, feature_id, owner, 1000)
    rig.run()
    with rig.project.database.read() as session:
        assert [claim.owner for claim in backlog.claimed(session)] == ["mcp:99"]
