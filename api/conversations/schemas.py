"""Conversations and messages as everyone sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints

from api.events import STORABLE

MessageRole = Literal["user", "assistant", "tool", "system"]
Kind = Literal["assistant", "specification"]
Content = Annotated[str, StringConstraints(max_length=1_000_000), STORABLE]


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MessageView(_Schema):
    """One message. `detail` of a tool's message: what it was called with and what it answered."""

    id: int
    conversation_id: int
    role: MessageRole
    content: str
    detail: dict[str, JsonValue] | None
    created_at: datetime


class ConversationView(_Schema):
    """A conversation without its messages."""

    id: int
    title: str
    kind: Kind
    model_session_id: str | None
    created_at: datetime
    updated_at: datetime
    messages: int


class NewMessage(_Schema):
    """A message to add."""

    role: MessageRole
    content: Content
    detail: dict[str, JsonValue] | None = None
