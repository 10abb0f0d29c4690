"""A reply as a message of the API: one JSON object, or the server-sent events of a stream."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from scripted_model.jsonvalues import as_list, as_object, as_text
from scripted_model.replies import Call, Reply, Say
from scripted_model.usage import usage_of

_INPUT_CHUNK = 240  # characters of a tool's input sent at a time
_WORDS = re.compile(r"\S+\s*|\s+")


def reply_id(body: Mapping[str, object]) -> str:
    """Names the place in one session's conversation a request asks about; a repeated request has the same."""
    messages = as_list(body.get("messages"))
    session = as_object(body.get("metadata"))
    opening = messages[:1]
    seed = json.dumps([session, opening, len(messages)], sort_keys=True)
    return hashlib.sha256(seed.encode()).hexdigest()[:20]


def build_message(body: Mapping[str, object], reply: Reply, *, cut_short: bool = False) -> dict[str, object]:
    """The whole answer. `cut_short`: it ran out of output tokens half-way through its words, before any call."""
    identity = reply_id(body)
    blocks = [_content_block(block, f"toolu_{identity}{index:02d}") for index, block in enumerate(reply.blocks)]
    if cut_short:
        text = " ".join(block.text for block in reply.blocks if isinstance(block, Say)) or "I will"
        blocks = [{"type": "text", "text": text[: len(text) // 2 + 1]}]
    if not blocks:
        blocks = [{"type": "text", "text": "Done."}]
    finished = "tool_use" if reply.calls else "end_turn"
    return {
        "id": f"msg_{identity}",
        "type": "message",
        "role": "assistant",
        "model": as_text(body.get("model")),
        "content": blocks,
        "stop_reason": "max_tokens" if cut_short else finished,
        "stop_sequence": None,
        "usage": usage_of(body, reply),
    }


def _content_block(block: Say | Call, identity: str) -> dict[str, object]:
    if isinstance(block, Say):
        return {"type": "text", "text": block.text}
    return {"type": "tool_use", "id": identity, "name": block.tool, "input": dict(block.input)}


def stream_events(message: Mapping[str, object]) -> Iterator[str]:
    """The server-sent events that carry `message`, in order."""
    usage = dict(as_object(message["usage"]))
    opening = {**message, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    yield _event("message_start", message=opening)
    yield _event("ping")
    for index, block in enumerate(as_list(message["content"])):
        yield from _block_events(index, as_object(block))
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield _event("message_delta", delta=ending, usage=usage)
    yield _event("message_stop")


def _block_events(index: int, block: Mapping[str, object]) -> Iterator[str]:
    if block["type"] == "text":
        empty: dict[str, object] = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": word} for word in _WORDS.findall(as_text(block["text"]))]
    else:
        empty = {**block, "input": {}}
        text = json.dumps(block["input"])
        parts = [text[start : start + _INPUT_CHUNK] for start in range(0, len(text), _INPUT_CHUNK)]
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
    yield _event("content_block_start", index=index, content_block=empty)
    for delta in deltas:
        yield _event("content_block_delta", index=index, delta=delta)
    yield _event("content_block_stop", index=index)


def _event(kind: str, **data: object) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n"
