"""What handlers ask for. A handler is `def` and opens its own transaction: one for each request.

    with store.write() as session:
        return backlog.create(session, feature, PERSON)

The transaction ends, and is committed, before the handler returns, so before a byte of the answer is sent. It also
begins in the very thread that does the work: a transaction opened in a dependency holds the write lock while the
handler waits for a free thread, and enough writers at once then wait for each other.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from api.backlog.schemas import MAX_ID
from api.database import Database
from api.errors import NotFound
from api.projects.schemas import ProjectView
from server.services.board import Boards
from server.services.caretaker import Caretaker
from server.services.checks import Checks
from server.services.databases import Databases
from server.services.supervisor import Supervisor
from server.services.watcher import Watchers
from server.settings import Settings


@dataclass(frozen=True)
class Store:
    """A registered project whose folder is there."""

    project: ProjectView
    databases: Databases

    @property
    def database(self) -> Database:
        """Its features.db."""
        return self.databases.project(self.project.path)

    def read(self) -> AbstractContextManager[Session]:
        """A session that sees one consistent state."""
        return self.database.read()

    def write(self) -> AbstractContextManager[Session]:
        """A session that holds the write lock: committed at the end of the block."""
        return self.database.write()


def _settings(connection: HTTPConnection) -> Settings:
    found: Settings = connection.app.state.settings
    return found


def _databases(connection: HTTPConnection) -> Databases:
    found: Databases = connection.app.state.databases
    return found


def _supervisor(connection: HTTPConnection) -> Supervisor:
    found: Supervisor = connection.app.state.supervisor
    return found


def _watchers(connection: HTTPConnection) -> Watchers:
    found: Watchers = connection.app.state.watchers
    return found


def _boards(connection: HTTPConnection) -> Boards:
    found: Boards = connection.app.state.boards
    return found


def _checks(connection: HTTPConnection) -> Checks:
    found: Checks = connection.app.state.checks
    return found


def _caretaker(connection: HTTPConnection) -> Caretaker:
    found: Caretaker = connection.app.state.caretaker
    return found


SettingsDep = Annotated[Settings, Depends(_settings)]
DatabasesDep = Annotated[Databases, Depends(_databases)]
SupervisorDep = Annotated[Supervisor, Depends(_supervisor)]
WatchersDep = Annotated[Watchers, Depends(_watchers)]
BoardsDep = Annotated[Boards, Depends(_boards)]
ChecksDep = Annotated[Checks, Depends(_checks)]

ProjectName = Annotated[str, Path(description="The project's name", max_length=200)]
FeatureId = Annotated[int, Path(ge=1, le=MAX_ID)]


def open_store(project: ProjectName, databases: DatabasesDep) -> Store:
    """The project called so; NotFound when there is none, or its folder is gone."""
    found = databases.find(project)
    if found.state == "missing":
        raise NotFound(f"The folder {found.path} of {found.name} is gone: put it back, or say where it was moved to.")
    return Store(found, databases)


StoreDep = Annotated[Store, Depends(open_store)]


def _notice(store: StoreDep, caretaker: Annotated[Caretaker, Depends(_caretaker)]) -> Store:
    caretaker.notice(store.project.path)
    return store


NoticedDep = Annotated[Store, Depends(_notice)]  # of requests that mean that somebody looks at the board
