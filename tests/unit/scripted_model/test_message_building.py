"""Answers as the API gives them: blocks, stop reasons, token counts, and a stream that adds up to the same."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from scripted_model.jsonvalues import as_list, as_number, as_object, as_text
from scripted_model.messages import build_message, reply_id, stream_events
from scripted_model.replies import Call, Reply, Say, say
from scripted_model.usage import count_request, count_tokens, usage_of

BODY: dict[str, object] = {"model": "claude-x", "system": "s" * 400, "messages": [{"role": "user", "content": "hello"}]}
CONTINUED: dict[str, object] = {
    **BODY,
    "messages": [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "yes"},
        {"role": "user", "content": "go on" * 40},
    ],
}
REPLY = say(
    "I look at it first, then I write.", Call("Read", {"file_path": "/a"}), Call("Write", {"content": "x" * 900})
)


def blocks(message: Mapping[str, object]) -> list[Mapping[str, object]]:
    return [as_object(block) for block in as_list(message["content"])]


def events(reply: Reply) -> list[Mapping[str, object]]:
    lines = "".join(stream_events(build_message(BODY, reply))).split("\n")
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def assembled(stream: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The content a client puts together from the events."""
    content = [as_object(event["content_block"]) for event in stream if event["type"] == "content_block_start"]
    parts = ["" for _ in content]
    for event in stream:
        if event["type"] == "content_block_delta":
            delta = as_object(event["delta"])
            parts[int(as_number(event["index"]))] += as_text(delta.get("text", delta.get("partial_json")))
    return [
        {**block, "text": part} if block["type"] == "text" else {**block, "input": json.loads(part)}
        for block, part in zip(content, parts, strict=True)
    ]


def test_words_and_calls_become_blocks_with_ids_of_their_own() -> None:
    message = build_message(BODY, REPLY)
    text, read, write = blocks(message)
    assert text == {"type": "text", "text": "I look at it first, then I write."}
    assert (read["type"], read["name"], read["input"]) == ("tool_use", "Read", {"file_path": "/a"})
    assert read["id"] != write["id"]
    assert message["stop_reason"] == "tool_use"


def test_words_alone_end_the_turn() -> None:
    assert build_message(BODY, say("Done."))["stop_reason"] == "end_turn"
    assert build_message(BODY, Reply())["content"] == [{"type": "text", "text": "Done."}]


def test_running_out_of_tokens_cuts_the_words_and_the_calls() -> None:
    message = build_message(BODY, REPLY, cut_short=True)
    assert message["stop_reason"] == "max_tokens"
    assert message["content"] == [{"type": "text", "text": "I look at it firs"}]


def test_the_stream_carries_the_same_message() -> None:
    assert assembled(events(REPLY)) == build_message(BODY, REPLY)["content"]


def test_the_stream_has_the_events_of_the_api_in_order() -> None:
    kinds = [event["type"] for event in events(say("One two"))]
    assert kinds == [
        *("message_start", "ping", "content_block_start", "content_block_delta", "content_block_delta"),
        *("content_block_stop", "message_delta", "message_stop"),
    ]
    (ending,) = [as_object(event["delta"]) for event in events(REPLY) if event["type"] == "message_delta"]
    assert ending["stop_reason"] == "tool_use"


def test_a_repeated_request_gets_the_same_ids_and_another_session_others() -> None:
    assert reply_id(BODY) == reply_id(dict(BODY))
    assert len({reply_id(BODY), reply_id(CONTINUED), reply_id({**BODY, "metadata": {"user_id": "b"}})}) == 3


@pytest.mark.parametrize(("text", "tokens"), [("", 1), ("four", 1), ("fives", 2), ([1, 2], 2)])
def test_about_four_characters_are_a_token(text: object, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_what_was_sent_before_is_read_from_the_cache() -> None:
    first, second = usage_of(BODY, REPLY), usage_of(CONTINUED, REPLY)
    assert first["cache_read_input_tokens"] == 0
    assert second["cache_read_input_tokens"] == count_request(BODY)
    for usage, body in ((first, BODY), (second, CONTINUED)):
        inputs = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        assert sum(usage[name] for name in inputs) == count_request(body)
        assert usage["output_tokens"] > 200


def test_a_reply_may_state_its_own_usage() -> None:
    assert usage_of(BODY, Reply((Say("x"),), usage={"output_tokens": 9}))["output_tokens"] == 9
