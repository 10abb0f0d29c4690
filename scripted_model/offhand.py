"""Answers to what the client asks on its own account: titles, summaries, probes. None of it concerns a playbook."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from scripted_model.conversation import Conversation
from scripted_model.jsonvalues import as_list, as_object, as_text
from scripted_model.replies import Reply, say

_TITLE_WORDS = 6


def answer_offhand(conversation: Conversation) -> Reply:
    """A short sane answer to a request that offers no tools; JSON of the asked form when it names a schema."""
    if conversation.schema:
        return say(json.dumps(_fill(conversation.schema, _title(conversation.task))))
    if "title" in conversation.system.lower():
        return say(_title(conversation.task))
    if "summar" in (conversation.system + conversation.task).lower():
        return say("Summary: the work went on as the script says; the files and the commits tell the rest.")
    return say("OK")


def _title(text: str) -> str:
    words = re.findall(r"[\w'-]+", text)
    return " ".join(words[:_TITLE_WORDS]) or "Scripted session"


def _fill(schema: Mapping[str, object], words: str) -> object:
    """The smallest value that fits `schema`, with `words` wherever a text is wanted."""
    choices = as_list(schema.get("enum"))
    if choices:
        return choices[0]
    kind = schema.get("type")
    if kind == "object":
        return {name: _fill(as_object(part), words) for name, part in as_object(schema.get("properties")).items()}
    simple: dict[str, object] = {"array": [], "boolean": False, "integer": 0, "number": 0, "null": None}
    return simple.get(as_text(kind), words)
