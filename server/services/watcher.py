"""Sees what any process commits to a project's database, and publishes the new events in order.

One thread for each project somebody looks at, with a connection of its own: `PRAGMA data_version` costs microseconds,
so 15 ms is soon enough and idle costs nothing to speak of.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final, TypeVar

from api.database import Database, data_version, watch
from api.errors import AppError
from api.runs import service as runs
from server.services.databases import Databases
from server.services.hub import Batch, Channel

POLL_SECONDS: Final = 0.015
POLLS_PER_LOOK: Final = 64
CHUNK: Final = 1_000  # events read, packed and published at once
GONE: Final = 4004
AGAIN: Final = 1012  # the client is to come back
_T = TypeVar("_T")
logger = logging.getLogger("autocoder.watcher")


class Watcher:
    """Publishes the events of one database after `head` until it is stopped."""

    def __init__(
        self, database: Database, head: int, publish: Callable[[Batch], None], gone: Callable[[], None]
    ) -> None:
        self._database = database
        self._head = head
        self._publish = publish
        self._gone = gone
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch {database.path.parent.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; it holds no lock while it sleeps."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            with contextlib.closing(watch(self._database.path)) as connection:
                self._follow(connection)
        except (AppError, sqlite3.Error) as error:
            logger.warning("%s is no longer watched: %s", self._database.path, error)
            self._gone()

    def _follow(self, connection: sqlite3.Connection) -> None:
        known, file = None, _file(self._database.path)
        polls = 0
        while not self._stop.wait(POLL_SECONDS):
            version = data_version(connection)
            if version != known:
                known = version
                self._read_on()
            polls += 1
            if polls % POLLS_PER_LOOK == 0 and _file(self._database.path) != file:
                self._gone()  # deleted or replaced: what is written now goes into another file
                return

    def _read_on(self) -> None:
        """Publish everything that is new, in chunks."""
        while not self._stop.is_set():
            with self._database.read() as session:
                events = runs.events(session, after=self._head, limit=CHUNK)
            if not events:
                return
            self._head = events[-1].seq
            self._publish(Batch.of(events))


class Watched:
    """One project that somebody looks at."""

    def __init__(self, watcher: Watcher, channel: Channel) -> None:
        self.watcher = watcher
        self.channel = channel
        self.users = 0


class Watchers:
    """The watched projects: a watcher lives as long as anyone uses its channel."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._lock = asyncio.Lock()
        self._watched: dict[Path, Watched] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextlib.asynccontextmanager
    async def watch(self, folder: Path) -> AsyncIterator[Channel]:
        """The channel of the project in `folder`, watched while the block runs."""
        async with self._lock:
            if folder not in self._watched:
                self._watched[folder] = await self._begin(folder)
            watched = self._watched[folder]
            watched.users += 1
        try:
            yield watched.channel
        finally:
            watched.users -= 1
            if watched.users == 0:
                if self._watched.get(folder) is watched:
                    del self._watched[folder]
                await asyncio.shield(asyncio.to_thread(watched.watcher.stop))

    def folders(self) -> tuple[Path, ...]:
        """From any thread: where somebody listens just now."""
        return tuple(self._watched)

    def forget(self, folder: Path) -> None:
        """From any thread: the project is no longer registered, so its sockets are closed for good."""
        if self._loop is not None:
            _on(self._loop, lambda path: self._drop(path, GONE, "The project is no longer registered."), folder)

    def _drop(self, folder: Path, code: int, reason: str) -> None:
        watched = self._watched.pop(folder, None)
        if watched is not None:
            watched.channel.close(code, reason)

    async def _begin(self, folder: Path) -> Watched:
        loop = self._loop = asyncio.get_running_loop()
        database, head = await asyncio.to_thread(self._open, folder)
        channel = Channel(head)
        watcher = Watcher(
            database,
            head,
            publish=lambda batch: _on(loop, channel.publish, batch),
            gone=lambda: _on(loop, lambda path: self._drop(path, AGAIN, "Its database was replaced."), folder),
        )
        return Watched(watcher, channel)

    def _open(self, folder: Path) -> tuple[Database, int]:
        database = self._databases.project(folder)
        with database.read() as session:
            return database, runs.log_bounds(session).newest


def _file(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _on(loop: asyncio.AbstractEventLoop, callback: Callable[[_T], None], argument: _T) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
        loop.call_soon_threadsafe(callback, argument)
