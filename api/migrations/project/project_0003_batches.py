"""A session knows all the features it worked on, one after the other."""

from __future__ import annotations

from alembic import op

revision = "project_0003"
down_revision = "project_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the list; sessions that are there had one feature at most."""
    op.execute("ALTER TABLE sessions ADD COLUMN feature_ids TEXT NOT NULL DEFAULT '[]'")
    op.execute("UPDATE sessions SET feature_ids = json_array(feature_id) WHERE feature_id IS NOT NULL")
