"""Every statement about registered projects and settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from api.database import execute

_SELECT: Final = "SELECT name, path, kind, created_by_us, created_at FROM projects "


@dataclass(frozen=True)
class Entry:
    """A row of `projects`. `created_at` is in epoch seconds."""

    name: str
    path: str
    kind: str
    created_by_us: bool
    created_at: float


def by_name(session: Session, name: str) -> Entry | None:
    """The entry with this name, whatever its case."""
    return _first(session, _SELECT + "WHERE name = ?", name)


def by_path(session: Session, path: str) -> Entry | None:
    """The entry with this folder."""
    return _first(session, _SELECT + "WHERE path = ?", path)


def entries(session: Session) -> list[Entry]:
    """All entries by name."""
    rows = execute(session, _SELECT + "ORDER BY name")
    return [Entry(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]


def insert(session: Session, entry: Entry) -> None:
    """Add an entry."""
    query = "INSERT INTO projects (name, path, kind, created_by_us, created_at) VALUES (?, ?, ?, ?, ?)"
    values = (entry.name, entry.path, entry.kind, int(entry.created_by_us), entry.created_at)
    execute(session, query, values)


def move(session: Session, name: str, path: str) -> None:
    """Give an entry another folder."""
    execute(session, "UPDATE projects SET path = ? WHERE name = ?", (path, name))


def rename(session: Session, name: str, new_name: str) -> None:
    """Give an entry another name."""
    execute(session, "UPDATE projects SET name = ? WHERE name = ?", (new_name, name))


def delete(session: Session, name: str) -> bool:
    """Remove an entry; whether there was one."""
    return execute(session, "DELETE FROM projects WHERE name = ?", (name,)).rowcount > 0


def settings(session: Session) -> str | None:
    """The settings row of a project's own database, as JSON."""
    found = execute(session, "SELECT body FROM settings WHERE id = 1").fetchone()
    return None if found is None else str(found[0])


def write_settings(session: Session, body: str) -> None:
    """Store the settings row."""
    query = "INSERT INTO settings (id, body) VALUES (1, ?) ON CONFLICT DO UPDATE SET body = excluded.body"
    execute(session, query, (body,))


def _first(session: Session, query: str, value: str) -> Entry | None:
    row = execute(session, query, (value,)).fetchone()
    return None if row is None else Entry(row[0], row[1], row[2], bool(row[3]), row[4])
