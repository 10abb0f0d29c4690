"""A whole build against its floor: the sample built by us, and the same conversations on the bare Claude Agent SDK.

usage: python -m benchmarks.bench_run [--rounds N]

The scripted model plays without pace, so that what is left is overhead. The floor repeats the very turns of our run
(the same words, tool calls and commands) in one Python process, one SDK session after the other: no policy, no place,
no clone, no proof, feature tools that answer at once. Prints Markdown; ratios count, times move with the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.bare_sdk import CLI

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Build:
    """One build of the sample: seconds of wall time, of CPU (ours and the CLI's), of checks; memory in bytes."""

    wall: float
    cpu: float
    checks: float
    first_request: float
    next_requests: list[float]
    memory: int
    turns: list[list[dict[str, Any]]]  # Any: JSON


def main() -> None:
    """Run both sides `--rounds` times and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    ours, floors, sdk_starts, cli_starts = [], [], [], []
    for _ in range(rounds):
        build = build_sample()
        ours.append(build)
        floors.append(repeat_bare(build.turns))
        sdk_starts.append(start_to_request(bare_sdk=True))
        cli_starts.append(start_to_request(bare_sdk=False))
    middle = statistics.median
    floor_wall, floor_cpu = (middle(floor[i] for floor in floors) for i in (0, 1))
    sdk, cli = middle(sdk_starts), middle(cli_starts)
    proofless = middle(build.wall - build.checks for build in ours)
    cpu = middle(build.cpu for build in ours)
    first = middle(build.first_request for build in ours)
    following = middle([seconds for build in ours for seconds in build.next_requests])
    memory = middle(build.memory for build in ours) / 2**20
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}, {rounds} rounds\n")
    print("| what (medians) | ours | floor | ratio | bar |\n| --- | --- | --- | --- | --- |")
    row("start -> first model request", first, sdk, "Python + SDK", 1.15)
    row("session end -> next session's first request", following, cli, "bare CLI", 1.3)
    row("1 initializer + 12 features, checks not counted", proofless, floor_wall, "bare SDK", 1.3)
    row("the same, CPU, checks counted", cpu, floor_cpu, "bare SDK", 1.4)
    print(f"| memory of the agent above the CLI's own (PSS) | {memory:.0f} MB | 0 | | 60 MB |")
    print(f"\nWhole build with checks: {middle(build.wall for build in ours):.1f} s.")


def row(what: str, ours: float, floor: float, name: str, bar: float) -> None:
    """Print one line of the table."""
    print(f"| {what} | {ours:.2f} s | {floor:.2f} s {name} | {ours / floor:.2f} | {bar} |")


def build_sample() -> Build:
    """Build the sample with our agent in a home of its own; the model is up before, as the floor's is."""
    with tempfile.TemporaryDirectory(prefix="bench-run-") as folder, _model(Path(folder), "sample") as url:
        home = Path(folder)
        before, started = _children_cpu(), time.time()
        command = [sys.executable, ROOT / "autonomous_agent_demo.py", "--project-dir", home / "app", "--delay", "0"]
        command += ["--spec", ROOT / "templates" / "web_app" / "specs" / "sample.txt", "--config", "test"]
        environment = _environment(home) | {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "none"}
        process = psutil.Popen(list(map(str, command)), env=environment, stdout=subprocess.DEVNULL)
        memory = _watch_memory(process)
        assert process.wait() == 0, "the build failed"
        wall = time.time() - started
        cpu = _children_cpu() - before
        requests = [json.loads(line) for line in (home / "requests.jsonl").read_text().splitlines()]
        requests = [request for request in requests if request["role"] in ("initializer", "coder")]
        with closing(sqlite3.connect(home / "app" / "features.db")) as database:
            checks = _checks(database)
            ends = [end for (end,) in database.execute("SELECT finished_at FROM sessions ORDER BY id")]
        sessions = _sessions(requests, str(home))
        firsts = [session[0]["time"] for session in sessions]
        following = [first - end for end, first in zip(ends, firsts[1:], strict=False)]
        return Build(wall, cpu, checks, firsts[0] - started, following, memory, sessions)


def repeat_bare(sessions: list[list[dict[str, Any]]]) -> tuple[float, float]:  # Any: JSON
    """Wall and CPU seconds of the same conversations on the bare SDK, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-bare-") as folder, _model(Path(folder), "inline") as url:
        prompts = Path(folder) / "prompts.json"
        workspace = Path(folder) / "ws"
        (workspace / "prompts").mkdir(parents=True)
        (workspace / "prompts" / "app_spec.txt").write_text("x\n")
        subprocess.run(["git", "init", "-q", workspace], check=True)
        scripts = [_script(session, str(workspace)) for session in sessions]
        prompts.write_text(json.dumps(scripts))
        before, started = _children_cpu(), time.time()
        command = [sys.executable, "-m", "benchmarks.bare_sdk", str(prompts), str(workspace), url]
        subprocess.run(command, cwd=ROOT, env=_environment(Path(folder)), check=True)
        return time.time() - started, _children_cpu() - before


def start_to_request(*, bare_sdk: bool) -> float:
    """Seconds from starting Python with the SDK, or the CLI alone, to the first request at the model."""
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder, _model(Path(folder), "inline") as url:
        script = 'go @@["done"]@@'
        environment = _environment(Path(folder)) | {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "none"}
        prompts = Path(folder) / "prompts.json"
        prompts.write_text(json.dumps([script]))
        bare = [sys.executable, "-m", "benchmarks.bare_sdk", str(prompts), folder, url]
        started = time.time()
        subprocess.run(
            bare if bare_sdk else [CLI, "-p", script], cwd=ROOT if bare_sdk else folder, env=environment,
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        requests = [json.loads(line) for line in (Path(folder) / "requests.jsonl").read_text().splitlines()]
        return float(requests[0]["time"]) - started


@contextmanager
def _model(folder: Path, playbook: str) -> Iterator[str]:
    port_file = folder / "port"
    command = [sys.executable, "-m", "scripted_model", "--playbook", playbook, "--port-file", str(port_file)]
    log = ["--log", str(folder / "requests.jsonl"), "--die-with-parent"]
    with subprocess.Popen([*command, *log], cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while not port_file.exists():
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port_file.read_text()}"
        process.terminate()


def _sessions(requests: list[dict[str, Any]], home: str) -> list[list[dict[str, Any]]]:  # Any: JSON
    sessions: list[list[dict[str, Any]]] = []
    for request in requests:
        if not sessions or request["messages"] <= sessions[-1][-1]["messages"]:
            sessions.append([])
        sessions[-1].append(
            json.loads(json.dumps(request).replace(f"{home}/.autocoder/workspaces/app/agent-1", "@WORKSPACE@"))
        )
    return sessions


def _script(session: list[dict[str, Any]], workspace: str) -> str:  # Any: JSON
    steps = [
        [request["says"], *({"tool": name, "input": given} for name, given in request["calls"])] for request in session
    ]
    return f"go @@{json.dumps(steps)}@@".replace("@WORKSPACE@", workspace)


def _checks(database: sqlite3.Connection) -> float:
    """Seconds from each verification's beginning to its verdict."""
    rows = database.execute(
        "SELECT finished_at - created_at FROM verifications WHERE finished_at IS NOT NULL AND requested_by <> 'harness'"
    )
    return float(sum(seconds for (seconds,) in rows))


def _watch_memory(process: psutil.Popen) -> int:
    """The largest proportional set size of the agent process alone, while it runs."""
    largest = 0
    while process.poll() is None:
        try:
            largest = max(largest, process.memory_full_info().pss)
        except (psutil.Error, ProcessLookupError):
            break
        time.sleep(0.5)
    return largest


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    main()
