"""The backlog as a feature_list.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from api.database import execute

_ENTRIES: Final = """
    SELECT '  ' || json_object('category', category, 'name', name, 'description', description,
        'steps', json(steps), 'passes', json(iif(status = 'passing', 'true', 'false')))
    FROM features ORDER BY priority, id
"""
_AT_ONCE: Final = 500  # cards


def feature_list(session: Session) -> Iterator[str]:
    """The list in pieces: all cards by priority, one a line, made by SQLite itself."""
    rows = execute(session, _ENTRIES)
    before = "[\n"
    while some := rows.fetchmany(_AT_ONCE):
        yield before + ",\n".join(row[0] for row in some)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def had_cards(session: Session) -> bool:
    """Whether there ever was a card."""
    return execute(session, "SELECT 1 FROM sqlite_sequence WHERE name = 'features'").fetchone() is not None
