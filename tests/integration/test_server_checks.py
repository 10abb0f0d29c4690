"""A person has a card's check run from the board, and reads what was changed for it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, FeatureCreate, FeatureView, VerificationView
from api.backlog.statuses import PERSON
from api.database import Database, open_database
from server.main import create_app
from server.settings import Settings
from tests.servers import make_settings, register, running, until

pytestmark = [pytest.mark.place, pytest.mark.timeout(120)]
FEATURES = "/api/projects/shop/features"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    return register(settings, tmp_path)


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    opened = open_database(folder / "features.db", "project")
    yield opened
    opened.close()


@pytest.fixture
async def client(settings: Settings, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(settings), timeout=60) as found:
        yield found


def add_card(database: Database, check: str | None = None) -> int:
    """A new card, with a check if one is given; its id."""
    with database.write() as session:
        number = backlog.create(session, FeatureCreate(category="app", name="Hello"), PERSON).id
        if check is not None:
            backlog.set_check(session, number, CheckSpec(command=check), {}, actor=PERSON)
    return number


def card(database: Database, number: int) -> FeatureView:
    with database.read() as session:
        return backlog.get(session, number)


def last_check(database: Database, number: int) -> VerificationView:
    with database.read() as session:
        return backlog.receipts(session, number)[0]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=Ada", "-c", "user.email=a@b", *arguments], cwd=folder, check=True)


def commit(folder: Path, message: str, **files: str) -> None:
    """Write files into the user's folder and commit them."""
    for name, text in files.items():
        (folder / name).write_text(text)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", *files)
    git(folder, "commit", "-qm", message)


async def verified(client: httpx.AsyncClient, database: Database, number: int) -> str:
    """How the check ended that is begun here."""
    begun = await client.post(f"{FEATURES}/{number}/verify", json={})
    assert begun.status_code == 202, begun.text
    assert (begun.json()["feature_id"], begun.json()["requested_by"]) == (number, "person")
    await asyncio.to_thread(until, lambda: last_check(database, number).finished_at, 60)
    return last_check(database, number).state


async def test_a_check_that_passes_turns_the_card_green(
    client: httpx.AsyncClient, folder: Path, database: Database
) -> None:
    commit(folder, "Say hello", hello="hello\n")
    number = add_card(database, "grep hello hello")
    assert await verified(client, database, number) == "passed"
    await asyncio.to_thread(until, lambda: card(database, number).passes)
    assert card(database, number).proof == "green"
    assert (await client.get(f"{FEATURES}/{number}/receipts")).json()[0]["exit_head"] == 0


async def test_a_check_that_fails_leaves_the_card_where_it_was(
    client: httpx.AsyncClient, folder: Path, database: Database
) -> None:
    commit(folder, "Say goodbye", hello="goodbye\n")
    number = add_card(database, "grep hello hello")
    assert await verified(client, database, number) == "failed"
    assert card(database, number).status == "pending"


async def test_there_is_nothing_to_check(client: httpx.AsyncClient, folder: Path, database: Database) -> None:
    commit(folder, "Begin", readme="x\n")
    number = add_card(database)
    refused = await client.post(f"{FEATURES}/{number}/verify")
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
    assert "no check" in refused.json()["detail"]
    assert (await client.post(f"{FEATURES}/99/verify")).status_code == 404


async def test_a_server_that_leaves_ends_its_checks(settings: Settings, folder: Path, database: Database) -> None:
    commit(folder, "Begin", readme="x\n")
    number = add_card(database, "sleep 60")
    async with running(create_app(settings), timeout=60) as client:
        assert (await client.post(f"{FEATURES}/{number}/verify")).status_code == 202
        await asyncio.to_thread(until, lambda: last_check(database, number).state == "running", 60)
    assert last_check(database, number).state == "cancelled"
    assert not card(database, number).verifying


async def test_what_was_changed_for_a_card(client: httpx.AsyncClient, folder: Path, database: Database) -> None:
    number = add_card(database)
    assert (await client.get(f"{FEATURES}/{number}/diff")).json() == {"changes": []}
    commit(folder, "Begin", readme="x\n")
    commit(folder, f"Say hello\n\nFeature: #{number}", hello="hello\n")
    git(folder, "branch", "autocoder/integration")
    [change] = (await client.get(f"{FEATURES}/{number}/diff")).json()["changes"]
    assert "+hello" in change["patch"]
    assert change["truncated"] is False
    assert (await client.get(f"{FEATURES}/99/diff")).status_code == 404
