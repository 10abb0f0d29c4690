"""How a conversation gets its title. Pure."""

from __future__ import annotations

from typing import Final

TITLE_LENGTH: Final = 80


def title_from(message: str) -> str:
    """The first line of a person's first message, cut to what fits a list."""
    line = next((part.strip() for part in message.splitlines() if part.strip()), "New conversation")
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"
