"""Checks that run again do so beside everything else: they wait, give way, rest and stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog.statuses import PERSON
from api.database import Database
from api.errors import Unavailable
from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.local_place import LocalPlace
from harness.sandboxes.process import Process
from harness.verification.rechecks import Rechecks, rest_after
from harness.verification.undoing import undo
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import add_card, card, claim_card, open_backlog, runs, set_check
from tests.gitprojects import commit_files, open_project, start_card
from tests.greencards import CONDITIONS, Builder, told
from tests.servers import until


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


@pytest.fixture
def database(repository: ProjectRepository) -> Iterator[Database]:
    opened = open_backlog(repository.folder)
    yield opened
    opened.close()


@pytest.fixture
def rechecks(database: Database, repository: ProjectRepository) -> Rechecks:
    return Rechecks(database, repository, Process(), CONDITIONS, share=1.0)


@pytest.fixture
def builder(database: Database, repository: ProjectRepository) -> Builder:
    return Builder(database, repository)


async def test_it_waits_for_the_verifications_of_others(
    builder: Builder, rechecks: Rechecks, database: Database, tmp_path: Path
) -> None:
    first = await builder.build("First", f"echo first >> {tmp_path}/order", {"first.txt": "x"})
    await builder.build("Second", "true", {"second.txt": "x"})
    (tmp_path / "order").unlink()
    slow = add_card(database, "Slow")
    workspace = start_card(builder.repository, "agent-1", slow)
    commit_files(workspace.path, {"slow.txt": "x"})
    set_check(database, slow, f"echo started; sleep 0.5; echo slow >> {tmp_path}/order")
    started = asyncio.Event()
    verifying = asyncio.create_task(
        builder.verifier.verify(
            slow,
            actor=claim_card(database, slow),
            workspace=workspace,
            policy="green",
            on_progress=lambda line: started.set() if line == "started" else None,
        )
    )
    await asyncio.wait_for(started.wait(), 20)
    found = await rechecks.cycle()
    assert found is not None
    assert (found.feature_id, found.verdict.state) == (first, "passed")
    assert (await verifying).passed
    assert (tmp_path / "order").read_text() == "slow\nfirst\n"


async def test_it_gives_way_to_an_agent(
    builder: Builder, rechecks: Rechecks, database: Database, tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    first = await builder.build(
        "First", f"echo begun >> {tmp_path}/log; while test -e {hold}; do sleep 0.05; done", {"first.txt": "x"}
    )
    hold.touch()
    await builder.build("Second", "true", {"second.txt": "x"})
    (tmp_path / "log").unlink()
    again = asyncio.create_task(rechecks.cycle())
    await asyncio.to_thread(until, (tmp_path / "log").exists)
    third = await builder.build("Third", f"rm {hold}", {"third.txt": "x"})
    found = await again
    assert found is not None
    assert (found.feature_id, found.verdict.state) == (first, "passed")
    assert card(database, third).passes
    assert (tmp_path / "log").read_text() == "begun\nbegun\n"


async def test_two_at_once_are_one(builder: Builder, rechecks: Rechecks, database: Database) -> None:
    await builder.build("First", "sleep 0.2", {"first.txt": "x"})
    await builder.build("Second", "true", {"second.txt": "x"})
    other = Rechecks(database, builder.repository, Process(), CONDITIONS)
    found = await asyncio.gather(rechecks.cycle(), other.cycle())
    assert [one is None for one in found].count(True) == 1


async def test_it_runs_until_it_is_stopped(builder: Builder, rechecks: Rechecks, database: Database) -> None:
    first = await builder.build("First", "true", {"first.txt": "x"})
    await builder.build("Third", "true", {"third.txt": "x"})
    stop = asyncio.Event()
    running = asyncio.create_task(rechecks.run(stop))
    await asyncio.to_thread(until, lambda: "rechecked" in told(database, first))
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_what_is_under_way_is_interrupted_by_the_stop(
    builder: Builder, rechecks: Rechecks, database: Database, tmp_path: Path
) -> None:
    slow = tmp_path / "slow"
    first = await builder.build("First", f"test ! -e {slow} || sleep 60", {"first.txt": "x"})
    await builder.build("Second", "true", {"second.txt": "x"})
    slow.touch()
    stop = asyncio.Event()
    running = asyncio.create_task(rechecks.run(stop))
    await asyncio.to_thread(until, lambda: card(database, first).verifying)
    stop.set()
    await asyncio.wait_for(running, 10)
    assert (runs(database, first)[0].state, card(database, first).status) == ("cancelled", "passing")
    assert not card(database, first).verifying


def test_the_rest_is_in_proportion() -> None:
    assert rest_after(2.0, 0.25) == 6.0
    assert rest_after(2.0, 1.0) == 0.0


async def test_without_a_place_nothing_is_said_about_a_card(builder: Builder, database: Database) -> None:
    class Nowhere(Process):
        async def open(self, spec: PlaceSpec) -> LocalPlace:
            raise Unavailable("No place can be opened: install one.")

    first = await builder.build("First", "true", {"first.txt": "x"})
    await builder.build("Second", "true", {"second.txt": "x"})
    with pytest.raises(Unavailable, match="install one"):
        await Rechecks(database, builder.repository, Nowhere(), CONDITIONS).cycle()
    found = card(database, first)
    assert (found.status, found.stale, found.verifying) == ("passing", False, False)
    assert (runs(database, first)[0].state, runs(database, first)[0].detail) == (
        "cancelled",
        "No place can be opened: install one.",
    )


async def test_a_card_taken_back_meanwhile_is_left_alone(
    builder: Builder, rechecks: Rechecks, database: Database, tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    check = f"while test -e {hold}; do touch {tmp_path}/begun; sleep 0.05; done"
    first = await builder.build("First", check, {"first.txt": "x"})
    hold.touch()
    await builder.build("Second", "true", {"second.txt": "x"})
    again = asyncio.create_task(rechecks.cycle())
    await asyncio.to_thread(until, (tmp_path / "begun").exists)
    await asyncio.to_thread(undo, database, builder.repository, first, "", actor=PERSON)
    hold.unlink()
    found = await again
    assert found is not None
    assert found.verdict.state == "cancelled"
    assert (card(database, first).status, card(database, first).verifying) == ("pending", False)


async def test_settling_runs_what_is_stale(builder: Builder, rechecks: Rechecks, database: Database) -> None:
    await builder.build("Elsewhere", "true", {"elsewhere.txt": "x"})
    numbers = [await builder.build(f"App {n}", "true", {"app.txt": f"{n}\n"}) for n in range(3)]
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(rechecks.settle(asyncio.Event()), 30)
    assert [card(database, number).stale for number in numbers] == [False, False, False]
    assert [run.requested_by for run in runs(database, 1)] == ["agent-1"]


async def test_a_person_does_not_wait_for_the_reruns(
    builder: Builder, rechecks: Rechecks, database: Database, tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    slow = f"echo begun >> {tmp_path}/log; while test -e {hold}; do sleep 0.05; done"
    first = await builder.build("First", slow, {"first.txt": "x"})
    second = await builder.build("Second", f"rm -f {hold}", {"second.txt": "x"})
    await builder.build("Third", "true", {"third.txt": "x"})
    hold.touch()
    (tmp_path / "log").unlink()
    again = asyncio.create_task(rechecks.cycle())
    await asyncio.to_thread(until, (tmp_path / "log").exists)
    asked = Rechecks(database, builder.repository, Process(), CONDITIONS)
    found = await asked.recheck(second, actor=PERSON)
    assert found is not None
    assert (found.verdict.state, runs(database, second)[0].requested_by) == ("passed", "person")
    other = await again
    assert other is not None
    assert (other.feature_id, other.verdict.state) == (first, "passed")
