"""What a playbook sees of a request: the task, the calls since then, and nothing the client put in."""

from __future__ import annotations

from scripted_model.conversation import Feature, ToolCall, ToolResult, read_conversation

REMINDER = "<system-reminder>\n - Primary working directory: /home/ada/app\nRole: tester\n</system-reminder>"


def user(*blocks: object) -> dict[str, object]:
    return {"role": "user", "content": [{"type": "text", "text": b} if isinstance(b, str) else b for b in blocks]}


def used(identity: str, name: str = "Read") -> dict[str, object]:
    return {"type": "tool_use", "id": identity, "name": name, "input": {"n": identity}}


def answered(identity: str, content: object, *, error: bool = False) -> dict[str, object]:
    return {"type": "tool_result", "tool_use_id": identity, "content": content, "is_error": error}


def assistant(*blocks: object) -> dict[str, object]:
    return {"role": "assistant", "content": list(blocks)}


def test_the_task_names_role_features_and_workspace() -> None:
    task = "Role: coder\nWorkspace: /w/agent-1/\n\nFeature: #7 A shelf (with books)\nFeature: #9 Undo\n\nGo on."
    talk = read_conversation({"messages": [user(REMINDER, task)]})
    assert (talk.role, talk.workspace) == ("coder", "/w/agent-1")
    assert talk.features == (Feature(7, "A shelf (with books)"), Feature(9, "Undo"))
    assert talk.path("tests/a.py") == "/w/agent-1/tests/a.py"


def test_reminders_are_not_the_task_but_tell_the_directory() -> None:
    talk = read_conversation({"messages": [user(REMINDER, "Hello")]})
    assert (talk.task, talk.role, talk.workspace) == ("Hello", "", "/home/ada/app")


def test_a_role_in_the_system_prompt_counts() -> None:
    talk = read_conversation({"system": [{"type": "text", "text": "Role: assistant"}], "messages": [user("Hi")]})
    assert talk.role == "assistant"


def test_without_a_stated_task_the_latest_words_are_it() -> None:
    messages = [user("First"), assistant(used("a")), user(answered("a", "x")), user("Second")]
    talk = read_conversation({"messages": messages})
    assert (talk.task, talk.calls, talk.turns) == ("Second", (), 0)


def test_calls_count_from_the_latest_stated_task() -> None:
    messages = [
        user("Role: coder\nFeature: #1 A"),
        assistant(used("a")),
        user(answered("a", "old")),
        user("Role: coder\nFeature: #2 B"),
        assistant({"type": "text", "text": "I begin"}, used("b"), used("c", "Bash")),
        user(answered("c", [{"type": "text", "text": "Exit code 1" + REMINDER}], error=True), answered("b", "fine")),
        user("Output token limit hit. Resume."),
    ]
    talk = read_conversation({"messages": messages})
    assert talk.features == (Feature(2, "B"),)
    assert talk.calls == (
        ToolCall("Read", {"n": "b"}, ToolResult("fine")),
        ToolCall("Bash", {"n": "c"}, ToolResult("Exit code 1", is_error=True)),
    )
    assert talk.turns == 1


def test_a_call_without_an_answer_reads_as_interrupted() -> None:
    talk = read_conversation({"messages": [user("Go"), assistant(used("a"))]})
    assert talk.calls[0].result.is_error


def test_tools_are_found_whatever_server_offers_them() -> None:
    talk = read_conversation({"messages": [user("Go")], "tools": [{"name": "Bash"}, {"name": "mcp__x__feature_skip"}]})
    assert (talk.tool("Bash"), talk.tool("feature_skip")) == ("Bash", "mcp__x__feature_skip")
    assert talk.tool("feature_release") is None


def test_a_body_of_the_wrong_shape_reads_as_empty() -> None:
    talk = read_conversation({"messages": [3, {"role": "user", "content": 4}], "tools": "no", "system": 5})
    assert (talk.task, talk.tools, talk.calls, talk.workspace) == ("", (), (), "")
    assert read_conversation({}).task == ""


def test_relative_paths_stay_relative_without_a_workspace() -> None:
    assert read_conversation({"messages": [user("Go")]}).path("a.py") == "a.py"
