"""The project socket of a real server: replay, live, slow and rude clients, and who is let in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket as sockets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import PERSON
from api.database import Database, open_database
from api.runs import service as runs
from server.services import hub
from server.settings import Settings
from tests.servers import Served, make_settings, register, serving, until, write_lines

PATIENCE = 20.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Path:
    return register(settings, tmp_path)


@pytest.fixture
def database(project: Path) -> Iterator[Database]:
    opened = open_database(project / "features.db", "project")
    yield opened
    opened.close()


@pytest.fixture
def served(settings: Settings, project: Path) -> Iterator[Served]:
    with serving(settings) as found:
        yield found


@contextlib.asynccontextmanager
async def joined(
    served: Served, query: str = "", project: str = "shop", **options: Any
) -> AsyncIterator[ClientConnection]:
    async with asyncio.timeout(PATIENCE), connect(served.ws(project, query), max_size=None, **options) as client:
        yield client


async def frames(client: ClientConnection) -> AsyncIterator[dict[str, Any]]:
    """Every frame, batches unpacked."""
    async for text in client:
        frame = json.loads(text)
        for message in frame["messages"] if frame["type"] == "batch" else [frame]:
            yield message


async def until_ready(client: ClientConnection) -> list[dict[str, Any]]:
    """The frames before `ready`."""
    found: list[dict[str, Any]] = []
    async for frame in frames(client):
        if frame["type"] == "ready":
            return found
        found.append(frame)
    raise AssertionError("closed before it was ready")


async def take_lines(client: ClientConnection, count: int) -> list[str]:
    """The next `count` lines."""
    found: list[str] = []
    async for frame in frames(client):
        if frame["type"] == "log":
            found.append(frame["line"])
        if len(found) >= count:
            return found
    raise AssertionError(f"closed after {len(found)} lines")


async def closed_with(client: ClientConnection) -> int:
    """The code, after everything that came before it was read."""
    with contextlib.suppress(ConnectionClosedError):
        async for _ in client:
            pass
    assert client.close_code is not None
    return client.close_code


def numbers(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last)]


@pytest.mark.parametrize("batch", ["", "&batch=1"])
async def test_what_was_and_what_comes_without_gap_or_double(served: Served, database: Database, batch: str) -> None:
    write_lines(database, 2_500)
    async with joined(served, f"?after=0{batch}") as client:
        before = await until_ready(client)
        write_lines(database, 1_500, start=2_500)
        lines = [frame["line"] for frame in before] + await take_lines(client, 1_500)
    assert lines == numbers(0, 4_000)
    assert [frame["seq"] for frame in before] == list(range(1, 2_501))


async def test_going_on_in_the_middle_of_a_burst(served: Served, database: Database) -> None:
    stop = asyncio.Event()

    async def write() -> int:
        written = 0
        while not stop.is_set():
            await asyncio.to_thread(write_lines, database, 50, written)
            written += 50
        return written

    writing = asyncio.create_task(write())
    seen: list[str] = []
    after = 0
    for _ in range(6):
        async with joined(served, f"?after={after}&batch=1") as client:
            async for frame in frames(client):
                if frame["type"] == "log":
                    seen.append(frame["line"])
                    after = frame["seq"]
                if len(seen) % 700 == 699:
                    break
            seen.append("break")
    stop.set()
    written = await writing
    async with joined(served, f"?after={after}&batch=1") as client:
        seen += await take_lines(client, written - after) if written > after else []
    assert [line for line in seen if line != "break"] == numbers(0, written)


async def test_without_a_past_the_present_is_told(served: Served, database: Database) -> None:
    with database.write() as session:
        backlog.create(session, FeatureCreate(category="a", name="b"), PERSON)
    async with joined(served) as client:
        assert [(frame["type"], frame.get("total")) for frame in await until_ready(client)] == [("progress", 1)]


async def test_every_process_change_arrives(served: Served, database: Database) -> None:
    async with joined(served) as client:
        await until_ready(client)
        with database.write() as session:
            backlog.create(session, FeatureCreate(category="a", name="from outside"), PERSON)
        async for frame in frames(client):
            if frame["type"] == "feature_update":
                break
    assert (frame["change"], frame["feature"]["name"]) == ("created", "from outside")


async def test_two_tabs_see_the_same(served: Served, database: Database) -> None:
    async with joined(served, "?batch=1") as first, joined(served) as second:
        await until_ready(first)
        await until_ready(second)
        write_lines(database, 300)
        assert await take_lines(first, 300) == await take_lines(second, 300) == numbers(0, 300)


async def test_what_was_pruned_is_a_reset(served: Served, database: Database) -> None:
    write_lines(database, 2_000)
    with database.write() as session:
        runs.prune(session, max_rows=100, max_age_seconds=3_600)
    async with joined(served, "?after=10") as client:
        assert await until_ready(client) == [{"type": "reset", "oldest": 1_901, "newest": 2_000}]
        write_lines(database, 1, start=2_000)
        assert await take_lines(client, 1) == ["line 2000"]
    async with joined(served, "?after=1900") as client:
        assert [frame["seq"] for frame in await until_ready(client)] == list(range(1_901, 2_002))


async def test_a_seq_from_another_life_is_a_reset(served: Served, database: Database) -> None:
    write_lines(database, 5)
    async with joined(served, "?after=99") as client:
        assert await until_ready(client) == [{"type": "reset", "oldest": 1, "newest": 5}]


async def test_ping_is_answered_and_nonsense_is_explained(served: Served) -> None:
    async with joined(served) as client:
        await until_ready(client)
        await client.send('{"type":"ping"}')
        assert json.loads(await client.recv()) == {"type": "pong"}
        for nonsense in ("{", "[]", '"ping"', '{"type":"drop tables"}', b"\x00\xff", ""):
            await client.send(nonsense)
            assert json.loads(await client.recv())["type"] == "error"


async def test_nothing_but_nonsense_is_shown_the_door(served: Served) -> None:
    async with joined(served) as client:
        await until_ready(client)
        for _ in range(30):
            await client.send("nonsense")
        assert await closed_with(client) == 1008


async def test_a_frame_that_is_too_large_closes_one_connection_only(served: Served) -> None:
    async with joined(served) as rude, joined(served) as polite:
        await rude.send("x" * 200_000)
        assert await closed_with(rude) == 1009
        await until_ready(polite)


async def test_who_does_not_read_is_closed_and_nobody_waits(
    served: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST_WAITING", 2_000)
    small = sockets.socket(sockets.AF_INET, sockets.SOCK_STREAM)
    small.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
    small.connect(("127.0.0.1", served.port))
    async with joined(served, "?batch=1", sock=small, max_queue=1) as slow, joined(served, "?batch=1") as quick:
        await until_ready(slow)
        await until_ready(quick)
        total = 40_000
        for start in range(0, total, 1_000):
            await asyncio.to_thread(write_lines, database, 1_000, start)
            assert await take_lines(quick, 1_000) == numbers(start, start + 1_000)
        assert await closed_with(slow) == 4_008
    async with joined(served, "?after=0&batch=1") as again:
        assert len(await until_ready(again)) == total


async def test_an_unknown_project(served: Served) -> None:
    async with joined(served, project="none") as client:
        assert await closed_with(client) == 4_004


async def test_an_unknown_socket(served: Served) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        await connect(f"ws://127.0.0.1:{served.port}/ws/nothing")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:3000", "null"])
async def test_a_foreign_page(served: Served, origin: str) -> None:
    async with joined(served, additional_headers={"Origin": origin}) as client:
        assert await closed_with(client) == 4_003


async def test_a_rebound_name(served: Served) -> None:
    address = f"ws://evil.example:{served.port}/ws/projects/shop"
    async with asyncio.timeout(PATIENCE), connect(address, host="127.0.0.1", port=served.port) as client:
        assert await closed_with(client) == 4_003


async def test_who_comes_through_a_proxy_from_elsewhere(served: Served) -> None:
    async with joined(served, additional_headers={"X-Forwarded-For": "203.0.113.9"}) as client:
        assert await closed_with(client) == 4_003


async def test_our_own_page(served: Served) -> None:
    async with joined(served, origin=served.url()) as client:
        await until_ready(client)


async def test_signing_in(settings: Settings, project: Path) -> None:
    signed = settings.model_copy(update={"username": "ada", "password": SecretStr("secret")})
    with serving(signed) as served:
        async with joined(served) as client:
            assert await closed_with(client) == 4_001
        async with joined(served, "?token=YWRhOnNlY3JldA==") as client:
            await until_ready(client)
        async with joined(served, additional_headers={"Authorization": "Basic YWRhOnNlY3JldA=="}) as client:
            await until_ready(client)


async def test_a_project_that_is_forgotten_closes_its_sockets(served: Served) -> None:
    async with joined(served) as client:
        await until_ready(client)
        async with httpx.AsyncClient() as web:
            assert (await web.delete(served.url("/api/projects/shop"))).status_code == 204
        assert await closed_with(client) == 4_004


async def test_a_reset_sends_clients_back(served: Served) -> None:
    async with joined(served, "?after=0") as client:
        await until_ready(client)
        async with httpx.AsyncClient() as web:
            await web.post(served.url("/api/projects/shop/reset"), json={})
        assert await closed_with(client) == 1_012


async def test_a_server_that_leaves_says_so(settings: Settings, project: Path) -> None:
    with serving(settings) as served:
        async with joined(served) as client:
            await until_ready(client)
            served.server.should_exit = True
            assert await closed_with(client) == 1_012


async def test_nobody_watches_a_project_nobody_looks_at(served: Served) -> None:
    async with joined(served) as client:
        await until_ready(client)
        assert len(served.app.state.watchers._watched) == 1
    await asyncio.to_thread(until, lambda: not served.app.state.watchers._watched)
