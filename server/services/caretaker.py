"""Keeps what is said about every project true while nothing runs: each has an `Upkeep`, looked at by one thread.

Projects somebody looks at have a look every second, all others every half minute.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from api.database import Database
from api.errors import AppError
from api.projects.schemas import ProjectView
from harness.verification.upkeep import Upkeep
from harness.workspaces.repository import ProjectRepository
from server.services.databases import FEATURES, Databases
from server.services.troubles import Troubles

LOOK_SECONDS: Final = 1.0
ROUND_SECONDS: Final = 30.0
NOTICED_SECONDS: Final = 30.0  # for which a project counts as looked at after a request for its board
logger = logging.getLogger("autocoder.caretaker")


class Caretaker:
    """Looks after all projects. `watched` tells in which folders' sockets somebody listens just now."""

    def __init__(self, databases: Databases, watched: Callable[[], Collection[Path]]) -> None:
        self._databases = databases
        self._watched = watched
        self._noticed: dict[Path, float] = {}
        self._kept: dict[Path, Upkeep] = {}
        self._troubles = Troubles(logger)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def open(self) -> None:
        """Begin; the first look is a moment later, so that it delays nobody's start."""
        self._thread.start()

    def close(self) -> None:
        """End; what is under way is brought to its end."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()
        for upkeep in self._kept.values():
            upkeep.close()

    def notice(self, folder: Path) -> None:
        """Somebody looks at the project in `folder`. Called from any thread."""
        self._noticed[folder] = time.monotonic()

    def _run(self) -> None:
        round_due = 0.0
        while not self._closed.wait(LOOK_SECONDS):
            everywhere = time.monotonic() >= round_due
            wanted = self._wanted()
            if everywhere or wanted:
                self._look_at_all(None if everywhere else wanted)
            if everywhere:
                round_due = time.monotonic() + ROUND_SECONDS

    def _wanted(self) -> set[Path]:
        since = time.monotonic() - NOTICED_SECONDS
        for folder, at in list(self._noticed.items()):
            if at < since:
                self._noticed.pop(folder, None)
        return {*self._noticed, *self._watched()}

    def _look_at_all(self, wanted: Collection[Path] | None) -> None:
        """At the projects in the folders `wanted`; at every one with None."""
        try:
            projects = [found for found in self._databases.list() if (found.path / FEATURES).is_file()]
        except AppError as error:
            self._troubles.tell(None, "The registry cannot be read", error)
            return
        self._troubles.over(None)
        for folder in set(self._kept).difference(found.path for found in projects):
            self._kept.pop(folder).close()
        for project in projects:
            if self._closed.is_set():
                return
            if wanted is None or project.path in wanted:
                self._look_at(project)

    def _look_at(self, project: ProjectView) -> None:
        try:
            self._upkeep(project, self._databases.project(project.path)).look()
        except (AppError, sqlite3.Error) as error:  # the second: its database is being replaced just now
            self._troubles.tell(project.path, f"{project.name} is not looked after", error)
        else:
            self._troubles.over(project.path)

    def _upkeep(self, project: ProjectView, database: Database) -> Upkeep:
        """That of the project; another one when its database was replaced."""
        known = self._kept.get(project.path)
        if known is None or known.database is not database:
            with contextlib.suppress(KeyError):
                self._kept.pop(project.path).close()
            repository = ProjectRepository(project.path, self._databases.home, project.name)
            known = self._kept[project.path] = Upkeep(database, repository)
        return known
