from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from claude_agent_sdk import (
    AssistantMessage,
    RateLimitEvent,
    RateLimitInfo,
    ResultMessage,
    SystemMessage,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)

from agent.messages import Ended, LimitNotice, Retrying, Said, Spent, ToolCalled, ToolReturned
from agent.session import lacks_feature_tools, summarise, translate


def assistant(*blocks: object, usage: Mapping[str, object] | None = None) -> AssistantMessage:
    return AssistantMessage(content=list(blocks), model="m", usage=usage, message_id="msg_1")  # type: ignore[arg-type]  # blocks of a test


def test_text_and_tool_calls_are_told_in_their_order() -> None:
    message = assistant(
        TextBlock("I look around."),
        TextBlock("  \n"),
        ThinkingBlock("hm", "sig"),
        ToolUseBlock("t1", "mcp__features__feature_get_stats", {}),
        ToolUseBlock("t2", "Bash", {"command": "ls\n-l", "description": "list"}),
    )
    assert translate(message) == [
        Said("I look around."),
        ToolCalled("t1", "feature_get_stats", ""),
        ToolCalled("t2", "Bash", "ls -l"),
    ]


def test_usage_of_a_message_is_told_with_its_id() -> None:
    usage = {"input_tokens": 1, "output_tokens": 2, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 4}
    assert translate(assistant(usage=usage)) == [Spent("msg_1", 1, 2, 3, 4, model="m")]


def test_what_a_part_of_a_message_holds_is_counted() -> None:
    usage: dict[str, object] = {"input_tokens": 1, "cache_creation": {"ephemeral_1h_input_tokens": 6}}
    blocks = (TextBlock("abc"), ThinkingBlock("hm", "sig"), ToolUseBlock("t", "Bash", {"command": "ls"}))
    *_, spent = translate(assistant(*blocks, ToolResultBlock("t", "long"), usage=usage))
    assert isinstance(spent, Spent)
    assert (spent.characters, spent.hour_tokens) == (3 + 2 + len('Bash{"command": "ls"}'), 6)


@pytest.mark.parametrize(
    ("content", "text"), [("plain", "plain"), (None, ""), ([{"type": "text", "text": "a"}, {"type": "image"}], "a")]
)
def test_what_a_tool_answered_is_text(content: object, text: str) -> None:
    message = UserMessage(content=[ToolResultBlock("t1", content, is_error=True)])  # type: ignore[arg-type]  # as the wire has it
    assert translate(message) == [ToolReturned("t1", text, failed=True)]


def test_a_retry_is_told_in_seconds() -> None:
    data = {"attempt": 2, "retry_delay_ms": 1500, "error_status": 529}
    assert translate(SystemMessage("api_retry", data)) == [Retrying(2, 1.5, 529)]


def test_a_rejected_limit_says_until_when() -> None:
    event = RateLimitEvent(RateLimitInfo("rejected", 1767400000, "five_hour", 1.0), "u", "s")
    until = datetime.fromtimestamp(1767400000, UTC)
    assert translate(event) == [LimitNotice(True, until, "five_hour", 1.0)]


def test_the_result_is_the_end() -> None:
    result = ResultMessage(
        subtype="error_during_execution",
        duration_ms=1,
        duration_api_ms=1,
        is_error=True,
        num_turns=3,
        session_id="s",
        total_cost_usd=0.25,
        usage={"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": None},
        errors=["one", "two"],
        api_error_status=500,
        terminal_reason="api_error",
    )
    ended = Ended("error_during_execution", True, "one; two", 0.25, 3, 500, "api_error", 10, 20)
    assert translate(result) == [ended]


@pytest.mark.parametrize("message", [SystemMessage("status", {}), UserMessage(content="hi"), object()])
def test_what_nobody_needs_is_nothing(message: object) -> None:
    assert translate(message) == []


@pytest.mark.parametrize(
    ("servers", "lacks"),
    [
        ([{"name": "features", "status": "connected"}], False),
        ([{"name": "features", "status": "failed"}], True),
        ([{"name": "other", "status": "connected"}], True),
        ([], True),
    ],
)
def test_a_session_without_the_feature_tools_is_noticed(servers: list[dict[str, str]], lacks: bool) -> None:
    assert lacks_feature_tools(SystemMessage("init", {"mcp_servers": servers})) is lacks


def test_only_the_opening_message_tells_about_tools() -> None:
    assert not lacks_feature_tools(SystemMessage("status", {}))
    assert not lacks_feature_tools(assistant())


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"command": "git commit -m 'a\n\nb'", "description": "x"}, "git commit -m 'a b'"),
        ({"file_path": "/w/a.py", "content": "long"}, "/w/a.py"),
        ({"feature_id": 3, "reason": "done"}, "feature_id=3, reason=done"),
        ({}, ""),
        ({"command": "x" * 500}, "x" * 159 + "…"),
    ],
)
def test_a_call_is_summarised_on_one_line(given: dict[str, object], line: str) -> None:
    assert summarise(given) == line
