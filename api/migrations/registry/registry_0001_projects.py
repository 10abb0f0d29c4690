"""The table of registered projects."""

from __future__ import annotations

from alembic import op

revision = "registry_0001"
down_revision = None
branch_labels = ("registry",)
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute("""
        CREATE TABLE projects (
            id INTEGER PRIMARY KEY NOT NULL,
            name TEXT COLLATE NOCASE NOT NULL UNIQUE,
            path TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            created_by_us INTEGER NOT NULL,
            created_at FLOAT NOT NULL
        )""")
