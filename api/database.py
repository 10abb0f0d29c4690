"""SQLite files: opening (with migrations), transactions, and the event log that commits together with the rows.

Three kinds of file: a project's `features.db`, `registry.db` in the AutoCoder home, a project's `assistant.db`.
Writers take the write lock at the start (BEGIN IMMEDIATE), so a transaction never fails half way for want of it.
"""

from __future__ import annotations

import contextlib
import importlib
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.errors import AppError, DatabaseDamaged, InvalidInput, NotFound, Unavailable
from api.events import Event

Kind = Literal["project", "registry", "assistant"]

# The newest revision of each branch (api/migrations): a file that carries it needs no Alembic. A test holds both equal.
HEADS: Final[dict[Kind, str]] = {"project": "project_0003", "registry": "registry_0001", "assistant": "assistant_0001"}

BUSY_SECONDS: Final = 15.0
_RAW: Final = "sqlite connection"
_RESTING: Final = 16  # connections kept for the next transaction
_CHECKED_IN_FULL: Final = 4 * 2**20  # bytes; larger files are only opened and their size compared
_CHECKPOINT_PAGES: Final = 4_000  # 16 MB; SQLite's 1,000 would cost every commit a third more
_DAMAGED_COPIES: Final = 3  # a damaged file that is still written to would otherwise fill the disk
_MAGIC: Final = b"SQLite format 3\x00"
_INSERT_EVENT: Final = (
    "INSERT INTO events (type, feature_id, session_id, level, agent, timestamp, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class Database:
    """One SQLite file. Threads and processes may share it; each transaction has a connection of its own.

    The sessions are handles for one transaction: statements go to SQLite directly, through `execute`, because
    SQLAlchemy's own way costs ten times the query. Nothing is mapped, so there is nothing to flush.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = _Connections(path, query_only=True)
        self._writers = _Connections(path, query_only=False)

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent state and cannot write."""
        with self._transaction(self._readers, "BEGIN", "ROLLBACK") as session:
            yield session

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """A session that holds the write lock: committed at the end of the block, rolled back when it raises."""
        with self._transaction(self._writers, "BEGIN IMMEDIATE", "COMMIT") as session:
            yield session

    def close(self) -> None:
        """Close the connections; those in use when their transactions end."""
        self._readers.close()
        self._writers.close()

    @contextlib.contextmanager
    def _transaction(self, connections: _Connections, begin: str, end: str) -> Iterator[Session]:
        try:
            with connections.taken() as connection:
                connection.execute(begin)
                session = Session(autoflush=False, info={_RAW: connection})
                yield session
                connection.execute(end)
        except sqlite3.Error as error:
            raise _translate(self.path, error) or error from error


class _Connections:
    """Connections at rest, to be taken for one transaction each."""

    def __init__(self, path: Path, *, query_only: bool) -> None:
        self._path = path
        self._query_only = query_only
        self._resting: list[sqlite3.Connection] = []  # append and pop are atomic
        self._closed = False

    @contextlib.contextmanager
    def taken(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own; whatever is not ended in the block is rolled back."""
        try:
            connection = self._resting.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Close those at rest, and the others when they come back."""
        self._closed = True
        while self._resting:
            self._resting.pop().close()

    def _open(self) -> sqlite3.Connection:
        connection = _connect(self._path)
        if self._query_only:
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        try:
            connection.rollback()  # nothing, after COMMIT
        except sqlite3.Error:
            connection.close()
            raise
        if self._closed or len(self._resting) >= _RESTING:
            connection.close()
        else:
            self._resting.append(connection)


def execute(session: Session, query: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
    """Run one statement in the session's transaction; rows are sqlite3.Row."""
    connection: sqlite3.Connection = session.info[_RAW]
    return connection.execute(query, parameters)


def execute_many(session: Session, query: str, rows: Sequence[Sequence[object]]) -> None:
    """Run one statement for each of `rows`."""
    connection: sqlite3.Connection = session.info[_RAW]
    connection.executemany(query, rows)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait for its busy timeout here, so several openers of a new file retry."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def open_database(path: Path, kind: Kind) -> Database:
    """Open `path`, made or migrated as needed.

    Raises NotFound when the folder is missing, Unavailable when it cannot be written, DatabaseDamaged when the file is
    no readable database of this `kind` or comes from a newer AutoCoder. A damaged file is copied first, never reset.
    """
    path = path.absolute()
    if not path.parent.is_dir():
        raise NotFound(f"The folder {path.parent} does not exist: create it first, or correct the path.")
    try:
        _check_header(path)
        if _revision(path) != HEADS[kind]:
            importlib.import_module("api.migrator").upgrade(path, kind, HEADS)
        return Database(path)
    except DBAPIError as error:
        raise _translate(path, error.orig or error) or error from error
    except (sqlite3.Error, OSError) as error:
        raise _translate(path, error) or error from error


def _check_header(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise _damaged(path, "it is not an SQLite database")


def _revision(path: Path) -> str | None:
    """The revision `path` carries; None for a new file or one from before revisions."""
    with contextlib.closing(_connect(path)) as connection:
        if path.stat().st_size <= _CHECKED_IN_FULL:
            complaint = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if complaint != "ok":
                raise _damaged(path, str(complaint))
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
        return None if row is None else str(row[0])


def _damaged(path: Path, why: str) -> DatabaseDamaged:
    """The error for a damaged file, after a copy was put beside it (one per state of the file, not per attempt)."""
    stamp = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = path.with_name(f"{path.name}.damaged-{stamp}")
    earlier = sorted(path.parent.glob(f"{path.name}.damaged-*Z"))
    if copy not in earlier and len(earlier) >= _DAMAGED_COPIES:
        copy = earlier[-1]
    elif copy not in earlier:
        shutil.copy2(path, copy)
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            shutil.copy2(wal, copy.with_name(copy.name + "-wal"))
    return DatabaseDamaged(
        f"The database {path} is damaged ({why}); a copy was kept as {copy.name}: restore a backup over it, "
        "or move it away to start anew."
    )


def _translate(path: Path, error: BaseException) -> AppError | None:
    """Our error for one of SQLite or the file system; None for a mistake in our own SQL."""
    if isinstance(error, OSError):
        return Unavailable(f"The database {path} cannot be opened ({error.strerror}): check its place and its rights.")
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return _damaged(path, str(error))
    sentence = {
        sqlite3.SQLITE_BUSY: "is held by another program: close that program, or try again",
        sqlite3.SQLITE_LOCKED: "is held by another program: close that program, or try again",
        sqlite3.SQLITE_READONLY: "cannot be written: check the rights of the file and of its folder",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened: check the rights of the file and of its folder",
        sqlite3.SQLITE_PERM: "cannot be opened: check the rights of the file and of its folder",
        sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
        sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
    }.get(code)
    return None if sentence is None else Unavailable(f"The database {path} {sentence}.")


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has committed; costs microseconds. See `watch`."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def watch(path: Path) -> sqlite3.Connection:
    """A connection of its own for `data_version`; the caller closes it."""
    connection = _connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def record(session: Session, event: Event) -> None:
    """Add `event` to the log, in the transaction of `session`: it is there exactly when the change is."""
    execute(session, _INSERT_EVENT, _event_row(event))


def record_all(session: Session, events: Sequence[Event]) -> None:
    """Like `record`, for many events at once."""
    execute_many(session, _INSERT_EVENT, [_event_row(event) for event in events])


def append_events(database: Database, events: Sequence[Event]) -> int:
    """Append `events` in one transaction; the `seq` of the last one.

    Raises InvalidInput when there are none.
    """
    if not events:
        raise InvalidInput("There are no events to append: give at least one.")
    rows = [_event_row(event) for event in events]  # encoded before the lock is taken
    with database.write() as session:
        execute_many(session, _INSERT_EVENT, rows)
        return int(execute(session, "SELECT last_insert_rowid()").fetchone()[0])


def _event_row(event: Event) -> tuple[object, ...]:
    fields = event.__dict__
    return (
        event.type,
        fields.get("feature_id"),
        fields.get("session_id"),
        fields.get("level"),
        fields.get("agent"),
        event.timestamp.timestamp(),
        event.model_dump_json(),
    )
