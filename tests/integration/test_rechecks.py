"""Checks of green cards run again after others landed: the merge that broke one is found and named."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.statuses import PERSON, Policy
from api.database import Database
from harness.sandboxes.process import Process
from harness.verification import Conditions, Verifier
from harness.verification.rechecks import Rechecks, rest_after
from harness.workspaces.repository import ProjectRepository
from tests import backlogs
from tests.gitcards import add_card, card, claim_card, open_backlog, runs, set_check
from tests.gitprojects import commit_files, open_project, run_git, start_card
from tests.servers import until

CONDITIONS = Conditions(check_seconds=20, setup_seconds=20)


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


class Builder:
    """Builds cards the way agents do."""

    def __init__(self, database: Database, repository: ProjectRepository) -> None:
        self.database = database
        self.repository = repository
        self.verifier = Verifier(database, repository, Process(), CONDITIONS)

    async def build(self, name: str, check: str, files: dict[str, str], policy: Policy = "green") -> int:
        number = add_card(self.database, name)
        actor = claim_card(self.database, number)
        workspace = start_card(self.repository, "agent-1", number)
        commit_files(workspace.path, files)
        set_check(self.database, number, check)
        verdict = await self.verifier.verify(number, actor=actor, workspace=workspace, policy=policy)
        assert verdict.passed, verdict
        return number


@pytest.fixture
def builder(database: Database, repository: ProjectRepository) -> Builder:
    return Builder(database, repository)


async def test_nothing_is_done_while_nothing_landed(builder: Builder, rechecks: Rechecks) -> None:
    assert await rechecks.cycle() is None
    await builder.build("Add login", "test -e login.txt", {"login.txt": "x"})
    assert await rechecks.cycle() is None


async def test_a_pass_keeps_what_was_proven(builder: Builder, rechecks: Rechecks, database: Database) -> None:
    first = await builder.build("Add login", "test -e login.txt", {"login.txt": "x"}, "proven")
    assert card(database, first).proof == "proven"
    proof = card(database, first).last_receipt
    await builder.build("Add logout", "test -e logout.txt", {"logout.txt": "x"})
    found = await rechecks.cycle()
    assert found is not None
    assert (found.feature_id, found.verdict.state) == (first, "passed")
    after = card(database, first)
    assert (after.status, after.proof, after.stale, after.last_receipt) == ("passing", "proven", False, proof)
    newest = runs(database, first)[0]
    assert (newest.requested_by, newest.state, newest.commit) == (
        "harness",
        "passed",
        builder.repository.integration_tip(),
    )
    assert await rechecks.cycle() is None


async def test_affected_cards_are_stale_and_come_first(
    builder: Builder, rechecks: Rechecks, database: Database
) -> None:
    first = await builder.build("First", "true", {"first.txt": "1"})
    second = await builder.build("Second", "test -e app.txt", {"app.txt": "changed\n"})
    third = await builder.build("Third", "true", {"app.txt": "changed again\n"})
    found = await rechecks.cycle()
    assert found is not None
    assert found.feature_id == second
    found = await rechecks.cycle()
    assert found is not None
    assert found.feature_id == first
    assert [card(database, number).stale for number in (first, second, third)] == [False, False, False]
    events = told(database, second)
    assert events.index("stale") < events.index("rechecked")
    assert "stale" not in told(database, first)


def told(database: Database, number: int) -> list[str]:
    """What the log says happened to a card."""
    with database.read() as session:
        return [change for about, change in backlogs.changes(session) if about == number]


async def test_the_merge_that_broke_a_card_is_named_in_one_cycle(
    builder: Builder, rechecks: Rechecks, database: Database
) -> None:
    first = await builder.build("Keep notes", "echo looking; grep -c keep notes.txt", {"notes.txt": "keep\n"})
    for number in range(2):
        await builder.build(f"Before {number}", "true", {f"before{number}.txt": "x"})
    guilty = await builder.build("Undo deletions", "true", {"notes.txt": "gone\n"})
    culprit = builder.repository.integration_tip()
    for number in range(3):
        await builder.build(f"After {number}", "true", {f"after{number}.txt": "x"})
    found = await rechecks.cycle()
    assert found is not None
    assert (found.feature_id, found.verdict.state, found.guilty) == (first, "failed", culprit)
    broken = card(database, first)
    assert broken.status == "failing"
    assert broken.failing_reason == f"Broken by #{guilty} 'Undo deletions' (commit {culprit[:8]}): looking\n0"
    with database.read() as session:
        assert backlog.ready(session)[0].id == first
    assert runs(database, first)[0].state == "failed"


async def test_a_broken_card_is_worked_on_before_the_others(
    builder: Builder, rechecks: Rechecks, database: Database
) -> None:
    first = await builder.build("Keep notes", "grep -q keep notes.txt", {"notes.txt": "keep\n"})
    await builder.build("Break it", "true", {"notes.txt": "gone\n"})
    waiting = [add_card(database, f"Later {number}") for number in range(2)]
    behind = add_card(database, "Behind")
    with database.write() as session:
        backlog.set_dependencies(session, behind, waiting, PERSON)
    await rechecks.cycle()
    with database.write() as session:
        taken = backlog.claim_next(session, "agent-1", 600)
    assert taken is not None
    assert taken.id == first


async def test_a_commit_of_the_user_is_named_too(builder: Builder, rechecks: Rechecks, database: Database) -> None:
    first = await builder.build("Keep notes", "test -e notes.txt", {"notes.txt": "keep\n"})
    run_git(builder.repository.folder, "rm", "-q", "notes.txt")
    run_git(builder.repository.folder, "commit", "-q", "-m", "Tidy up")
    found = await rechecks.cycle()
    assert found is not None
    assert found.guilty == run_git(builder.repository.folder, "rev-parse", "HEAD")
    assert (card(database, first).failing_reason or "").startswith("Broken by 'Tidy up' (commit ")


async def test_one_flake_condemns_nobody(
    builder: Builder, rechecks: Rechecks, database: Database, tmp_path: Path
) -> None:
    once = tmp_path / "once"
    first = await builder.build("Flaky", f"test ! -e {once} || ! rm {once}", {"flaky.txt": "x"})
    await builder.build("Other", "true", {"other.txt": "x"})
    once.touch()
    found = await rechecks.cycle()
    assert found is not None
    assert (found.verdict.state, once.exists()) == ("passed", False)
    assert card(database, first).status == "passing"


async def test_what_fails_where_it_passed_before_is_nobodys_fault(
    builder: Builder, rechecks: Rechecks, database: Database, tmp_path: Path
) -> None:
    outside = tmp_path / "service"
    outside.touch()
    first = await builder.build("Needs a service", f"test -e {outside}", {"first.txt": "x"})
    await builder.build("Other", "true", {"other.txt": "x"})
    outside.unlink()
    found = await rechecks.cycle()
    assert found is not None
    assert (found.verdict.state, "no merge is to blame" in found.verdict.detail) == ("broken", True)
    assert (card(database, first).status, card(database, first).stale) == ("passing", True)
    assert await rechecks.cycle() is None
    outside.touch()
    await builder.build("Another", "true", {"another.txt": "x"})
    found = await rechecks.cycle()
    assert found is not None
    assert (found.feature_id, found.verdict.state) == (first, "passed")


async def test_a_check_that_a_merge_made_impossible_is_red_too(
    builder: Builder, rechecks: Rechecks, database: Database
) -> None:
    first = await builder.build("Tool", "sh ./tool", {"tool": "exit 0\n"})
    await builder.build("Break it", "true", {"tool": "exec no-such-program\n"})
    await rechecks.cycle()
    assert (card(database, first).failing_reason or "").startswith("Broken by #2 'Break it'")


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


async def test_a_flake_that_is_gone_after_the_search_condemns_nobody(
    builder: Builder, rechecks: Rechecks, database: Database, tmp_path: Path
) -> None:
    left = tmp_path / "left"
    check = f"test ! -e other.txt || test ! -s {left} || {{ truncate -s -1 {left}; false; }}"
    first = await builder.build("Flaky", check, {"flaky.txt": "x"})
    await builder.build("Other", "true", {"other.txt": "x"})
    left.write_text("xx")
    found = await rechecks.cycle()
    assert found is not None
    assert (found.verdict.state, card(database, first).status) == ("passed", "passing")
    assert left.read_text() == ""


async def test_a_branch_that_was_rewritten_leaves_nobody_to_blame(
    builder: Builder, rechecks: Rechecks, database: Database
) -> None:
    folder = builder.repository.folder
    first = await builder.build("Keep notes", "test -e notes.txt", {"notes.txt": "keep\n"})
    run_git(folder, "checkout", "-q", "--orphan", "fresh")
    run_git(folder, "rm", "-q", "-f", "notes.txt")
    run_git(folder, "commit", "-q", "-m", "All anew")
    run_git(folder, "branch", "-f", "main", "fresh")
    run_git(folder, "checkout", "-q", "main")
    run_git(folder, "branch", "-f", "autocoder/integration", "main")
    found = await rechecks.cycle()
    assert found is not None
    assert found.guilty is None
    assert "after the branch was rewritten" in (card(database, first).failing_reason or "")


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


async def test_a_card_that_no_check_turned_green_is_not_run_again(
    builder: Builder, rechecks: Rechecks, database: Database
) -> None:
    number = add_card(database)
    set_check(database, number, "true")
    assert await rechecks.recheck(number, actor=PERSON) is None
    with database.write() as session:
        backlog.mark_passing(session, number, actor=PERSON, proof="unproven")
    assert await rechecks.recheck(number, actor=PERSON) is None
