"""Checks of green cards run again after others landed: the merge that broke one is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.statuses import PERSON, Actor
from api.database import Database
from harness.sandboxes.process import Process
from harness.verification.rechecks import Rechecks
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import add_card, card, open_backlog, runs, set_check
from tests.gitprojects import commit_files, open_project, run_git, start_card
from tests.greencards import CONDITIONS, Builder, told


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


async def test_on_a_busy_machine_only_what_is_affected_runs_again(
    builder: Builder, database: Database, repository: ProjectRepository
) -> None:
    rechecks = Rechecks(database, repository, Process(), CONDITIONS, busy=lambda: True)
    first = await builder.build("First", "true", {"first.txt": "1"})
    await builder.build("Second", "true", {"second.txt": "2"})
    assert await rechecks.cycle() is None
    await builder.build("Third", "true", {"first.txt": "3"})
    found = await rechecks.cycle()
    assert found is not None
    assert found.feature_id == first
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


async def test_a_card_that_no_check_turned_green_is_not_run_again(
    builder: Builder, rechecks: Rechecks, database: Database
) -> None:
    number = add_card(database)
    set_check(database, number, "true")
    assert await rechecks.recheck(number, actor=PERSON) is None
    with database.write() as session:
        backlog.mark_passing(session, number, actor=PERSON, proof="unproven")
    assert await rechecks.recheck(number, actor=PERSON) is None


async def test_a_broken_card_is_repaired_and_proven_anew(
    builder: Builder, rechecks: Rechecks, database: Database
) -> None:
    first = await builder.build("Keep notes", "grep -q keep notes.txt", {"notes.txt": "keep\n"}, "proven")
    await builder.build("Break it", "true", {"notes.txt": "gone\n"})
    await rechecks.cycle()
    with database.write() as session:
        taken = backlog.claim_next(session, "agent-1", 600)
    assert taken is not None
    assert taken.id == first
    workspace = start_card(builder.repository, "agent-1", first)
    commit_files(workspace.path, {"notes.txt": "gone, keep\n"})
    verdict = await builder.verifier.verify(first, actor=Actor("agent-1", "coder"), workspace=workspace)
    assert verdict.passed
    repaired = card(database, first)
    assert (repaired.status, repaired.proof, repaired.failing_reason) == ("passing", "proven", None)
    found = await rechecks.cycle()
    assert found is not None
    assert found.feature_id != first
