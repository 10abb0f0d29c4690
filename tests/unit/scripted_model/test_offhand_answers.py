"""What the client asks on its own account gets a short sane answer."""

from __future__ import annotations

import json

from scripted_model.conversation import Conversation
from scripted_model.offhand import answer_offhand
from scripted_model.replies import Say


def words(conversation: Conversation) -> str:
    (block,) = answer_offhand(conversation).blocks
    assert isinstance(block, Say)
    return block.text


def test_a_title_is_made_of_the_first_words() -> None:
    talk = Conversation(system="Write a short title", task="Please build the shelf with drawn covers today")
    assert words(talk) == "Please build the shelf with drawn"
    assert words(Conversation(system="Write a title")) == "Scripted session"


def test_a_schema_is_filled_in() -> None:
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "isNew": {"type": "boolean"},
            "kind": {"enum": ["a", "b"]},
            "tags": {"type": "array"},
            "inner": {"type": "object", "properties": {"n": {"type": "integer"}}},
        },
    }
    filled = json.loads(words(Conversation(task="Hello there", schema=schema)))
    assert filled == {"title": "Hello there", "isNew": False, "kind": "a", "tags": [], "inner": {"n": 0}}


def test_summaries_and_probes_are_answered() -> None:
    assert words(Conversation(task="Summarize this conversation")).startswith("Summary:")
    assert words(Conversation(task="quota")) == "OK"
