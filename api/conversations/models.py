"""Tables of assistant.db. Migrations make them; a test holds both equal."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("model_session_id", Text),  # what the model's side is resumed by
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_conversations_updated", conversations.c.kind, conversations.c.updated_at)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("role", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("detail", Text),  # JSON: what a tool was called with and answered
    Column("created_at", Float, nullable=False),
    CheckConstraint("role IN ('user', 'assistant', 'tool', 'system')", name="message_role_known"),
    sqlite_autoincrement=True,
)
Index("ix_messages_conversation", messages.c.conversation_id, messages.c.id)
