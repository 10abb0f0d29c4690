"""What the board says stays true while nothing runs: stale receipts, and verifications whose program is gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.service.keeping import PAUSE_SECONDS
from api.backlog.statuses import PERSON
from api.database import Database
from harness.sandboxes.process import Process
from harness.verification.rechecks import Rechecks
from harness.verification.trial import Trials
from harness.verification.undoing import undo
from harness.verification.upkeep import AGING_SECONDS, UNHEARD_SECONDS, WAKING_SECONDS, Upkeep, verification_lock
from harness.workspaces.history import History
from harness.workspaces.locks import open_lock, try_lock
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import add_card, card, open_backlog, runs, set_check
from tests.gitprojects import commit_files, open_project, run_git, start_card
from tests.greencards import CONDITIONS, Builder, told


class Repository(ProjectRepository):
    """Counts how often git is asked for the history."""

    asked = 0

    def history(self) -> History:
        self.asked += 1
        return super().history()


class Clock:
    """A clock that a test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    opened = open_project(tmp_path)
    return Repository(opened.folder, opened.home, opened.name)


@pytest.fixture
def database(repository: Repository) -> Iterator[Database]:
    opened = open_backlog(repository.folder)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def upkeep(database: Database, repository: Repository, clock: Clock) -> Iterator[Upkeep]:
    opened = Upkeep(database, repository, clock=clock)
    yield opened
    opened.close()


def later(upkeep: Upkeep, clock: Clock, seconds: float = AGING_SECONDS + 1) -> None:
    """Look again after a while."""
    clock.now += seconds
    upkeep.look()


async def build_two(database: Database, repository: Repository) -> tuple[int, int]:
    """Two green cards that share no file."""
    builder = Builder(database, repository)
    first = await builder.build("Add login", "test -e login.txt", {"login.txt": "x\n"})
    return first, await builder.build("Add logout", "test -e logout.txt", {"logout.txt": "x\n"})


def stale(database: Database, *numbers: int) -> list[bool]:
    return [card(database, number).stale for number in numbers]


async def test_a_landing_makes_older_receipts_stale_without_a_run(
    database: Database, repository: Repository, upkeep: Upkeep, clock: Clock
) -> None:
    first, second = await build_two(database, repository)
    upkeep.look()
    assert stale(database, first, second) == [False, False]
    third = add_card(database, "Greet")
    workspace = start_card(repository, "agent-1", third)
    commit_files(workspace.path, {"login.txt": "hello\n"})
    repository.land(workspace, third, "Greet")
    later(upkeep, clock)
    assert stale(database, first, second) == [True, False]
    assert told(database, first)[-1] == "stale"


async def test_a_commit_of_the_user_makes_receipts_stale_and_is_left_where_it_is(
    database: Database, repository: Repository, upkeep: Upkeep, clock: Clock
) -> None:
    first, second = await build_two(database, repository)
    repository.follow()
    upkeep.look()
    tip = repository.integration_tip()
    commit_files(repository.folder, {"logout.txt": "mine\n"})
    later(upkeep, clock)
    assert stale(database, first, second) == [False, True]
    assert repository.integration_tip() == tip
    rechecks = Rechecks(database, repository, Process(), CONDITIONS, share=1.0)
    found = await rechecks.cycle()
    assert found is not None
    assert found.verdict.passed
    later(upkeep, clock)
    assert stale(database, first, second) == [False, False]


async def test_a_commit_that_conflicts_is_told_once(
    database: Database, repository: Repository, upkeep: Upkeep, clock: Clock
) -> None:
    first, _ = await build_two(database, repository)
    commit_files(repository.folder, {"login.txt": "mine\n"})
    upkeep.look()
    assert stale(database, first) == [True]
    found = await Rechecks(database, repository, Process(), CONDITIONS, share=1.0).recheck(first, actor=PERSON)
    assert found is not None
    assert found.verdict.passed
    later(upkeep, clock)
    assert stale(database, first) == [False]


async def test_git_is_asked_only_when_something_happened(
    database: Database, repository: Repository, upkeep: Upkeep, clock: Clock
) -> None:
    upkeep.look()
    assert repository.asked == 0  # no card is green
    first, _ = await build_two(database, repository)
    later(upkeep, clock)
    before = repository.asked
    assert before > 0
    for _ in range(5):
        later(upkeep, clock)
    assert repository.asked == before
    undo(database, repository, first, "", actor=PERSON)
    asked = repository.asked
    later(upkeep, clock)
    assert repository.asked == asked + 1
    commit_files(repository.folder, {"other.txt": "x\n"})
    later(upkeep, clock, AGING_SECONDS / 2)  # not so soon after the last time
    assert repository.asked == asked + 1


def queue(database: Database, lease: float = 3_600.0, now: float | None = None) -> tuple[int, int]:
    """A card whose check somebody queued; the card's and the verification's id."""
    number = add_card(database)
    set_check(database, number, "true")
    with database.write() as session:
        view = backlog.begin_verification(session, number, actor=PERSON, policy="green", lease_seconds=lease, now=now)
    return number, view.id


def test_a_run_whose_lease_is_over_is_not_under_way(database: Database, upkeep: Upkeep) -> None:
    number, verification = queue(database)
    with database.write() as session:
        backlog.advance_verification(session, verification, "gone@1", 30, now=1_000.0)
    upkeep.look()
    found = card(database, number)
    assert (found.status, found.verifying) == ("pending", False)
    assert (runs(database, number)[0].state, told(database, number)[-1]) == ("cancelled", "verification_cancelled")
    upkeep.look()
    assert len(told(database, number)) == 4


def test_leases_mean_nothing_just_after_the_machine_slept(
    database: Database, repository: Repository, clock: Clock
) -> None:
    number, verification = queue(database)
    wall = Clock()
    upkeep = Upkeep(database, repository, clock=clock, wall=wall)
    with database.write() as session:
        backlog.advance_verification(session, verification, "agent-1@1", 30, now=wall.now)
    wall.now += 8 * 3_600
    upkeep.look()
    later(upkeep, clock, WAKING_SECONDS - 1)
    assert card(database, number).verifying
    later(upkeep, clock, 2)
    assert not card(database, number).verifying
    upkeep.close()


def test_a_queued_one_that_leaves_a_free_lock_alone_is_not_under_way(
    database: Database, repository: Repository, upkeep: Upkeep, clock: Clock
) -> None:
    number, _ = queue(database)
    handle = open_lock(verification_lock(repository.layout))
    assert try_lock(handle)
    upkeep.look()
    later(upkeep, clock, 10 * UNHEARD_SECONDS)
    assert card(database, number).verifying  # another verification is under way: it may well be waiting
    os.close(handle)
    later(upkeep, clock, 1)
    later(upkeep, clock, UNHEARD_SECONDS - 1)
    younger, _ = queue(database)
    assert card(database, number).verifying
    later(upkeep, clock, 1)
    assert [card(database, one).verifying for one in (number, younger)] == [False, True]


def test_one_that_is_queued_anew_is_not_buried_with_the_old(database: Database, upkeep: Upkeep) -> None:
    number, verification = queue(database, lease=30, now=1_000.0)
    with database.write() as session:
        again = backlog.begin_verification(session, number, actor=PERSON, policy="green", lease_seconds=3_600)
    assert again.id == verification
    upkeep.look()
    assert card(database, number).verifying


def test_the_feature_list_follows_and_dirties_nothing(
    database: Database, repository: Repository, upkeep: Upkeep, clock: Clock
) -> None:
    upkeep.look()
    add_card(database, "Greet")
    upkeep.look()
    later(upkeep, clock, PAUSE_SECONDS + 1)
    listed = repository.folder / backlog.LISTED
    assert '"name":"Greet"' in listed.read_text()
    assert run_git(repository.folder, "status", "--porcelain") == ""
    before = listed.stat().st_mtime_ns
    later(upkeep, clock)
    assert listed.stat().st_mtime_ns == before


def test_the_lock_is_the_one_that_verifications_take(repository: Repository) -> None:
    assert verification_lock(repository.layout) == Trials(repository, Process(), CONDITIONS).lock


def test_a_project_without_a_repository_is_looked_after(database: Database, tmp_path: Path) -> None:
    bare = ProjectRepository(tmp_path / "none", tmp_path / "home", "none")
    number, verification = queue(database)
    upkeep = Upkeep(database, bare)
    upkeep.look()
    assert card(database, number).verifying
    with database.write() as session:
        backlog.advance_verification(session, verification, "gone@1", 30, now=1_000.0)
    upkeep.look()
    assert not card(database, number).verifying
    upkeep.close()


async def test_a_card_is_verified_anew_after_it_was_buried(
    database: Database, repository: Repository, upkeep: Upkeep, clock: Clock
) -> None:
    number, _ = queue(database)
    upkeep.look()
    later(upkeep, clock, UNHEARD_SECONDS + 1)
    verdict = await Builder(database, repository).verifier.verify(number, actor=PERSON, policy="green")
    assert verdict.passed
    assert [run.state for run in runs(database, number)] == ["passed", "cancelled"]
    assert run_git(repository.folder, "status", "--porcelain") == ""
