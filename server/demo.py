"""The demo: a home of its own, made anew at each start, with one project that the scripted model builds."""

from __future__ import annotations

import contextlib
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from agent.demo import SPECIFICATION, scripted_provider
from api.errors import AppError
from api.projects import service as projects
from api.runs import service as runs
from harness import processes
from server.schemas import AgentStart
from server.services import prompt_files
from server.services.databases import FEATURES, Databases
from server.services.supervisor import Supervisor
from server.settings import INSTALL_FOLDER

PROJECT: Final = "folio"
KIND: Final = "web_app"
PACE_SECONDS: Final = 0.6  # of one answer of the scripted model: about two minutes in all
DELAY_SECONDS: Final = 1.0
KEPT: Final = frozenset({"server.lock", "server.json", "vite.log"})  # what the running server has there
_PROVIDER: Final = ("ANTHROPIC_", "CLAUDE", "API_TIMEOUT_MS")


def make_home(home: Path) -> None:
    """Empty the demo's home (its server is us), and put the sample project into it."""
    _end_agents(home)
    for path in home.iterdir():
        if path.name in KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    folder = home / "projects" / PROJECT
    folder.mkdir(parents=True)
    databases = Databases(home)
    try:
        with databases.registry().write() as session:
            projects.register(session, PROJECT, folder, created_by_us=True, kind=KIND)
        specification = SPECIFICATION.read_text(encoding="utf-8")
        prompt_files.lay_out(folder, INSTALL_FOLDER / "templates", KIND, specification)
        with databases.project(folder).write() as session:
            projects.save_settings(session, {"allow_unsandboxed": True, "session_delay_seconds": DELAY_SECONDS})
    finally:
        databases.close()


@contextlib.contextmanager
def provider(home: Path, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment for agents while the scripted model answers them: nothing of a real account is in it."""
    folder = home / "scripted-model"
    folder.mkdir(exist_ok=True)
    kept = {name: value for name, value in environment.items() if not name.startswith(_PROVIDER)}
    with scripted_provider(folder, playbook="sample", pace=PACE_SECONDS) as variables:
        yield {**kept, **variables()}


def start_sample(supervisor: Supervisor, databases: Databases, say: Callable[[str], None]) -> None:
    """Let the sample be built, without waiting for it."""

    def start() -> None:
        try:
            supervisor.start(databases.find(PROJECT), AgentStart())
        except AppError as error:
            say(f"The sample was not started: {error.detail}")

    threading.Thread(target=start, name="demo", daemon=True).start()


def _end_agents(home: Path) -> None:
    """End what an earlier demo left running."""
    databases = Databases(home)
    try:
        for project in databases.list() if (home / "registry.db").is_file() else []:
            if not (project.path / FEATURES).is_file():
                continue
            with databases.project(project.path).read() as session:
                run = runs.latest_run(session)
            if run is not None and run.live:
                processes.stop_group(run.pid, run.process_started, ladder=[(signal.SIGTERM, 5.0)])
    except AppError:
        return  # it cannot be read, and is thrown away next
    finally:
        databases.close()
