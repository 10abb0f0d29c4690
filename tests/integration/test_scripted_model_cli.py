"""The real Claude Code CLI against the scripted model: it builds, survives faults, and is ended when need be."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from claude_agent_sdk import (
    ClaudeAgentOptions,
    ClaudeSDKClient,
    Message,
    RateLimitEvent,
    ResultMessage,
    SystemMessage,
)
from mcp.server import MCPServer

from harness import processes
from scripted_model.playbooks.backlog import cards, read_files

pytestmark = pytest.mark.cli
ROOT = Path(__file__).resolve().parents[2]
CODER = "Role: coder\nWorkspace: {folder}\n\nFeature: #7 Durable storage\nDescription: …\n\nBuild it."
Play = Callable[..., str]
Environment = dict[str, str]


@dataclass
class Backlog:
    """Feature tools that note what was asked and agree to all of it."""

    features: list[dict[str, object]] = field(default_factory=list)
    checks: list[tuple[int, str, list[str]]] = field(default_factory=list)
    passing: list[int] = field(default_factory=list)

    def server(self) -> MCPServer:
        server = MCPServer("features")

        @server.tool()
        def feature_get_stats() -> str:
            return json.dumps({"passing": 0, "total": len(self.features)})

        @server.tool()
        def feature_create_bulk(features: list[dict[str, object]]) -> str:
            self.features += features
            return json.dumps({"created": len(features)})

        @server.tool()
        def feature_set_check(feature_id: int, command: str, files: list[str]) -> str:
            self.checks.append((feature_id, command, files))
            return "{}"

        @server.tool()
        def feature_mark_passing(feature_id: int) -> str:
            self.passing.append(feature_id)
            return json.dumps({"status": "passing", "verifying": False})

        return server


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """Starts a scripted model with the arguments given; its URL."""
    with contextlib.ExitStack() as running:

        def start(*arguments: str) -> str:
            port_file = tmp_path / f"port-{time.monotonic_ns()}"
            process = processes.spawn(
                [sys.executable, "-m", "scripted_model", "--port-file", str(port_file), *arguments],
                cwd=ROOT,
                env=processes.clean_environment(),
                output=tmp_path / "model.log",
            )
            started = processes.start_time(process.pid) or time.time()
            running.callback(process.wait)
            running.callback(processes.stop_group, process.pid, started, ladder=[(signal.SIGTERM, 3.0)])
            deadline = time.monotonic() + 15
            while not port_file.exists():
                assert time.monotonic() < deadline, "the scripted model did not start"
                time.sleep(0.01)
            return f"http://127.0.0.1:{port_file.read_text()}"

        yield start


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a first commit, and an environment without anybody's credentials."""
    for name in ("IS_SANDBOX", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    for command in ("init -q -b main", "config user.name Ada", "config user.email ada@example.org"):
        git(workspace, *command.split())
    git(workspace, "commit", "-q", "--allow-empty", "-m", "start")
    return workspace


def git(folder: Path, *arguments: str) -> str:
    done = processes.run(["git", *arguments], cwd=folder)
    assert done.ok, done.stderr
    return done.stdout


def lay_skeleton(folder: Path) -> None:
    for path, text in read_files("skeleton").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "skeleton")


async def run_session(
    url: str,
    task: str,
    folder: Path,
    *,
    turns: int = 40,
    backlog: Backlog | None = None,
    environment: Environment | None = None,
) -> list[Message]:
    """All messages of one session of the CLI, configured as agents are."""
    state = folder.parent / "cli"
    state.mkdir(exist_ok=True)
    server = (backlog or Backlog()).server()
    options = ClaudeAgentOptions(
        cwd=folder,
        model="claude-sonnet-4-5",
        system_prompt="You build one application.",
        setting_sources=[],
        strict_mcp_config=True,
        permission_mode="dontAsk",
        max_turns=turns,
        tools=["Read", "Write", "Edit", "Glob", "Grep", "Bash"],
        allowed_tools=["Bash", "Read(./**)", "Write(./**)", "Edit(./**)", "mcp__features"],
        mcp_servers={"features": {"type": "sdk", "name": "features", "instance": server._lowlevel_server}},
        env={
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_API_KEY": "scripted",
            "CLAUDE_CODE_TMPDIR": str(state),
            "CLAUDE_CONFIG_DIR": str(state / "config"),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            **(environment or {}),
        },
    )
    messages: list[Message] = []
    async with ClaudeSDKClient(options) as client:
        await client.query(task)
        messages += [message async for message in client.receive_response()]
    return messages


def result_of(messages: list[Message]) -> ResultMessage:
    (result,) = [message for message in messages if isinstance(message, ResultMessage)]
    return result


async def test_an_initializer_leaves_a_backlog_and_a_skeleton(play: Play, folder: Path) -> None:
    backlog = Backlog()
    task = f"Role: initializer\nWorkspace: {folder}\n\nBuild Folio."
    result = result_of(await run_session(play(), task, folder, backlog=backlog))
    assert not result.is_error
    assert [feature["name"] for feature in backlog.features] == [card.name for card in cards()]
    assert git(folder, "ls-files", "-s", "init.sh").startswith("100755")
    assert git(folder, "status", "--short") == ""
    assert processes.run(["python3", "-m", "unittest"], cwd=folder).ok


async def test_a_coder_builds_proves_and_costs_something(play: Play, folder: Path) -> None:
    lay_skeleton(folder)
    backlog = Backlog()
    result = result_of(await run_session(play(), CODER.format(folder=folder), folder, backlog=backlog))
    assert (result.is_error, result.subtype) == (False, "success")
    assert backlog.checks == [(7, "python3 -m unittest tests.test_storage -v", ["tests/test_storage.py"])]
    assert backlog.passing == [7]
    assert processes.run(["python3", "-m", "unittest", "tests.test_storage"], cwd=folder).ok
    assert git(folder, "log", "-1", "--format=%s") == "Keep the reading log in one durable file\n"
    assert git(folder, "status", "--short") == ""
    assert result.total_cost_usd is not None
    assert 0.01 < result.total_cost_usd < 1
    assert result.usage is not None
    assert result.usage["cache_read_input_tokens"] > result.usage["input_tokens"]


async def test_a_session_that_was_ended_half_way_is_finished_by_the_next(play: Play, folder: Path) -> None:
    lay_skeleton(folder)
    url, task, backlog = play(), CODER.format(folder=folder), Backlog()
    ended = result_of(await run_session(url, task, folder, turns=4, backlog=backlog))
    assert ended.subtype == "error_max_turns"
    assert "folio/storage.py" in git(folder, "status", "--short")
    finished = result_of(await run_session(url, task, folder, backlog=backlog))
    assert not finished.is_error
    assert backlog.passing == [7]
    assert git(folder, "status", "--short") == ""


async def test_an_endless_agent_is_ended_by_its_turns(play: Play, folder: Path) -> None:
    task = f"{CODER.format(folder=folder)}\nMisbehave: endless"
    assert result_of(await run_session(play("--playbook", "bad"), task, folder, turns=3)).subtype == "error_max_turns"


@pytest.mark.parametrize("fault", ["429,seconds=0.05", "cut", "max_tokens"])
async def test_the_session_survives_a_passing_fault(play: Play, folder: Path, fault: str) -> None:
    url = play("--playbook", "inline", "--fault", fault)
    messages = await run_session(url, '@@["Some words that can be cut in the middle."]@@', folder)
    assert not result_of(messages).is_error
    retries = [message for message in messages if isinstance(message, SystemMessage) and message.subtype == "api_retry"]
    assert len(retries) == (0 if fault == "max_tokens" else 1)


@pytest.mark.parametrize(("fault", "status"), [("529", 529), ("401", 401), ("404", 404)])
async def test_a_lasting_fault_ends_the_session_with_its_status(
    play: Play, folder: Path, fault: str, status: int
) -> None:
    url = play("--playbook", "inline", "--fault", f"{fault},count=9")
    messages = await run_session(url, '@@["hi"]@@', folder, environment={"CLAUDE_CODE_MAX_RETRIES": "0"})
    assert (result_of(messages).is_error, result_of(messages).api_error_status) == (True, status)


async def test_a_used_up_plan_is_told_with_its_reset(play: Play, folder: Path) -> None:
    url = play("--playbook", "inline", "--fault", "usage_limit,seconds=600")
    login = {"ANTHROPIC_API_KEY": "", "CLAUDE_CODE_OAUTH_TOKEN": "scripted"}
    messages = await run_session(url, '@@["hi"]@@', folder, environment=login)
    (event,) = [message for message in messages if isinstance(message, RateLimitEvent)]
    assert event.rate_limit_info.status == "rejected"
    assert 0 < (event.rate_limit_info.resets_at or 0) - time.time() <= 601
    assert result_of(messages).api_error_status == 429


async def test_with_a_key_the_reset_stands_in_the_words(play: Play, folder: Path) -> None:
    messages = await run_session(play("--playbook", "limits"), '@@["hi"]@@', folder)
    assert "usage limit reached|" in (result_of(messages).result or "")
