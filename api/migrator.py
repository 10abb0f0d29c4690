"""Runs the Alembic migrations. Loaded by name from api.database, and only for a file that is not current."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy import event as hooks

from api.errors import DatabaseDamaged, InvalidInput

FOLDER = Path(__file__).parent / "migrations"
# What tells a file of the original AutoCoder from one of a stranger: a table and some of its columns.
ORIGINALS = {
    "project": ("features", {"id", "priority", "category", "name", "description", "steps", "passes"}),
    "registry": ("projects", {"name", "path"}),
    "assistant": ("conversations", {"id", "title", "created_at"}),
}
BUSY_SECONDS = 60.0  # another opener of the same new file may be migrating it


def configuration() -> Config:
    """The one environment, with a folder of revisions for each kind of database."""
    config = Config()
    places = [FOLDER / kind for kind in ("project", "registry", "assistant")]
    config.set_main_option("script_location", _escape(FOLDER))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(_escape(place) for place in places))
    return config


def upgrade(path: Path, kind: str, heads: Mapping[str, str]) -> None:
    """Bring `path` to the head of `kind` in one transaction; a file that already is there is left alone.

    Raises DatabaseDamaged for a file of another kind or of a newer AutoCoder.
    """
    config = configuration()
    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=NullPool)
    hooks.listen(engine, "begin", _begin)
    with engine.begin() as connection:
        revision = _revision(connection)
        if revision == heads[kind]:
            return
        _check_revision(path, kind, revision, ScriptDirectory.from_config(config))
        if revision is not None or _is_original(connection, path, kind):
            _back_up(path, revision)
        config.attributes["connection"] = connection
        command.upgrade(config, f"{kind}@head")
    engine.dispose()


def _connect(path: Path) -> sqlite3.Connection:
    # foreign_keys stays off: a migration may rebuild a table others refer to.
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _revision(connection: Connection) -> str | None:
    if not _has_table(connection, "alembic_version"):
        return None
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if revision is None else str(revision)


def _has_table(connection: Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.exec_driver_sql(query, (name,)).first() is not None


def _is_original(connection: Connection, path: Path, kind: str) -> bool:
    """Whether the file is in the layout of the original AutoCoder; False for an empty one, an error for any other."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    tables = set(connection.exec_driver_sql(query).scalars())
    if not tables - {"alembic_version"}:
        return False
    table, columns = ORIGINALS[kind]
    found = {str(row[1]) for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")}
    if not columns <= found:
        raise InvalidInput(f"The database {path} belongs to another program: move it away, or choose another folder.")
    return True


def _check_revision(path: Path, kind: str, revision: str | None, scripts: ScriptDirectory) -> None:
    if revision is None:
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if revision not in known:
        raise DatabaseDamaged(
            f"The database {path} was written by a newer AutoCoder (revision {revision}): update AutoCoder to open it."
        )
    if not revision.startswith(f"{kind}_"):
        raise DatabaseDamaged(f"The database {path} is of another kind (revision {revision}), not a {kind} database.")


def _back_up(path: Path, revision: str | None) -> None:
    """A copy of the file as it was, by SQLite's own backup (the pages of the write-ahead log included)."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = path.with_name(f"{path.name}.{revision or 'original'}-{stamp}")
    with contextlib.closing(_connect(path)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _escape(path: Path) -> str:
    return str(path).replace("%", "%%")
