"""The backlog as a feature_list.json."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from api.database import execute

_ENTRIES: Final = """
    SELECT group_concat(entry, char(44, 10)) FROM (
        SELECT '  ' || json_object('category', category, 'name', name, 'description', description,
            'steps', json(steps), 'passes', json(iif(status = 'passing', 'true', 'false'))) AS entry
        FROM features ORDER BY priority, id)
"""


def feature_list(session: Session) -> str:
    """All cards by priority, one a line, made by SQLite itself: no Python object per card."""
    entries = execute(session, _ENTRIES).fetchone()[0]
    return f"[\n{entries}\n]\n" if entries else "[]\n"


def had_cards(session: Session) -> bool:
    """Whether there ever was a card."""
    return execute(session, "SELECT 1 FROM sqlite_sequence WHERE name = 'features'").fetchone() is not None
