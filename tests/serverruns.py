"""The launcher as a process of its own, with the real agent and the scripted model behind it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from agent.demo import SPECIFICATION, scripted_provider
from tests.agentruns import descendants
from tests.servers import until

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "folio"
GLANCE = 0.1  # seconds between two looks over HTTP: looking must not be the load


@dataclass
class ServerRig:
    """An empty HOME with an AutoCoder home in it, and the environment for everything that is started."""

    folder: Path
    environ: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        home = self.folder / "home"
        home.mkdir(parents=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "COVERAGE_PROCESS_START") if name in os.environ}
        self.environ = {**kept, "HOME": str(home)}

    @property
    def project(self) -> Path:
        """The sample project's folder."""
        return self.folder / PROJECT

    @contextlib.contextmanager
    def model(self, playbook: str = "sample", pace: float = 0.0) -> Iterator[None]:
        """A scripted model that agents find while the block runs."""
        folder = self.folder / "model"
        folder.mkdir(exist_ok=True)
        with scripted_provider(folder, playbook=playbook, pace=pace) as variables:
            self.environ |= variables()
            yield

    @contextlib.contextmanager
    def started(self, *arguments: str) -> Iterator[ServerProcess]:
        """A launcher that serves while the block runs; killed, if it is still there, at its end."""
        launcher = self.launch(*arguments)
        try:
            until(lambda: launcher.port, timeout=60)
            yield launcher
        finally:
            for child in descendants(launcher.process.pid):
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()
            launcher.process.kill()
            launcher.process.wait()
            launcher.reader.join()

    def launch(self, *arguments: str) -> ServerProcess:
        """Start the launcher."""
        argv = [sys.executable, str(ROOT / "start_ui.py"), "--no-browser", "--no-build", *arguments]
        if "--port" not in arguments:
            argv += ["--port", "0"]
        process = subprocess.Popen(
            argv, env=self.environ, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        return ServerProcess(process)


@dataclass
class ServerProcess:
    """A launcher that was started, and what it has said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self.said.append(line.rstrip())

    @property
    def port(self) -> int | None:
        """Where it listens, once it has said so."""
        assert self.process.poll() is None or self.said, "it ended without a word"
        found = re.search(r"http://localhost:(\d+)", "\n".join(self.said))
        return int(found[1]) if found else None

    def get(self, path: str) -> Any:  # Any: JSON
        """What GET answers."""
        answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=60)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Mapping[str, object] | None = None) -> httpx.Response:
        """What POST answers."""
        return httpx.post(f"http://127.0.0.1:{self.port}{path}", json=dict(body or {}), timeout=60)

    def create_sample(self, rig: ServerRig, **settings: object) -> None:
        """Register the sample project; agents do not pause between its sessions."""
        specification = SPECIFICATION.read_text(encoding="utf-8")
        made = self.post("/api/projects", {"name": PROJECT, "path": str(rig.project), "spec": specification})
        assert made.status_code == 201, made.text
        changed = {"settings": {"session_delay_seconds": 0, "allow_unsandboxed": True, **settings}}
        httpx.patch(f"http://127.0.0.1:{self.port}/api/projects/{PROJECT}", json=changed).raise_for_status()

    def status(self) -> dict[str, Any]:  # Any: JSON
        """The sample's run."""
        return dict(self.get(f"/api/projects/{PROJECT}/agent/status"))

    def until_status(self, *wanted: str, timeout: float = 60) -> dict[str, Any]:  # Any: JSON
        """Wait until the sample's run is in one of these states."""
        until(lambda: self.status()["status"] in wanted, timeout, every=GLANCE)
        return self.status()

    def until_green(self, count: int, timeout: float = 90) -> None:
        """Wait until so many cards pass."""
        until(lambda: self.get(f"/api/projects/{PROJECT}/stats")["passing"] >= count, timeout, every=GLANCE)

    def agent_pid(self) -> int:
        """The process of the newest run."""
        return int(self.get(f"/api/projects/{PROJECT}/runs")[0]["pid"])

    def interrupt(self) -> None:
        """Ctrl+C."""
        os.kill(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        """The server is gone from one instant to the next."""
        self.process.kill()
        self.process.wait()
