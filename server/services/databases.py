"""The open databases of one server: opened when first needed, again when the file was replaced, closed at the end."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

from api.database import Database, Kind, open_database
from api.errors import NotFound
from api.projects import service as projects
from api.projects.schemas import ProjectView

MOST_OPEN: Final = 64
FEATURES: Final = "features.db"


class Databases:
    """Databases by path. Threads may share it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._open: OrderedDict[Path, tuple[tuple[int, int], Database]] = OrderedDict()

    def registry(self) -> Database:
        """Names and folders of all projects."""
        return self._get(self.home / "registry.db", "registry")

    def project(self, folder: Path) -> Database:
        """A project's backlog, runs and events; made when it is new."""
        return self._get(folder / FEATURES, "project")

    def find(self, name: str) -> ProjectView:
        """The registered project called `name`, whatever its case; NotFound when there is none."""
        with self.registry().read() as session:
            found = projects.resolve(session, name)
        if found.name.lower() != name.lower():  # `resolve` also knows folders, which no URL should name
            raise NotFound(f"There is no project {name!r}: register it, or give the name of one that exists.")
        return found

    def list(self) -> list[ProjectView]:
        """All registered projects by name."""
        with self.registry().read() as session:
            return projects.list_projects(session)

    def forget(self, folder: Path) -> None:
        """Close what is open of a project."""
        with self._lock:
            found = self._open.pop(folder / FEATURES, None)
        if found is not None:
            found[1].close()

    def close(self) -> None:
        """Close everything."""
        with self._lock:
            opened, self._open = self._open, OrderedDict()
        for _, database in opened.values():
            database.close()

    def _get(self, path: Path, kind: Kind) -> Database:
        with self._lock:
            known = self._open.get(path)
            if known is not None and known[0] == _identity(path):
                self._open.move_to_end(path)
                return known[1]
            if known is not None:
                known[1].close()
            database = open_database(path, kind)
            self._open[path] = (_identity(path), database)
            if len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)[1][1].close()
            return database


def _identity(path: Path) -> tuple[int, int]:
    """Which file it is, whatever is written to it; (0, 0) for none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino
