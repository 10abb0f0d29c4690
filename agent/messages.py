"""What a model session says, as plain data: the loop knows these and nothing of the SDK."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Said:
    """Text of the model, a whole block."""

    text: str


@dataclass(frozen=True)
class ToolCalled:
    """The model called a tool; `summary` is its input on one line."""

    call_id: str
    name: str
    summary: str


@dataclass(frozen=True)
class ToolReturned:
    """A tool answered."""

    call_id: str
    text: str
    failed: bool


@dataclass(frozen=True)
class Spent:
    """Tokens of one model message, as far as it is known while it is written.

    `message_id` repeats when the message came in parts: each has the counts of the whole, of which the output tokens
    are those at its beginning; `characters` are those the model wrote in this part. Of what went into the cache,
    `hour_tokens` are kept for an hour.
    """

    message_id: str
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    hour_tokens: int = 0
    characters: int = 0
    model: str = ""


@dataclass(frozen=True)
class Retrying:
    """The provider did not answer properly; the CLI tries again in `delay` seconds."""

    attempt: int
    delay: float
    status: int | None


@dataclass(frozen=True)
class LimitNotice:
    """The provider's own word on a usage limit."""

    rejected: bool
    until: datetime | None
    name: str | None
    used: float | None


@dataclass(frozen=True)
class Ended:
    """The session is over: the CLI's result, or why there is none.

    `cost_usd` and the tokens are the CLI's totals for the session, None when it died before it could tell them.
    """

    subtype: str
    failed: bool
    text: str = ""
    cost_usd: float | None = None
    turns: int = 0
    api_status: int | None = None
    terminal_reason: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


SessionMessage = Said | ToolCalled | ToolReturned | Spent | Retrying | LimitNotice | Ended
