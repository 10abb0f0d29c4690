"""Every statement about conversations."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from api.conversations.schemas import ConversationView, MessageView, NewMessage
from api.database import execute

_CONVERSATION: Final = """
    SELECT c.*, (SELECT count(*) FROM messages AS m WHERE m.conversation_id = c.id) AS messages
    FROM conversations AS c """


def insert(session: Session, title: str, kind: str, now: float) -> int:
    """Add a conversation; its id."""
    query = "INSERT INTO conversations (title, kind, created_at, updated_at) VALUES (?, ?, ?, ?)"
    return int(execute(session, query, (title, kind, now, now)).lastrowid or 0)


def conversation(session: Session, conversation_id: int) -> ConversationView | None:
    """One conversation."""
    found = execute(session, f"{_CONVERSATION} WHERE c.id = ?", (conversation_id,)).fetchone()
    return None if found is None else _to_conversation(found)


def conversations(session: Session, kind: str, limit: int) -> list[ConversationView]:
    """Conversations of a kind, the one used last first."""
    query = f"{_CONVERSATION} WHERE c.kind = ? ORDER BY c.updated_at DESC, c.id DESC LIMIT ?"
    return [_to_conversation(found) for found in execute(session, query, (kind, limit))]


def update(session: Session, conversation_id: int, title: str, model_session_id: str | None, now: float) -> None:
    """Write a conversation's own fields."""
    query = "UPDATE conversations SET title = ?, model_session_id = ?, updated_at = ? WHERE id = ?"
    execute(session, query, (title, model_session_id, now, conversation_id))


def delete(session: Session, conversation_id: int) -> None:
    """Remove a conversation and its messages."""
    execute(session, "DELETE FROM conversations WHERE id = ?", (conversation_id,))


def add_message(session: Session, conversation_id: int, message: NewMessage, now: float) -> int:
    """Add a message; its id."""
    query = "INSERT INTO messages (conversation_id, role, content, detail, created_at) VALUES (?, ?, ?, ?, ?)"
    detail = None if message.detail is None else json.dumps(message.detail)
    values = (conversation_id, message.role, message.content, detail, now)
    message_id = int(execute(session, query, values).lastrowid or 0)
    execute(session, "UPDATE conversations SET updated_at = ? WHERE id = ?", (now, conversation_id))
    return message_id


def messages(session: Session, conversation_id: int, before: int | None, limit: int) -> list[MessageView]:
    """The last `limit` messages (before message `before`), in order."""
    query = """
        SELECT * FROM (SELECT * FROM messages WHERE conversation_id = ? AND id < ? ORDER BY id DESC LIMIT ?)
        ORDER BY id"""
    rows = execute(session, query, (conversation_id, 2**62 if before is None else before, limit))
    return [_to_message(found) for found in rows]


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _to_conversation(found: sqlite3.Row) -> ConversationView:
    values = dict(found)
    values["created_at"], values["updated_at"] = _moment(values["created_at"]), _moment(values["updated_at"])
    return ConversationView.model_construct(**values)


def _to_message(found: sqlite3.Row) -> MessageView:
    values = dict(found)
    values["created_at"] = _moment(values["created_at"])
    values["detail"] = None if values["detail"] is None else json.loads(values["detail"])
    return MessageView.model_construct(**values)
