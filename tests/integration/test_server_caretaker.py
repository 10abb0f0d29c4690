"""A board that is opened while nothing runs tells the truth, whoever changed what before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.statuses import PERSON
from api.database import Database
from api.errors import DatabaseDamaged
from harness.workspaces.repository import ProjectRepository
from server.main import create_app
from server.services.caretaker import Caretaker
from server.services.databases import Databases
from server.settings import Settings
from tests.gitcards import add_card, card, open_backlog, set_check
from tests.gitprojects import commit_files, write_files
from tests.greencards import Builder
from tests.servers import PROJECT, make_settings, register, running, until

BOARD = f"/api/projects/{PROJECT}/features?view=board"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    return register(settings, tmp_path)


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    opened = open_backlog(folder)
    yield opened
    opened.close()


@pytest.fixture
def databases(settings: Settings) -> Iterator[Databases]:
    opened = Databases(settings.home)
    yield opened
    opened.close()


async def test_the_board_shows_what_became_stale_while_the_server_was_away(
    settings: Settings, folder: Path, database: Database
) -> None:
    write_files(folder, {"app.txt": "one\n"})
    repository = ProjectRepository(folder, settings.home, PROJECT)
    repository.prepare()
    first = await Builder(database, repository).build("Add login", "test -e login.txt", {"login.txt": "x\n"})
    repository.follow()
    commit_files(folder, {"login.txt": "mine\n"})
    async with running(create_app(settings), timeout=30) as client:
        assert (await client.get(BOARD)).status_code == 200
        await asyncio.to_thread(until, lambda: card(database, first).stale)
        [shown] = (await client.get(BOARD)).json()["features"]
        assert shown["stale"]
        commit_files(folder, {"other.txt": "x\n"})
        assert repository.feature_commits(first)


async def test_what_a_dead_program_verified_is_not_verifying_after_the_start(
    settings: Settings, database: Database
) -> None:
    number = add_card(database)
    set_check(database, number, "true")
    with database.write() as session:
        backlog.begin_verification(session, number, actor=PERSON, policy="green", lease_seconds=30, now=1_000.0)
    async with running(create_app(settings), timeout=30) as client:
        assert (await client.get(BOARD)).json()["features"][0]["verifying"]
        await asyncio.to_thread(until, lambda: not card(database, number).verifying)
        assert not (await client.get(BOARD)).json()["features"][0]["verifying"]


def is_buried(database: Database) -> bool:
    """Whether a verification of a dead program came to its end."""
    number = add_card(database)
    set_check(database, number, "true")
    with database.write() as session:
        backlog.begin_verification(session, number, actor=PERSON, policy="green", lease_seconds=30, now=1_000.0)
    until(lambda: not card(database, number).verifying)
    return True


def test_a_project_that_cannot_be_read_does_not_stop_the_others(
    databases: Databases, settings: Settings, tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = register(settings, tmp_path, "broken")
    (broken / "features.db").write_bytes(b"no database at all")
    with pytest.raises(DatabaseDamaged):
        databases.project(broken)
    caretaker = Caretaker(databases, lambda: [folder, broken])
    caretaker.open()
    until(lambda: "broken is not looked after" in caplog.text)
    assert is_buried(databases.project(folder))
    caretaker.close()
    assert caplog.text.count("broken is not looked after") == 1
    assert list(broken.glob("features.db.damaged-*"))


def test_a_database_that_was_replaced_is_looked_at_anew(databases: Databases, folder: Path) -> None:
    caretaker = Caretaker(databases, lambda: [folder])
    caretaker.open()
    assert is_buried(databases.project(folder))
    databases.forget(folder)
    for path in folder.glob("features.db*"):
        path.unlink()
    assert is_buried(databases.project(folder))
    caretaker.close()
