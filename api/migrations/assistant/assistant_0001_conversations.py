"""Conversations with the assistant and their messages; takes over an assistant.db in the original layout."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Connection

revision = "assistant_0001"
down_revision = None
branch_labels = ("assistant",)
depends_on = None


def upgrade() -> None:
    """Create both tables; original conversations are copied over."""
    connection = op.get_bind()
    original = connection.exec_driver_sql("PRAGMA table_info(conversations)").first() is not None
    if original:
        op.execute("ALTER TABLE conversations RENAME TO original_conversations")
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
            conversation_id INTEGER NOT NULL,
            role TEXT NOT NULL CONSTRAINT message_role_known CHECK (role IN ('user', 'assistant', 'tool', 'system')),
            content TEXT NOT NULL,
            detail TEXT,
            created_at FLOAT NOT NULL,
            FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
        )""")
    op.execute("CREATE INDEX ix_messages_conversation ON messages (conversation_id, id)")
    if original:
        _take_over(connection)
        op.execute("DROP TABLE original_conversations")


def _take_over(connection: Connection) -> None:
    connection.exec_driver_sql("""
        INSERT INTO conversations (id, title, kind, created_at, updated_at)
        SELECT id, coalesce(title, ''), 'assistant', coalesce(unixepoch(created_at), unixepoch()), unixepoch()
        FROM original_conversations""")
    columns = {str(row[1]) for row in connection.exec_driver_sql("PRAGMA table_info(conversation_messages)")}
    if {"conversation_id", "role", "content", "timestamp"} <= columns:
        connection.exec_driver_sql("""
            INSERT INTO messages (conversation_id, role, content, created_at)
            SELECT conversation_id, iif(role IN ('user', 'assistant'), role, 'system'), coalesce(content, ''),
                coalesce(unixepoch(timestamp), unixepoch())
            FROM conversation_messages WHERE conversation_id IN (SELECT id FROM conversations) ORDER BY id""")
        connection.exec_driver_sql("DROP TABLE conversation_messages")
