"""What is true of a project's cards while nobody works on them: looked at again and again, for next to nothing.

A verification whose program died is not under way, a receipt is stale as soon as the branch has moved over it, whoever
moved it, and feature_list.json says what the backlog says. A look costs some microseconds where neither the database
nor a branch has changed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from api.backlog import service as backlog
from api.backlog.schemas import UnfinishedVerification
from api.database import Database, data_version, watch
from api.errors import AppError
from harness.verification import aging
from harness.workspaces import integration
from harness.workspaces.layout import FOLLOWS_REF, INTEGRATION_REF, Layout
from harness.workspaces.locks import open_lock, try_lock
from harness.workspaces.repository import ProjectRepository

UNHEARD_SECONDS: Final = 10.0  # a queued verification leaves a free lock alone: whoever queued it is gone
AGING_SECONDS: Final = 10.0  # at least, between two looks at the branch: while agents land, others look as well
ASLEEP_SECONDS: Final = 5.0  # by which the time of day is ahead of a clock that stood still with the machine
WAKING_SECONDS: Final = 60.0  # for programs to renew their leases after that
UNPREPARED_SECONDS: Final = 30.0  # until a project that no agent has worked on is looked at again

Clock = Callable[[], float]


class Upkeep:
    """Looks after one project. Any number of processes may do so at the same time, each from one thread."""

    def __init__(
        self,
        database: Database,
        repository: ProjectRepository,
        *,
        clock: Clock = time.monotonic,
        wall: Clock = time.time,
    ) -> None:
        self.database = database
        self._repository = repository
        self._clock = clock
        self._wall = wall
        self._ahead_by = wall() - clock()
        self._awake_from = clock()
        self._connection: sqlite3.Connection | None = None
        self._version: int | None = None
        self._list = backlog.FeatureList(database, database.path.parent, clock=clock)
        self._listed: int | None = None
        self._unfinished: list[UnfinishedVerification] = []
        self._newest_pass = 0
        self._silent: dict[int, float] = {}  # queued verifications, and since when the lock is free
        self._aged: tuple[object, ...] | None = None
        self._user_head: str | None = None
        self._rests_until = 0.0

    def look(self) -> None:
        """Bring the cards in line with the world. AppError when it cannot be read or written just now."""
        self._read()
        if self._is_awake():
            self._bury()
        self._keep_list()
        self._age()

    def close(self) -> None:
        """Let go of the database."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _read(self) -> None:
        """What the database says about verifications, if it has changed."""
        self._connection = self._connection or watch(self.database.path)
        version = data_version(self._connection)
        if version == self._version:
            return
        with self.database.read() as session:
            self._unfinished = backlog.unfinished_verifications(session)
            self._newest_pass = backlog.newest_pass(session)
        self._version = version

    def _is_awake(self) -> bool:
        """Whether leases mean something: after the machine slept all have run out, and nobody has renewed his yet."""
        ahead_by = self._wall() - self._clock()
        if ahead_by - self._ahead_by > ASLEEP_SECONDS:
            self._awake_from = self._clock() + WAKING_SECONDS
        self._ahead_by = ahead_by
        return self._clock() >= self._awake_from

    def _bury(self) -> None:
        """End the verifications whose program is gone."""
        unheard = self._unheard()
        if unheard or any(found.lease_expires < self._wall() for found in self._unfinished):
            with self.database.write() as session:
                backlog.bury(session, unheard)
            self._version = None

    def _unheard(self) -> list[int]:
        """The queued verifications that leave a free lock alone for too long: a living program would have taken it."""
        queued = [found.id for found in self._unfinished if found.state == "queued"]
        layout = self._layout() if queued else None
        if layout is None or not _is_free(verification_lock(layout)):
            self._silent = {}
            return []
        now = self._clock()
        self._silent = {number: self._silent.get(number, now) for number in queued}
        return [number for number, since in self._silent.items() if now - since >= UNHEARD_SECONDS]

    def _keep_list(self) -> None:
        """Write feature_list.json, if something was committed or somebody else wrote it."""
        if self._listed == self._version and not self._list.is_touched():
            return
        version = self._version
        if self._list.keep_gently() is not None:
            self._listed = version

    def _age(self) -> None:
        """Mark what is stale, if a branch moved or a check has passed since the last time."""
        if self._clock() < self._rests_until:
            return
        layout = self._layout()
        if layout is None:
            self._rests_until = self._clock() + UNPREPARED_SECONDS
            return
        state = (self._newest_pass, *_branches(layout))
        if state == self._aged:
            return
        self._rests_until = self._clock() + AGING_SECONDS
        if self._newest_pass:
            history = self._repository.history()
            aging.age(self.database, self._repository, history, self._ahead(layout, history.tip))
        self._aged = state

    def _ahead(self, layout: Layout, tip: str) -> frozenset[str]:
        """The files that the user's own new commits changed, once for each of them.

        They are not brought into the branch here: whoever commits may be about to amend it.
        """
        head = integration.resolve(layout, FOLLOWS_REF)
        if head in (None, self._user_head) or integration.is_ancestor(layout, head, tip):
            return frozenset()
        self._user_head = head
        base = integration.run(layout, "merge-base", tip, head).strip()
        return self._repository.changed_files(base, head) or frozenset() if base else frozenset()

    def _layout(self) -> Layout | None:
        """Where everything is; None while no agent has worked on the project."""
        try:
            return self._repository.layout
        except AppError:
            return None


def verification_lock(layout: Layout) -> Path:
    """What one verification at a time holds; see Trials."""
    return layout.harness / "verify" / "lock"


def _is_free(lock: Path) -> bool:
    handle = open_lock(lock)
    try:
        return try_lock(handle)
    finally:
        os.close(handle)


def _branches(layout: Layout) -> tuple[object, ...]:
    """Something that differs when the integration branch, or the branch that follows it, has moved; no git runs."""
    folder = layout.common_dir
    names = [INTEGRATION_REF, FOLLOWS_REF, "packed-refs", "reftable/tables.list"]
    with contextlib.suppress(OSError):
        names.append((folder / FOLLOWS_REF).read_text(encoding="utf-8", errors="replace").removeprefix("ref:").strip())
    return tuple(_stamp(folder / name) for name in names)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
