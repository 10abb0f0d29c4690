"""Killed with SIGKILL while a card is taken back, or a check runs again: the next one finds a consistent state."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog.statuses import PERSON, Actor
from api.database import Database
from harness.sandboxes.process import Process
from harness.verification import Conditions, Verifier
from harness.verification.rechecks import Rechecks
from harness.verification.undoing import undo
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import add_card, card, open_backlog, runs, set_check
from tests.gitprojects import commit_files, open_project, run_git, start_card
from tests.gitscenarios import run_killed, set_up_card
from tests.servers import until

CONDITIONS = Conditions(check_seconds=20, lease_seconds=1)


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    """A project with card 1 built by an agent: green, landed."""
    set_up_card(tmp_path)
    found = open_project(tmp_path)
    with contextlib.closing(open_backlog(found.folder)) as database:
        verifier = Verifier(database, found, Process(), CONDITIONS)
        workspace = found.open_workspace("agent-1")
        work = verifier.verify(1, actor=Actor("agent-1", "coder"), workspace=workspace, policy="green")
        assert asyncio.run(work).passed
    return found


@pytest.fixture
def database(repository: ProjectRepository) -> Iterator[Database]:
    opened = open_backlog(repository.folder)
    yield opened
    opened.close()


def undoings(repository: ProjectRepository) -> int:
    """How many commits took card 1 back."""
    found = run_git(repository.folder, "log", "--format=%H", "--grep=^Autocoder-Undo: #1$", "autocoder/integration")
    return len(found.split())


def traces(repository: ProjectRepository) -> list[Path]:
    """What a killed process left of benches, landings and checkouts."""
    harness = repository.layout.harness
    return [path for name in ("benches", "new", "journal", "verify/app") for path in (harness / name).glob("*")]


@pytest.mark.parametrize(
    ("step", "reached"), [("journalled", False), ("brought in", False), ("advanced", True), ("undone", True)]
)
def test_an_undo_that_was_killed_is_completed_exactly_once(
    tmp_path: Path, repository: ProjectRepository, database: Database, step: str, reached: bool
) -> None:
    run_killed("undo", tmp_path, step)
    assert undoings(repository) == int(reached)
    assert card(database, 1).status == ("pending" if step == "undone" else "passing")
    if step != "undone":
        undo(database, repository, 1, "", actor=PERSON)
    assert (card(database, 1).status, undoings(repository)) == ("pending", 1)
    repository.follow()
    assert not (repository.folder / "work.txt").exists()
    repository.recover()
    assert traces(repository) == []
    assert "error" not in run_git(repository.folder, "fsck", "--no-dangling")


async def test_an_undo_that_nobody_repeats_is_completed_by_the_next_look(
    tmp_path: Path, repository: ProjectRepository, database: Database
) -> None:
    await asyncio.to_thread(run_killed, "undo", tmp_path, "advanced")
    assert card(database, 1).status == "passing"
    assert await Rechecks(database, repository, Process(), CONDITIONS).cycle() is None
    assert (card(database, 1).status, undoings(repository)) == ("pending", 1)


async def test_a_rerun_that_was_killed_leaves_nothing_and_the_next_goes_on(
    tmp_path: Path, repository: ProjectRepository, database: Database
) -> None:
    second = add_card(database, "Second")
    set_check(database, second, "test -e app.txt")
    assert (await Verifier(database, repository, Process(), CONDITIONS).verify(second, actor=PERSON)).passed
    other = start_card(repository, "agent-2", 99)
    commit_files(other.path, {"other.txt": "o\n"})
    repository.land(other, 99, "other")
    await asyncio.to_thread(run_killed, "recheck", tmp_path, "place opened")
    (dead,) = runs(database, 1)[:1]
    assert (dead.requested_by, dead.state) == ("harness", "running")
    rechecks = Rechecks(database, repository, Process(), CONDITIONS)
    found = await rechecks.cycle()
    assert found is not None
    assert (found.feature_id, found.verdict.state) == (second, "passed")
    await asyncio.to_thread(until, lambda: asyncio.run(Rechecks(database, repository, Process(), CONDITIONS).cycle()))
    (again,) = runs(database, 1)[:1]
    assert (again.id, again.state, again.token) == (dead.id, "passed", dead.token + 1)
    assert (card(database, 1).status, card(database, 1).verifying) == ("passing", False)
    assert traces(repository) == []
    assert list((repository.home / "places").glob("*")) == []
