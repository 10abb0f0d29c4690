"""`python -m scripted_model`: its URL, its port file, its end, and its refusals."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from harness import processes

ROOT = Path(__file__).resolve().parents[2]
MODEL = [sys.executable, "-m", "scripted_model"]
DEADLINE = 15.0  # seconds


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def answers(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def test_it_serves_logs_and_ends_well(tmp_path: Path) -> None:
    port_file, log, output = tmp_path / "port", tmp_path / "log", tmp_path / "out"
    arguments = ["--playbook", "inline", "--port-file", port_file, "--log", log, "--fault", "529,from=2"]
    process = processes.spawn(
        [*MODEL, *map(str, arguments)], cwd=ROOT, env=processes.clean_environment(), output=output
    )
    try:
        wait_for(port_file.exists)
        url = f"http://127.0.0.1:{port_file.read_text()}"
        body = {"model": "m", "messages": [{"role": "user", "content": '@@["hi"]@@'}], "tools": [{"name": "Bash"}]}
        statuses = [httpx.post(f"{url}/v1/messages", json=body).status_code for _ in range(2)]
        assert statuses == [200, 529]
        assert output.read_text() == f"{url}\n"
        assert [json.loads(line)["fault"] for line in log.read_text().splitlines()] == [None, "529"]
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 0


def test_it_dies_with_its_parent_when_asked(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    model = " ".join([*MODEL, "--die-with-parent", "--port-file", str(port_file)])
    parent = processes.spawn(
        ["sh", "-c", f"{model} & wait"], cwd=ROOT, env=processes.clean_environment(), output=tmp_path / "out"
    )
    wait_for(port_file.exists)
    port = port_file.read_text()
    assert answers(port)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    wait_for(lambda: not answers(port))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--playbook", "nonsense"],
            "no playbook is called 'nonsense'; there are sample, bad, parts, blindspot, inline, limits",
        ),
        (["--pace", "-1"], "a pace is a number of seconds from 0 to 600, not '-1'"),
        (["--pace", "fast"], "a pace is a number of seconds from 0 to 600, not 'fast'"),
        (["--port", "99999"], "a port is a number from 0 to 65535, not '99999'"),
        (["--fault", "666"], "no fault is called '666'"),
    ],
)
def test_wrong_arguments_are_explained(arguments: list[str], sentence: str) -> None:
    done = processes.run([*MODEL, *arguments], cwd=ROOT)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_explained() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = processes.run([*MODEL, "--port", port], cwd=ROOT)
    assert done.exit_code == 2
    assert done.stderr == f"Port {port} cannot be used (Address already in use); choose another with --port.\n"


def test_help_names_every_playbook_and_fault() -> None:
    text = processes.run([*MODEL, "--help"], cwd=ROOT).stdout
    assert all(word in text for word in ("sample", "bad", "inline", "limits", "usage_limit", "max_tokens"))
