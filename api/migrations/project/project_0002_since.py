"""Cards know since when they are in their status."""

from __future__ import annotations

from alembic import op

revision = "project_0002"
down_revision = "project_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is known of cards that are there is when they were changed last."""
    op.execute("ALTER TABLE features ADD COLUMN since FLOAT")
    op.execute("UPDATE features SET since = updated_at")
    op.execute(
        """
        CREATE TRIGGER features_moved AFTER UPDATE OF status ON features WHEN old.status <> new.status
        BEGIN UPDATE features SET since = new.updated_at WHERE id = new.id; END"""
    )
