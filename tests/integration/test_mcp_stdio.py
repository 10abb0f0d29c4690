"""The tools as an outside program gets them: a process spoken to over its standard streams."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import mcp
import pytest
from mcp.client.stdio import StdioServerParameters, stdio_client

from api.backlog import service as backlog
from api.database import open_database
from registry import Registry
from tests.backlogs import fill
from tests.gitprojects import commit_files, run_git, write_files

ROOT = Path(__file__).resolve().parents[2]


def server(folder: Path, home: Path, *arguments: str) -> mcp.Client:
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mcp_server.feature_mcp", "--project-dir", str(folder), *arguments],
        cwd=ROOT,
        env={"AUTOCODER_HOME": str(home)},
    )
    return mcp.Client(stdio_client(parameters))


async def call(client: mcp.Client, tool: str, **arguments: object) -> dict[str, Any]:  # Any: JSON values
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return dict(result.structured_content or {})


def registry_of(home: Path) -> Registry:
    return Registry.from_environment({"AUTOCODER_HOME": str(home)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "app"
    made.mkdir()
    return made


async def test_a_backlog_is_worked_through_from_outside(folder: Path, tmp_path: Path) -> None:
    async with server(folder, tmp_path / "home") as client:
        features = [{"category": "c", "name": name, "description": "d", "steps": ["s"]} for name in "ab"]
        assert (await call(client, "feature_create_bulk", features=features))["ids"] == [1, 2]
        assert (await call(client, "feature_get_next"))["id"] == 1
        assert (await call(client, "feature_skip", feature_id=1))["status"] == "pending"
        assert (await call(client, "feature_get_next"))["id"] == 2
        assert (await call(client, "feature_get_stats"))["in_progress"] == 1


async def test_claims_of_a_nameless_client_end_with_it(folder: Path, tmp_path: Path) -> None:
    async with server(folder, tmp_path / "home") as client:
        await call(client, "feature_create", category="c", name="n", description="d", steps=["s"])
        await call(client, "feature_get_next")
    database = open_database(folder / "features.db", "project")
    with database.read() as session:
        card = backlog.get(session, 1)
    database.close()
    assert (card.status, card.claimed_by) == ("pending", None)


async def test_a_named_client_keeps_its_claim(folder: Path, tmp_path: Path) -> None:
    async with server(folder, tmp_path / "home", "--owner", "ada") as client:
        await call(client, "feature_create", category="c", name="n", description="d", steps=["s"])
        await call(client, "feature_get_next")
    async with server(folder, tmp_path / "home", "--owner", "ada") as client:
        assert (await call(client, "feature_get_next"))["claimed_by"] == "mcp:ada"
        assert (await call(client, "feature_release", feature_id=1))["status"] == "pending"


async def test_a_role_limits_the_tools(folder: Path, tmp_path: Path) -> None:
    async with server(folder, tmp_path / "home", "--role", "initializer") as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert "feature_create_bulk" in names
    assert "feature_mark_passing" not in names


async def test_a_folder_outside_the_registry_cannot_be_verified(folder: Path, tmp_path: Path) -> None:
    async with server(folder, tmp_path / "home") as client:
        await call(client, "feature_create", category="c", name="n", description="d", steps=["s"])
        await call(client, "feature_get_next")
        await call(client, "feature_set_check", feature_id=1, command="true", files=[])
        result = await client.call_tool("feature_mark_passing", {"feature_id": 1})
    assert result.is_error
    assert "is no registered project" in str(result.content)


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_asked_to_end_it_lets_go_though_nobody_closed_its_input(
    folder: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mcp_server.feature_mcp", "--project-dir", str(folder)],
        cwd=ROOT,
        env={"AUTOCODER_HOME": str(tmp_path / "home")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(HELLO) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "features"
        database = open_database(folder / "features.db", "project")
        with database.write() as session:
            fill(session, [[]])
            backlog.claim_next(session, f"mcp:{process.pid}", 600.0)
        process.send_signal(number)
        assert process.wait(timeout=30) == code
        with database.read() as session:
            assert backlog.claimed(session) == []
        database.close()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.place
async def test_green_from_outside_means_the_check_passed_on_the_commit(folder: Path, tmp_path: Path) -> None:
    write_files(folder, {"app.txt": "one\n"})
    run_git(folder, "init", "-q", "-b", "main")
    commit_files(folder, {"app.txt": "one\n"})
    await asyncio.to_thread(registry_of(tmp_path / "home").register, "app", folder)
    async with server(folder, tmp_path / "home") as client:
        await call(client, "feature_create", category="c", name="n", description="d", steps=["s"])
        await call(client, "feature_get_next")
        write_files(folder, {"check.sh": "grep -q two app.txt\n"})
        feature = await call(client, "feature_set_check", feature_id=1, command="sh check.sh", files=["check.sh"])
        assert feature["check"]["files"] == ["check.sh"]
        commit_files(folder, {"more.txt": "x"})
        failed = await client.call_tool("feature_mark_passing", {"feature_id": 1})
        assert failed.is_error
        assert "The check of feature 1 failed" in str(failed.content)
        commit_files(folder, {"app.txt": "one\ntwo\n"})
        green = await call(client, "feature_mark_passing", feature_id=1)
    assert (green["status"], green["proof"]) == ("passing", "proven")
    assert green["last_receipt"]["commit"] == run_git(folder, "rev-parse", "autocoder/integration")
