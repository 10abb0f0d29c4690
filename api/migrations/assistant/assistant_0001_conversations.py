"""Conversations with the project's assistant and their messages."""

from __future__ import annotations

from alembic import op

revision = "assistant_0001"
down_revision = None
branch_labels = ("assistant",)
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.execute("""
        CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            title TEXT NOT NULL,
            kind TEXT NOT NULL,
            model_session_id TEXT,
            created_at FLOAT NOT NULL,
            updated_at FLOAT NOT NULL
        )""")
    op.execute("CREATE INDEX ix_conversations_updated ON conversations (kind, updated_at)")
    op.execute("""
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            role TEXT NOT NULL CONSTRAINT message_role_known CHECK (role IN ('user', 'assistant', 'tool', 'system')),
            content TEXT NOT NULL,
            detail TEXT,
            created_at FLOAT NOT NULL
        )""")
    op.execute("CREATE INDEX ix_messages_conversation ON messages (conversation_id, id)")
