"""Runs of the real agent process against the scripted model, in a home of their own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "autonomous_agent_demo.py"


@dataclass
class AgentRig:
    """An empty HOME, an AutoCoder home in it, and a project folder `app` beside."""

    folder: Path
    environ: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        home = self.folder / "home"
        home.mkdir(parents=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "COVERAGE_PROCESS_START") if name in os.environ}
        self.environ = {**kept, "HOME": str(home), "PYTHONWARNINGS": "error::DeprecationWarning:__main__"}

    @property
    def project(self) -> Path:
        """The project's folder."""
        return self.folder / "app"

    @property
    def complaints(self) -> Path:
        """What a run in the background wrote to its standard error."""
        return self.folder / "complaints.txt"

    def argv(self, *arguments: str) -> Sequence[str]:
        """The command line of a run."""
        given = ["--project-dir", str(self.project), "--demo", "--delay", "0", "--output-format", "jsonl"]
        return [sys.executable, str(PROGRAM), *given, *arguments]

    def parts(self, count: int) -> tuple[str, ...]:
        """Arguments of a run that builds `count` small features, which takes less than the sample's twelve."""
        specification = self.folder / "spec.txt"
        specification.write_text(f"Parts: {count}\n")
        return ("--playbook", "parts", "--spec", str(specification))

    def run(self, *arguments: str, timeout: float = 280) -> Finished:
        """Run to the end."""
        done = subprocess.run(
            self.argv(*arguments),
            env=self.environ,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Finished(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)

    @contextmanager
    def started(self, *arguments: str) -> Iterator[Started]:
        """A run that goes on while the block does; killed, with all it started, at its end."""
        with self.complaints.open("w") as complaints:
            process = subprocess.Popen(
                self.argv(*arguments), env=self.environ, cwd=self.folder, stdout=subprocess.PIPE, text=True,
                start_new_session=True, stderr=complaints,
            )  # fmt: skip
        try:
            yield Started(process)
        finally:
            for child in descendants(process.pid):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def query(self, sql: str) -> list[tuple[Any, ...]]:  # Any: what SQL answers
        """Rows of the project's database."""
        with closing(sqlite3.connect(self.project / "features.db")) as connection:
            return connection.execute(sql).fetchall()

    def git(self, *arguments: str) -> str:
        """What git says in the project's folder."""
        done = subprocess.run(["git", *arguments], cwd=self.project, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def leftovers(self) -> list[str]:
        """Command lines of processes that still belong to this rig."""
        found = []
        for process in psutil.process_iter(["cmdline", "pid"]):
            line = " ".join(process.info["cmdline"] or ())
            if str(self.folder) in line and process.info["pid"] != os.getpid():
                found.append(line)
        return found


@dataclass(frozen=True)
class Finished:
    """A run that ended: its exit code, its events, what it complained of."""

    exit_code: int
    events: list[dict[str, Any]]  # Any: JSON
    stderr: str

    def of(self, kind: str) -> list[dict[str, Any]]:  # Any: JSON
        """The events of one type."""
        return [event for event in self.events if event["type"] == kind]

    @property
    def log(self) -> str:
        """Everything that was said, in one text."""
        return "\n".join(event["line"] for event in self.of("log"))

    @property
    def reason(self) -> str:
        """Why the run ended."""
        return str(self.of("agent_status")[-1]["reason"])


@dataclass(frozen=True)
class Started:
    """A run under way."""

    process: subprocess.Popen[str]

    def until(self, kind: str, **fields: object) -> dict[str, Any]:  # Any: JSON
        """Read events up to one of this type with these fields."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = json.loads(line)
            if event["type"] == kind and all(event.get(name) == value for name, value in fields.items()):
                return dict(event)
        raise AssertionError(f"the run ended (exit code {self.process.wait()}) without {kind} {fields}")

    def interrupt(self) -> None:
        """Ctrl+C, as a terminal sends it: to the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self, timeout: float = 120) -> int:
        """Read the rest and wait for the end."""
        self.process.communicate(timeout=timeout)
        return self.process.returncode


def assert_complete(rig: AgentRig, cards: int = 12) -> None:
    """All `cards`, each once: in the database, in git, and in the code's own tests."""
    assert rig.query("SELECT status, proof, count(*) FROM features GROUP BY 1, 2") == [("passing", "proven", cards)]
    names = [name for (name,) in rig.query("SELECT name FROM features")]
    assert len(set(names)) == cards
    trailers = rig.git("log", "--format=%(trailers:key=Feature,valueonly,separator=%x2C)", "autocoder/integration")
    landed = Counter(line.strip("#") for line in trailers.split())
    assert landed == Counter(["setup", *(str(feature_id) for (feature_id,) in rig.query("SELECT id FROM features"))])
    assert rig.git("status", "--porcelain") == ""
    assert rig.git("rev-parse", "HEAD") == rig.git("rev-parse", "autocoder/integration")
    tests = subprocess.run(
        [sys.executable, "-m", "unittest", "discover", "-s", "tests", "-t", "."],
        cwd=rig.project, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert tests.returncode == 0, tests.stderr
    assert "Ran 0 tests" not in tests.stderr


def descendants(pid: int) -> list[psutil.Process]:
    """All processes below `pid`."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def wait_gone(processes: Sequence[psutil.Process], timeout: float = 10) -> list[psutil.Process]:
    """Those of `processes` that are still alive after `timeout` seconds."""
    _, alive = psutil.wait_procs(processes, timeout=timeout)
    return [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
