"""One agent process group for a project's run: started, asked, stopped, adopted after a restart, reaped when it died.

The truth is the run's row in the project's database, which the agent itself writes. A server that comes back finds
the live runs there and looks after them as if it had started them.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from agent.credentials import find_credentials
from api.database import Database
from api.errors import AppError, Conflict
from api.projects import service as projects
from api.projects.schemas import ProjectView
from api.runs import service as runs
from api.runs.schemas import RunView
from harness import processes
from server.schemas import AgentStart
from server.services import run_records
from server.services.agent_process import AgentProcesses, Launch, wait_for_lease
from server.services.databases import FEATURES, Databases
from server.services.troubles import Troubles
from server.settings import Settings

LOOK_SECONDS: Final = 1.0
LOOKS_PER_ROUND: Final = 30  # at every project, also those where nothing was going on
STOP_SECONDS: Final = 12.0  # for an agent to interrupt its session, bring its work in and end by itself
STOP_LADDER: Final = [(signal.SIGTERM, 5.0)]
YOUNG_SECONDS: Final = 60.0  # a run that dies earlier than this died quickly
MOST_CRASHES: Final = 3  # quick ones in a row, after which a person is needed
logger = logging.getLogger("autocoder.supervisor")


class Supervisor:
    """The agents of all projects. Methods block and may be called from any thread; `open` starts the looking after."""

    def __init__(self, settings: Settings, databases: Databases) -> None:
        self._settings = settings
        self._databases = databases
        self._agents = AgentProcesses(settings)
        self._starting: dict[Path, threading.Lock] = {}
        self._busy: set[Path] = set()
        self._troubles = Troubles(logger)
        self._closed = threading.Event()
        self._retired = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="supervisor", daemon=True)

    def open(self) -> None:
        """Adopt what runs, and look after it from now on."""
        self._thread.start()

    def retire(self) -> None:
        """Start nothing any more: the server is about to leave."""
        self._retired = True

    def close(self) -> None:
        """Look away. Agents go on."""
        self.retire()
        self._closed.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def start(self, project: ProjectView, options: AgentStart, *, crashes: int = 0) -> None:
        """Start a run and wait until it has begun.

        Conflict when one is alive, Unavailable with the remedy when it could only fail.
        """
        if self._retired:
            raise Conflict("The server is being stopped: start it again first.")
        with self._starting.setdefault(project.path, threading.Lock()):
            database = self._databases.project(project.path)
            self._refuse_second(database)
            find_credentials(self._settings.agent_environment)
            with database.read() as session:
                wishes = projects.load_settings(session)
            process, output = self._agents.spawn(project, options, wishes)
            started = processes.start_time(process.pid) or time.time()
            threading.Thread(target=self._wait, args=(process,), name=f"agent {process.pid}", daemon=True).start()
            self._agents.remember(project, Launch(pid=process.pid, started=started, options=options, crashes=crashes))
            wait_for_lease(process, database, output)
            self._busy.add(project.path)

    def pause(self, project: ProjectView) -> None:
        """Ask the run to pause when its session is done."""
        with self._databases.project(project.path).write() as session:
            runs.request_control(session, "pause")

    def resume(self, project: ProjectView) -> None:
        """Go on with a paused or parked run: with the live one, or with a new one started like it."""
        database = self._databases.project(project.path)
        with database.write() as session:
            run = runs.latest_run(session)
            if run is not None and run.live:
                runs.request_control(session, "resume", run.id)
                return
            if run is None or run.status not in {"paused", "parked"}:
                raise Conflict("No run is paused: start one.")
            runs.clear_parked(session, run.id)
        self.start(project, self._options_after(project, run, database))

    def stop(self, project: ProjectView) -> None:
        """Ask the run to stop at once; one that does not is ended. A paused or parked run is closed."""
        with self._databases.project(project.path).write() as session:
            run = runs.latest_run(session)
            if run is not None and not run.live and run.status in {"paused", "parked"}:
                run_records.close_paused(session, run)
                return
            run = runs.request_control(session, "stop")
        threading.Thread(target=self._end, args=(project, run), name=f"stop {run.pid}", daemon=True).start()

    def live(self) -> list[tuple[ProjectView, RunView]]:
        """Every live run there is."""
        return [(project, run) for project in self._databases.list() for run in self._live_in(project)]

    def _live_in(self, project: ProjectView) -> Iterator[RunView]:
        if (project.path / FEATURES).is_file():
            with self._databases.project(project.path).read() as session:
                run = runs.latest_run(session)
            if run is not None and run.live and processes.is_alive(run.pid, run.process_started):
                yield run

    def _refuse_second(self, database: Database) -> None:
        with database.write() as session:
            run_records.reap(session)
            run = runs.latest_run(session)
        if run is not None and run.live:
            raise Conflict(f"Run {run.id} is already working on this project: stop it, or wait for its end.")

    def _options_after(self, project: ProjectView, run: RunView, database: Database) -> AgentStart:
        """How to go on after `run`: like it, with what is left of its budget."""
        launch = self._agents.recall(project)
        options = launch.options if launch and launch.pid == run.pid else run_records.options_of(run)
        if options.budget_usd is None:
            return options
        with database.read() as session:
            left = options.budget_usd - runs.usage_totals(session, run_id=run.id).cost_usd
        if left <= 0:
            raise Conflict("The budget of this run is spent: start a new run with a budget of its own.")
        return options.model_copy(update={"budget_usd": left})

    def _end(self, project: ProjectView, run: RunView) -> None:
        """The ladder: time to end by itself, SIGTERM to the group, SIGKILL."""
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and processes.is_alive(run.pid, run.process_started):
            time.sleep(0.1)
        processes.stop_group(run.pid, run.process_started, ladder=STOP_LADDER)
        self._look_at(project)

    def _wait(self, process: processes.Child) -> None:
        """Reap a child of ours, and see at once what came of it."""
        process.wait()
        self._wake.set()

    def _look_after(self) -> None:
        looks = 0
        while not self._closed.is_set():
            self._wake.clear()
            everywhere = looks % LOOKS_PER_ROUND == 0
            for project in self._projects() if everywhere or self._busy else []:
                if everywhere or project.path in self._busy:
                    self._try_to_look_at(project)
            looks += 1
            self._wake.wait(LOOK_SECONDS)

    def _projects(self) -> list[ProjectView]:
        try:
            found = self._databases.list()
        except AppError as error:
            self._troubles.tell(None, "The registry cannot be read", error)
            return []
        self._troubles.over(None)
        return [project for project in found if (project.path / FEATURES).is_file()]

    def _try_to_look_at(self, project: ProjectView) -> None:
        try:
            self._look_at(project)
        except AppError as error:
            self._troubles.tell(project.path, project.name, error)
        else:
            self._troubles.over(project.path)

    def _look_at(self, project: ProjectView) -> None:
        """Bring the project's newest run up to date: dead, or parked and due."""
        database = self._databases.project(project.path)
        with database.read() as session:
            run = runs.latest_run(session)
        if run is None or not (run.live or run.parked_until):
            self._busy.discard(project.path)
            return
        self._busy.add(project.path)
        if run.live and not processes.is_alive(run.pid, run.process_started):
            self._bury(project, database)
        elif not run.live and run.parked_until is not None and run.parked_until.timestamp() <= time.time():
            self._go_on(project, run, database)

    def _bury(self, project: ProjectView, database: Database) -> None:
        with database.write() as session:
            dead = run_records.reap(session)
        for run in dead:
            if run.status != "stopping":
                self._restart(project, run)

    def _restart(self, project: ProjectView, run: RunView) -> None:
        """Start a run of ours that died anew, unless it keeps dying young."""
        launch = self._agents.recall(project)
        if launch is None or launch.pid != run.pid or self._retired:
            return
        young = time.time() - run.started_at.timestamp() < YOUNG_SECONDS
        crashes = launch.crashes + 1 if young else 1
        again = crashes < MOST_CRASHES
        line = (
            "The agent died and is started again."
            if again
            else f"The agent died {crashes} times in a row: look into it."
        )
        with self._databases.project(project.path).write() as session:
            run_records.note(session, line)
        if again:
            self._attempt(project, lambda: self.start(project, launch.options, crashes=crashes))

    def _go_on(self, project: ProjectView, run: RunView, database: Database) -> None:
        if self._retired:
            return
        with database.write() as session:
            mine = runs.clear_parked(session, run.id)
        if mine:
            self._attempt(project, lambda: self.start(project, self._options_after(project, run, database)))

    def _attempt(self, project: ProjectView, start: Callable[[], None]) -> None:
        """Start without keeping the other projects waiting."""

        def run() -> None:
            try:
                start()
            except AppError as error:
                logger.warning("%s: the agent was not started again: %s", project.name, error)

        threading.Thread(target=run, name=f"start {project.name}", daemon=True).start()
