"""What a playbook answers with: words, tool calls, and a fault when something is to go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scripted_model.faults import Fault


@dataclass(frozen=True)
class Say:
    """Words for the person who watches."""

    text: str


@dataclass(frozen=True)
class Call:
    """The use of one tool."""

    tool: str
    input: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """The next assistant message. Without a call in it the turn ends."""

    blocks: tuple[Say | Call, ...] = ()
    fault: Fault | None = None
    usage: Mapping[str, int] = field(default_factory=dict)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The tool calls of the message, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Call))


def say(text: str, *calls: Call) -> Reply:
    """Words, then calls; without words only the calls."""
    words = (Say(text),) if text else ()
    return Reply((*words, *calls))
