"""Plausible token counts: about four characters a token, with the part seen before read from the cache."""

from __future__ import annotations

import json
from collections.abc import Mapping

from scripted_model.jsonvalues import as_list, as_object
from scripted_model.replies import Reply, Say

CHARACTERS_PER_TOKEN = 4
_UNCACHED = 4  # tokens after the last cache mark, as a client with prompt caching pays them


def count_tokens(value: object) -> int:
    """Tokens of a text or of any JSON value."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return max(1, -(-len(text) // CHARACTERS_PER_TOKEN))


def count_request(body: Mapping[str, object]) -> int:
    """Input tokens of a request: system prompt, tools and messages."""
    return sum(count_tokens(body[part]) for part in ("system", "tools", "messages") if body.get(part))


def count_output(reply: Reply) -> int:
    """Output tokens of a reply."""
    texts = (block.text if isinstance(block, Say) else block.tool + json.dumps(block.input) for block in reply.blocks)
    return max(1, sum(count_tokens(text) for text in texts))


def usage_of(body: Mapping[str, object], reply: Reply) -> dict[str, int]:
    """The `usage` of an answer: what the previous request held is read from the cache, the rest is written to it."""
    total = count_request(body)
    messages = as_list(body.get("messages"))
    answers = [index for index, message in enumerate(messages) if as_object(message).get("role") == "assistant"]
    before = {**body, "messages": messages[: answers[-1]]} if answers else {}
    read = min(count_request(before), total) if before else 0
    uncached = min(_UNCACHED, total - read)
    return {
        "input_tokens": uncached,
        "cache_creation_input_tokens": total - read - uncached,
        "cache_read_input_tokens": read,
        "output_tokens": count_output(reply),
        **reply.usage,
    }
