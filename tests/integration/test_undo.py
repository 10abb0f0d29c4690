"""The work of a card is taken back: one commit, exactly its own work, and the card is pending again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.statuses import PERSON
from api.database import Database
from api.errors import Conflict, NotFound
from harness.sandboxes.process import Process
from harness.verification import Conditions, Submitter, Verdict, Verifier
from harness.verification.undoing import preview, undo
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import add_card, card, claim_card, open_backlog, set_check
from tests.gitprojects import commit_files, open_project, run_git, start_card, write_files


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


@pytest.fixture
def database(repository: ProjectRepository) -> Iterator[Database]:
    opened = open_backlog(repository.folder)
    yield opened
    opened.close()


def build(database: Database, repository: ProjectRepository, name: str, files: dict[str, str]) -> int:
    """A card that an agent built: landed, green; its id."""
    number = add_card(database, name)
    actor = claim_card(database, number)
    workspace = start_card(repository, "agent-1", number)
    commit_files(workspace.path, files)
    set_check(database, number, f"test -e {next(iter(files))}")
    verifier = Verifier(database, repository, Process(), Conditions(check_seconds=20))
    verdict: Verdict = asyncio.run(Submitter(verifier, actor, workspace, "green").verify(number))
    assert verdict.passed, verdict
    return number


def listed(repository: ProjectRepository) -> list[str]:
    """The files on the integration branch."""
    return run_git(repository.folder, "ls-tree", "-r", "--name-only", "autocoder/integration").split()


def test_exactly_its_own_work_is_taken_back(database: Database, repository: ProjectRepository) -> None:
    first = build(database, repository, "Add login", {"login.txt": "welcome\n"})
    second = build(database, repository, "Add logout", {"logout.txt": "bye\n"})
    landed = repository.feature_commits(first)[0]
    undone = undo(database, repository, first, "Use OAuth.", actor=PERSON)
    assert listed(repository) == ["app.txt", "logout.txt"]
    assert (undone.commit, undone.reverted, undone.stale, undone.note) == (
        repository.integration_tip(),
        (landed,),
        (),
        None,
    )
    found = card(database, first)
    assert (found.status, found.proof, found.moved_by) == ("pending", None, "person")
    assert found.human_request is not None
    assert found.human_request.answers == {"reason": "Use OAuth."}
    assert card(database, second).status == "passing"
    message = run_git(repository.folder, "log", "-1", "--format=%B", "autocoder/integration")
    assert message.startswith("Undo #1: Add login\n")
    assert f"Autocoder-Undone: {landed}" in message
    assert not (repository.folder / "login.txt").exists()
    assert run_git(repository.folder, "status", "--porcelain") == ""


def test_it_can_be_built_and_undone_again(database: Database, repository: ProjectRepository) -> None:
    first = build(database, repository, "Add login", {"login.txt": "welcome\n"})
    undo(database, repository, first, "", actor=PERSON)
    with database.write() as session:
        backlog.claim(session, first, "agent-1", 600)
    workspace = start_card(repository, "agent-1", first)
    assert not (workspace.path / "login.txt").exists()
    commit_files(workspace.path, {"login.txt": "hello\n"})
    verifier = Verifier(database, repository, Process(), Conditions(check_seconds=20))
    submitter = Submitter(verifier, claim_card(database, first), workspace, "green")
    assert asyncio.run(submitter.verify(first)).passed
    assert (repository.folder / "login.txt").read_text() == "hello\n"
    again = undo(database, repository, first, "", actor=PERSON)
    assert len(again.reverted) == 1
    assert listed(repository) == ["app.txt"]


def test_a_card_that_is_green_without_new_work_has_nothing_to_undo(
    database: Database, repository: ProjectRepository
) -> None:
    first = build(database, repository, "Add login", {"login.txt": "welcome\n"})
    undo(database, repository, first, "", actor=PERSON)
    commit_files(repository.folder, {"login.txt": "my own\n"})
    verifier = Verifier(database, repository, Process(), Conditions(check_seconds=20))
    assert asyncio.run(verifier.verify(first, actor=PERSON)).passed
    with pytest.raises(Conflict, match="since its work was taken back"):
        undo(database, repository, first, "", actor=PERSON)
    assert card(database, first).status == "passing"


def test_every_landing_of_a_repaired_card_is_taken_back(database: Database, repository: ProjectRepository) -> None:
    first = build(database, repository, "Add login", {"login.txt": "welcome\n"})
    workspace = start_card(repository, "agent-2", first)
    commit_files(workspace.path, {"login.txt": "welcome\nback\n"})
    repository.land(workspace, first, "Add login")
    assert len(undo(database, repository, first, "", actor=PERSON).reverted) == 2
    assert listed(repository) == ["app.txt"]


def test_cards_that_touch_the_same_files_are_stale(database: Database, repository: ProjectRepository) -> None:
    first = build(database, repository, "Top", {"app.txt": "TOP\none\ntwo\nthree\n"})
    second = build(database, repository, "Bottom", {"app.txt": "TOP\none\ntwo\nthree\nBOTTOM\n"})
    third = build(database, repository, "Elsewhere", {"else.txt": "x\n"})
    assert undo(database, repository, first, "", actor=PERSON).stale == (second,)
    assert (repository.folder / "app.txt").read_text() == "one\ntwo\nthree\nBOTTOM\n"
    assert [card(database, number).stale for number in (second, third)] == [True, False]


def test_what_builds_on_a_card_is_named_before_and_after(database: Database, repository: ProjectRepository) -> None:
    base = build(database, repository, "Store", {"store.txt": "x\n"})
    numbers = [build(database, repository, name, {f"{name}.txt": "x\n"}) for name in ("list", "page", "other")]
    with database.write() as session:
        backlog.set_dependencies(session, numbers[0], [base], PERSON)
        backlog.set_dependencies(session, numbers[1], [numbers[0]], PERSON)
    tip = repository.integration_tip()
    found = preview(database, repository, base, actor=PERSON)
    assert (found.commits, repository.integration_tip()) == ((repository.feature_commits(base)[0],), tip)
    assert [card.id for card in found.stale] == numbers[:2]
    assert undo(database, repository, base, "", actor=PERSON).stale == tuple(numbers[:2])
    assert [card(database, number).stale for number in numbers] == [True, True, False]
    with pytest.raises(Conflict, match="not done"):
        preview(database, repository, base, actor=PERSON)


def test_later_cards_in_the_way_are_named(database: Database, repository: ProjectRepository) -> None:
    first = build(database, repository, "Greeting", {"hello.txt": "hello\n"})
    second = build(database, repository, "Shouting", {"hello.txt": "HELLO!\n"})
    tip = repository.integration_tip()
    with pytest.raises(Conflict, match=r"#2 'Shouting' changed the same lines of hello\.txt later; undo that first"):
        undo(database, repository, first, "", actor=PERSON)
    assert (repository.integration_tip(), card(database, first).status) == (tip, "passing")
    undo(database, repository, second, "", actor=PERSON)
    undo(database, repository, first, "", actor=PERSON)
    assert listed(repository) == ["app.txt"]


def test_commits_of_the_user_in_the_way_are_told(database: Database, repository: ProjectRepository) -> None:
    first = build(database, repository, "Greeting", {"hello.txt": "hello\n"})
    commit_files(repository.folder, {"hello.txt": "my own hello\n"})
    with pytest.raises(Conflict, match="commits of yours changed the same lines"):
        undo(database, repository, first, "", actor=PERSON)


def test_work_of_the_user_is_never_touched(database: Database, repository: ProjectRepository) -> None:
    first = build(database, repository, "Add login", {"login.txt": "welcome\n"})
    write_files(repository.folder, {"login.txt": "my draft\n", "mine.txt": "m\n"})
    undone = undo(database, repository, first, "", actor=PERSON)
    assert "1 commit waiting for your uncommitted changes: login.txt" in (undone.note or "")
    assert (repository.folder / "login.txt").read_text() == "my draft\n"
    assert (repository.folder / "mine.txt").read_text() == "m\n"
    assert listed(repository) == ["app.txt"]


def test_an_undo_alone_is_not_lost_when_the_user_commits(database: Database, repository: ProjectRepository) -> None:
    first = build(database, repository, "Add login", {"login.txt": "welcome\n"})
    write_files(repository.folder, {"login.txt": "my draft\n"})
    undo(database, repository, first, "", actor=PERSON)
    run_git(repository.folder, "checkout", "-q", "login.txt")
    commit_files(repository.folder, {"mine.txt": "m\n"})
    assert repository.absorb() == ()
    assert listed(repository) == ["app.txt", "mine.txt"]


def test_what_never_landed_cannot_be_undone(database: Database, repository: ProjectRepository) -> None:
    number = add_card(database)
    with pytest.raises(Conflict, match="it is not done"):
        undo(database, repository, number, "", actor=PERSON)
    with database.write() as session:
        backlog.mark_passing(session, number, actor=PERSON, proof="unproven")
    with pytest.raises(Conflict, match="there is no commit to undo"):
        undo(database, repository, number, "", actor=PERSON)
    with pytest.raises(NotFound):
        undo(database, repository, 99, "", actor=PERSON)
    assert list((repository.layout.harness / "benches").iterdir()) == []


async def test_two_at_once_undo_it_once(database: Database, repository: ProjectRepository) -> None:
    first = await asyncio.to_thread(build, database, repository, "Add login", {"login.txt": "welcome\n"})
    before = repository.integration_tip()

    def take_back() -> object:
        return undo(database, repository, first, "", actor=PERSON)

    results = await asyncio.gather(*(asyncio.to_thread(take_back) for _ in range(2)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Undone"]
    assert repository.commits_between(before, repository.integration_tip()) == [repository.integration_tip()]
    assert list((repository.layout.harness / "journal").iterdir()) == []


async def test_an_agent_that_verifies_meanwhile_lands_on_top(database: Database, repository: ProjectRepository) -> None:
    first = await asyncio.to_thread(build, database, repository, "Add login", {"login.txt": "welcome\n"})
    second = add_card(database, "Second")
    workspace = start_card(repository, "agent-2", second)
    commit_files(workspace.path, {"second.txt": "2\n"})
    set_check(database, second, "echo started; sleep 0.5; ls")
    verifier = Verifier(database, repository, Process(), Conditions(check_seconds=20))
    started = asyncio.Event()
    verifying = asyncio.create_task(
        verifier.verify(
            second,
            actor=claim_card(database, second, "agent-2"),
            workspace=workspace,
            policy="green",
            on_progress=lambda line: started.set() if line == "started" else None,
        )
    )
    await asyncio.wait_for(started.wait(), 20)
    await asyncio.to_thread(undo, database, repository, first, "", actor=PERSON)
    verdict = await verifying
    assert verdict.passed
    assert "login.txt" not in verdict.output
    assert listed(repository) == ["app.txt", "second.txt"]
    assert (card(database, first).status, card(database, second).status) == ("pending", "passing")
