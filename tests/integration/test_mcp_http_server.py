"""The tools over streamable HTTP from a real process, for several clients at once."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import mcp
import pytest
from mcp.client.streamable_http import streamable_http_client

from api.backlog import service as backlog
from api.database import open_database

ROOT = Path(__file__).resolve().parents[2]


class Served(NamedTuple):
    process: subprocess.Popen[str]
    url: str
    token: str
    folder: Path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    folder = tmp_path / "app"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "mcp_server.feature_mcp", "--project-dir", str(folder), "--http", "0"],
        cwd=ROOT,
        env={"AUTOCODER_HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = process.stdout.readline() + process.stdout.readline()
    found = re.fullmatch(r"Feature tools at (http://127\.0\.0\.1:\d+/mcp)\nBearer token: (\S{40,})\n", lines)
    assert found is not None, lines
    yield Served(process, found[1], found[2], folder)
    process.kill()
    process.communicate()


async def call(client: mcp.Client, tool: str, **arguments: object) -> dict[str, Any]:  # Any: JSON values
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return dict(result.structured_content or {})


def authorised(served: Served, **headers: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(headers={"Authorization": f"Bearer {served.token}", **headers}, timeout=30)


def named(served: Served, name: str) -> httpx2.AsyncClient:
    return authorised(served, **{"AutoCoder-Client": name})


async def test_two_clients_work_side_by_side_and_never_on_the_same(served: Served) -> None:
    async with (
        named(served, "one") as one,
        named(served, "two") as two,
        mcp.Client(streamable_http_client(served.url, http_client=one)) as first,
        mcp.Client(streamable_http_client(served.url, http_client=two)) as second,
    ):
        features = [{"category": "c", "name": name} for name in "ab"]
        await call(first, "feature_create_bulk", features=features)
        mine, yours = await call(first, "feature_get_next"), await call(second, "feature_get_next")
        assert {mine["id"], yours["id"]} == {1, 2}
        assert mine["claimed_by"] != yours["claimed_by"]
        refused = await second.call_tool("feature_release", {"feature_id": mine["id"]})
        assert refused.is_error


async def test_a_name_that_is_none_is_refused(served: Served) -> None:
    async with (
        named(served, "o n e") as http,
        mcp.Client(streamable_http_client(served.url, http_client=http)) as client,
    ):
        result = await client.call_tool("feature_get_next", {})
    assert result.is_error
    assert "autocoder-client is no name" in str(result.content)


async def test_sessions_of_the_older_protocol_are_callers_of_their_own(served: Served) -> None:
    async with (
        authorised(served) as one,
        authorised(served) as two,
        mcp.Client(streamable_http_client(served.url, http_client=one), mode="legacy") as first,
        mcp.Client(streamable_http_client(served.url, http_client=two), mode="legacy") as second,
    ):
        await call(first, "feature_create_bulk", features=[{"category": "c", "name": name} for name in "ab"])
        taken = [(await call(client, "feature_get_next"))["id"] for client in (first, second)]
    assert taken == [1, 2]


async def test_without_the_token_there_is_no_way_in(served: Served) -> None:
    async with httpx2.AsyncClient() as client:
        response = await client.post(served.url, json={})
    assert response.status_code == 401
    assert served.token not in response.text


async def test_asked_to_end_it_ends_and_lets_go(served: Served) -> None:
    async with (
        named(served, "ada") as http,
        mcp.Client(streamable_http_client(served.url, http_client=http)) as client,
    ):
        await call(client, "feature_create", category="c", name="n", description="d", steps=["s"])
        await call(client, "feature_get_next")
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=30) in {0, -signal.SIGTERM}
    database = open_database(served.folder / "features.db", "project")
    with database.read() as session:
        assert backlog.claimed(session) == []
    database.close()
