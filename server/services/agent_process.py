"""Starts the agent program, and remembers what was started so that a later server can go on with it."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from api.database import Database
from api.errors import Unavailable
from api.projects.schemas import ProjectSettings, ProjectView
from api.runs import service as runs
from harness import processes
from server.schemas import AgentStart
from server.settings import Settings

BEGIN_SECONDS: Final = 30.0  # for the program to load and take the project's lease
POLL_SECONDS: Final = 0.02
KEPT_OUTPUTS: Final = 10  # files of one project
PROGRAM: Final = "autonomous_agent_demo.py"


class Launch(BaseModel):
    """A run that a server started. `crashes`: how many before it died young, one after the other."""

    pid: int
    started: float
    options: AgentStart
    crashes: int = 0


def arguments(project: ProjectView, options: AgentStart, settings: ProjectSettings) -> list[str]:
    """The command line of the agent program: what is asked for, else what the project's settings say."""
    found = ["--project-dir", str(project.path), "--output-format", "jsonl"]
    given = {
        "--model": options.model or settings.model,
        "--delay": settings.session_delay_seconds,
        "--budget-usd": options.budget_usd,
        "--max-iterations": options.max_iterations,
        "--concurrency": options.concurrency,
        "--testing-ratio": options.testing_ratio,
        "--batch-size": options.batch_size,
    }
    found += [text for flag, value in given.items() if value is not None for text in (flag, str(value))]
    return [*found, "--yolo"] if options.yolo else found


class AgentProcesses:
    """Agent processes of one AutoCoder home."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._install_folder = settings.install_folder
        self._environment = settings.agent_environment

    def spawn(
        self, project: ProjectView, options: AgentStart, settings: ProjectSettings
    ) -> tuple[processes.Child, Path]:
        """Start the program as the leader of a session of its own; its output goes to the file that is returned."""
        output = self._new_output(project.name)
        process = processes.spawn(
            [sys.executable, self._install_folder / PROGRAM, *arguments(project, options, settings)],
            cwd=self._install_folder,
            env=self._environment,
            output=output,
        )
        return process, output

    def remember(self, project: ProjectView, launch: Launch) -> None:
        """Keep how the project's newest run was started."""
        path = self._memory(project.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text(launch.model_dump_json(), encoding="utf-8")
        draft.replace(path)

    def recall(self, project: ProjectView) -> Launch | None:
        """How the project's newest run was started; None when no server started it."""
        try:
            return Launch.model_validate_json(self._memory(project.name).read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            return None

    def _memory(self, name: str) -> Path:
        return self._home / "runs" / "launches" / f"{name}.json"

    def _new_output(self, name: str) -> Path:
        folder = self._home / "runs" / "output"
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob(f"{name}.*.jsonl"))[: -KEPT_OUTPUTS + 1]:
            old.unlink(missing_ok=True)
        return folder / f"{name}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}.jsonl"


def wait_for_lease(process: processes.Child, database: Database, output: Path) -> None:
    """Wait until `process` has written its run down. Unavailable with its last words when it ends before that."""
    deadline = time.monotonic() + BEGIN_SECONDS
    while time.monotonic() < deadline:
        ended = process.poll()
        with database.read() as session:
            run = runs.latest_run(session)
        if run is not None and run.pid == process.pid:
            return
        if ended is not None:
            raise Unavailable(f"The agent ended before it began (exit code {ended}): {_last_words(output)}")
        time.sleep(POLL_SECONDS)
    processes.kill_group(process.pid)
    raise Unavailable(f"The agent did not begin within {BEGIN_SECONDS:.0f} s: its output is in {output}.")


def _last_words(output: Path) -> str:
    lines = output.read_text(encoding="utf-8", errors="replace").strip().splitlines() if output.is_file() else []
    words = lines[-1].removeprefix("Error: ").strip() if lines else "it said nothing."
    return words[:1_000]
