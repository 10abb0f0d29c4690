"""Scripts: the behaviour of an agent written as ordinary sequential code, and replayed from the conversation.

A script is a generator that yields replies and is sent the results of their tool calls. For every request it runs
from its beginning and is fed the results the conversation already holds, until it yields a reply that has not been
given yet. Nothing is remembered between requests: the conversation is the only state.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar

from scripted_model.conversation import ToolCall, ToolResult
from scripted_model.replies import Reply, say

Outcome = TypeVar("Outcome")
Script = Generator[Reply, Sequence[ToolResult], Outcome]

FINISHED = "Nothing is left to do here."
LOST = "This conversation took a turn that is not in my script, so I stop here and leave everything as it is."
_UNANSWERED = ToolResult("the call was interrupted", is_error=True)


def replay(script: Script[None], calls: Sequence[ToolCall]) -> Reply:
    """The reply of `script` that comes after `calls`, which are the calls of its earlier replies."""
    try:
        reply = next(script)
        while reply.calls and calls:
            answered, calls = calls[: len(reply.calls)], calls[len(reply.calls) :]
            if any(call.tool != done.name for call, done in zip(reply.calls, answered, strict=False)):
                return say(LOST)
            results = [done.result for done in answered]
            results += [_UNANSWERED] * (len(reply.calls) - len(results))
            reply = script.send(results)
    except StopIteration:
        return say(FINISHED)
    return reply
