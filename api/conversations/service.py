"""Conversations with the assistant: begin, add to, resume, delete. Nothing here commits."""

from __future__ import annotations

import time

from sqlalchemy.orm import Session

from api.conversations import repository, rules
from api.conversations.schemas import ConversationView, Kind, MessageView, NewMessage
from api.errors import NotFound


def create(session: Session, *, kind: Kind = "assistant", title: str = "") -> ConversationView:
    """Begin a conversation; without a title it takes the first line of the person's first message."""
    return get(session, repository.insert(session, title, kind, time.time()))


def get(session: Session, conversation_id: int) -> ConversationView:
    """One conversation; NotFound when there is none."""
    found = repository.conversation(session, conversation_id)
    if found is None:
        raise NotFound(f"There is no conversation {conversation_id}: list the conversations for the ids that exist.")
    return found


def listing(session: Session, *, kind: Kind = "assistant", limit: int = 100) -> list[ConversationView]:
    """Conversations, the one used last first."""
    return repository.conversations(session, kind, limit)


def latest(session: Session, *, kind: Kind = "assistant") -> ConversationView | None:
    """The conversation used last: the one to resume."""
    found = repository.conversations(session, kind, 1)
    return found[0] if found else None


def add_message(session: Session, conversation_id: int, message: NewMessage) -> int:
    """Add a message; its id."""
    found = get(session, conversation_id)
    now = time.time()
    if not found.title and message.role == "user":
        title = rules.title_from(message.content)
        repository.update(session, conversation_id, title, found.model_session_id, now)
    return repository.add_message(session, conversation_id, message, now)


def messages(
    session: Session, conversation_id: int, *, before: int | None = None, limit: int = 500
) -> list[MessageView]:
    """The last messages in order; those before message `before` to page back."""
    get(session, conversation_id)
    return repository.messages(session, conversation_id, before, limit)


def set_model_session(session: Session, conversation_id: int, model_session_id: str | None) -> None:
    """Remember what the model's side of a conversation is resumed by."""
    found = get(session, conversation_id)
    repository.update(session, conversation_id, found.title, model_session_id, time.time())


def rename(session: Session, conversation_id: int, title: str) -> ConversationView:
    """Give a conversation another title."""
    found = get(session, conversation_id)
    repository.update(session, conversation_id, rules.title_from(title), found.model_session_id, time.time())
    return get(session, conversation_id)


def delete(session: Session, conversation_id: int) -> None:
    """Remove a conversation and its messages."""
    get(session, conversation_id)
    repository.delete(session, conversation_id)
