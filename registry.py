"""The project registry for command-line programs: which project is where. A facade over api.projects."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from api.database import Database, open_database
from api.projects import service
from api.projects.schemas import ProjectView


class Registry:
    """The registry of one AutoCoder home."""

    def __init__(self, home: Path) -> None:
        self._path = home / "registry.db"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Registry:
        """The registry in AUTOCODER_HOME, or in ~/.autocoder."""
        return cls(service.home_directory(environ))

    def register(self, name: str, path: Path, *, created_by_us: bool = False, kind: str = "web_app") -> ProjectView:
        """Enter an existing folder under `name`."""
        with self._opened() as database, database.write() as session:
            return service.register(session, name, path, created_by_us=created_by_us, kind=kind)

    def resolve(self, name_or_path: str) -> ProjectView:
        """The project with this name or folder; NotFound when there is none."""
        with self._opened() as database, database.read() as session:
            return service.resolve(session, name_or_path)

    def list(self) -> list[ProjectView]:
        """All projects by name."""
        with self._opened() as database, database.read() as session:
            return service.list_projects(session)

    def unregister(self, name: str) -> ProjectView:
        """Remove the entry, never the folder."""
        with self._opened() as database, database.write() as session:
            return service.unregister(session, name)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Database]:
        database = open_database(self._path, "registry")
        try:
            yield database
        finally:
            database.close()
