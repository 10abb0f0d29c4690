"""Who does what when, and what ends a run."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.budget import Limits
from agent.desk import abandon
from agent.jobs import Job
from api.backlog import service as backlog
from api.backlog.schemas import FeatureUpdate
from api.backlog.statuses import HARNESS
from api.errors import Unavailable
from api.runs import service as runs
from api.runs.schemas import RunStart, SessionStart
from tests.plannedcrews import PlannedMember, Rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.close()


async def test_a_run_goes_from_nothing_to_all_green(rig: Rig) -> None:
    end = await rig.run("three features", "green", "green", "green").execute()
    assert (end.exit_code, end.reason) == (0, "All 3 features are green.")
    assert rig.roles == ["initializer", "coder", "coder", "coder"]
    assert rig.closed == ["agent-1"]


async def test_a_run_is_finished_only_when_a_look_back_finds_nothing_broken(rig: Rig) -> None:
    first, _ = rig.add("a", "b")
    rig.broken = [first.id]
    end = await rig.run("green", "green", "green").execute()
    assert (end.exit_code, end.reason) == (0, "All 2 features are green.")
    assert rig.features == [1, 2, 1]
    assert rig.looks_back == 2


async def test_a_paused_run_does_not_look_back(rig: Rig) -> None:
    rig.add("a", "b")
    rig.after_session = lambda: rig.wishes.ask("pause")
    assert (await rig.run("green").execute()).exit_code == 130
    assert rig.looks_back == 0


async def test_several_agents_work_side_by_side_and_never_on_the_same_feature(rig: Rig) -> None:
    rig.add(*"abcdef")
    rig.meet = asyncio.Barrier(3)
    async with asyncio.timeout(10):
        end = await rig.run(concurrency=3).execute()
    assert end.cause == "all_green"
    assert sorted(job.feature_id or 0 for job in rig.jobs) == [1, 2, 3, 4, 5, 6]
    assert {job.agent for job in rig.jobs} == {"agent-1", "agent-2", "agent-3"}
    assert max(rig.at_once) == 3


async def test_an_agent_that_finds_nothing_waits_for_the_others(rig: Rig) -> None:
    [first] = rig.add("first")
    rig.add("second", "third", needs=first.id)
    async with asyncio.timeout(10):
        assert (await rig.run(concurrency=3).execute()).cause == "all_green"
    assert rig.features[0] == first.id
    assert rig.at_once[0] == 1


async def test_a_feature_that_somebody_adds_is_taken_up_while_others_work(rig: Rig) -> None:
    rig.add("a")
    rig.meet = asyncio.Barrier(2)
    run = rig.run(concurrency=2)
    executing = asyncio.create_task(run.execute())
    async with asyncio.timeout(10):
        await rig.began.wait()
        await asyncio.to_thread(rig.add, "late")
        assert (await executing).cause == "all_green"
    assert len(rig.jobs) == 2


async def test_each_green_feature_earns_its_testers(rig: Rig) -> None:
    rig.add("a", "b")
    assert (await rig.run("green", "test", "test", "green", "test", "test", testing_ratio=2).execute()).exit_code == 0
    assert rig.roles == ["coder", "tester", "tester", "coder", "tester", "tester"]
    assert {job.agent for job in rig.jobs if job.role == "tester"} == {"tester-1"}
    assert rig.closed.count("tester-1") == 4  # a fresh clone each time
    assert max(rig.at_once) == 1


async def test_a_session_goes_on_with_small_features_in_the_order_of_all(rig: Rig) -> None:
    first, *_ = rig.add("a", "b")
    [third] = rig.add("c", needs=first.id)
    rig.add(*"def", needs=third.id)
    end = await rig.run("batch", batch_size=3, testing_ratio=1, max_sessions=4).execute()
    assert end.cause == "iterations"
    assert rig.features == [1, None, None, None]  # three features earn three sessions of testers
    assert rig.at[:3] == [1, 3, 2]  # what has become ready comes first because it unblocks most
    with rig.project.database.read() as session:
        (coder, *_) = runs.sessions(session, 1)
        assert (coder.feature_id, coder.feature_ids) == (2, [1, 3, 2])


async def test_a_feature_that_is_not_small_gets_a_session_of_its_own(rig: Rig) -> None:
    rig.add("a", "b", "c")
    with rig.project.database.write() as session:
        backlog.update(session, 2, FeatureUpdate(steps=["s"] * 4), HARNESS)
    rig.afterwards = "batch"
    await rig.run(batch_size=5).execute()
    assert (rig.features, rig.at) == ([1, 2], [1, 2, 3])


async def test_a_session_that_may_not_go_on_ends(rig: Rig) -> None:
    rig.add(*"abc")
    rig.after_green = lambda: rig.wishes.ask("pause")
    end = await rig.run("batch", batch_size=5).execute()
    assert (end.cause, rig.at) == ("paused", [1])


async def test_work_in_the_clone_of_another_agent_is_not_taken_in_a_batch(rig: Rig) -> None:
    rig.add("a", "b")
    start = RunStart(pid=1, process_started=0.0, model="m", policy="off")
    with rig.project.database.write() as session:
        died = runs.start_run(session, start, lambda _pid, _started: False)
        opened = runs.start_session(session, SessionStart(run_id=died.id, role="coder", agent="agent-2", feature_id=1))
        runs.continue_session(session, opened.id, 2)
    desk = rig.run(batch_size=5, concurrency=2).desk
    assert desk.keepers() == {2: "agent-2"}  # 1 was green when it went on
    with rig.project.database.write() as session:
        backlog.claim(session, 1, "agent-1", 60.0)
        row = runs.start_session(
            session, SessionStart(run_id=desk.view.id, role="coder", agent="agent-1", feature_id=1)
        )
        job = Job("agent-1", "coder", row.id, feature=backlog.get(session, 1))
    assert desk.claim_more(job, desk.keepers(), ["agent-1", "agent-2"]) is None  # it holds a feature
    with rig.project.database.write() as session:
        backlog.mark_passing(session, 1, actor=HARNESS, proof="unproven")
    assert desk.claim_more(job, desk.keepers(), ["agent-1", "agent-2"]) is None
    following = desk.claim_more(job, desk.keepers(), ["agent-1"])
    assert following is not None
    assert (following.feature_id, following.session_id) == (2, job.session_id)
    assert desk.claim_more(following, {}, ["agent-1"]) is None


async def test_testers_count_among_the_agents_at_once(rig: Rig) -> None:
    rig.add(*"abcd")
    rig.meet = asyncio.Barrier(2)
    async with asyncio.timeout(10):
        await rig.run(concurrency=2, testing_ratio=1).execute()
    assert (rig.roles.count("coder"), rig.roles.count("tester")) == (4, 4)
    assert max(rig.at_once) == 2


async def test_the_agent_whose_clone_holds_the_work_goes_on_with_it(rig: Rig) -> None:
    rig.add(*"abc")
    start = RunStart(pid=1, process_started=0.0, model="m", policy="off")
    with rig.project.database.write() as session:
        died = runs.start_run(session, start, lambda _pid, _started: False)
        for agent, feature_id in (("agent-2", 1), ("agent-1", 3)):
            backlog.claim(session, feature_id, agent, 1000)
            runs.start_session(session, SessionStart(run_id=died.id, role="coder", agent=agent, feature_id=feature_id))
    rig.meet = asyncio.Barrier(3)
    async with asyncio.timeout(10):
        await rig.run(concurrency=3).execute()
    assert {job.feature_id: job.agent for job in rig.jobs} == {1: "agent-2", 2: "agent-3", 3: "agent-1"}


async def test_the_next_cli_is_started_during_the_pause(rig: Rig) -> None:
    await rig.run("nothing", "three features", "green", "green", "green", delay=0.001).execute()
    assert rig.warmed == ["initializer", "coder", "coder", "coder"]


async def test_no_cli_is_started_in_advance_for_a_share_that_will_be_another(rig: Rig) -> None:
    rig.add(*"abcd")
    rig.meet = asyncio.Barrier(2)
    await rig.run(limits=Limits(run=5.0), concurrency=2).execute()
    assert rig.warmed == []
    assert rig.jobs[0].budget == pytest.approx(2.5)
    assert rig.jobs[1].budget == pytest.approx(2.5)


async def test_a_run_ends_when_only_a_person_can_go_on(rig: Rig) -> None:
    end = await rig.run("three features", "green", "ask", "ask").execute()
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
    end = await rig.run(*plan).execute()
    assert end.exit_code == code
    assert words in end.reason


async def test_a_limit_lets_the_other_sessions_finish(rig: Rig) -> None:
    rig.add(*"abcdef")
    rig.meet, rig.afterwards = asyncio.Barrier(3), "limit"
    async with asyncio.timeout(10):
        end = await rig.run("green", "limit", "green", concurrency=3).execute()
    assert (end.status, rig.at_work) == ("parked", set())
    assert len(rig.jobs) < 6


async def test_only_so_many_sessions_as_asked_for(rig: Rig) -> None:
    rig.add(*"abcdef")
    end = await rig.run(max_sessions=4, concurrency=3).execute()
    assert (end.exit_code, end.cause, len(rig.jobs)) == (0, "iterations", 4)


async def test_a_budget_of_nothing_starts_no_session(rig: Rig) -> None:
    assert (await rig.run(limits=Limits(day=0.0)).execute()).exit_code == 3
    assert rig.jobs == []


def without(rig: Rig, *names: str, times: int = 99) -> None:
    """Opening the places of `names` fails so many times each."""
    left = dict.fromkeys(names, times)

    async def hire(name: str) -> PlannedMember:
        if left.get(name, 0) > 0:
            left[name] -= 1
            raise Unavailable("No place can be opened.")
        return PlannedMember(rig, name)

    rig.hire = hire


async def test_the_others_go_on_without_an_agent_that_cannot_be_equipped(rig: Rig) -> None:
    rig.add(*"abc")
    without(rig, "agent-2")
    async with asyncio.timeout(10):
        assert (await rig.run(concurrency=2).execute()).cause == "all_green"
    assert {job.agent for job in rig.jobs} == {"agent-1"}
    with rig.project.database.read() as session:
        assert [one.outcome for one in runs.sessions(session, 1) if one.agent == "agent-2"] == ["died"]


async def test_what_fails_once_is_tried_again(rig: Rig) -> None:
    rig.add("a")
    without(rig, "agent-1", times=1)
    assert (await rig.run().execute()).cause == "all_green"
    assert rig.roles == ["coder"]


async def test_when_nobody_can_be_equipped_the_run_fails_and_holds_nothing(rig: Rig) -> None:
    rig.add(*"abc")
    without(rig, "agent-1", "agent-2")
    run = rig.run(concurrency=2)
    with pytest.raises(Unavailable):
        await run.execute()
    abandon(rig.project.database, run.desk.view, "No place can be opened.")
    with rig.project.database.read() as session:
        assert backlog.claimed(session) == []
        assert runs.run(session, run.desk.view.id).status == "crashed"


async def test_a_fault_in_one_worker_ends_the_run_and_all_leave(rig: Rig) -> None:
    rig.add(*"abc")
    rig.after_session = fail
    with pytest.raises(ZeroDivisionError):
        await rig.run(concurrency=2).execute()
    assert set(rig.closed) == {job.agent for job in rig.jobs}


def fail() -> None:
    raise ZeroDivisionError
