"""Scripts run from the beginning for every request and come to the same place."""

from __future__ import annotations

from collections.abc import Sequence

from scripted_model.conversation import ToolCall, ToolResult
from scripted_model.replies import Call, Reply, Say, say
from scripted_model.scripts import FINISHED, LOST, Script, replay


def two_steps() -> Script[None]:
    first, second = yield say("one", Call("Read"), Call("Bash"))
    third = yield say(f"{first.text}/{second.text}", Call("Write"))
    yield say(f"end {third[0].is_error}")


def done(*names: str, error: bool = False) -> Sequence[ToolCall]:
    return [ToolCall(name, {}, ToolResult(name.lower(), is_error=error)) for name in names]


def test_begins_at_the_beginning() -> None:
    assert replay(two_steps(), []) == Reply((Say("one"), Call("Read"), Call("Bash")))


def test_goes_on_with_the_results_it_got() -> None:
    assert replay(two_steps(), done("Read", "Bash")) == say("read/bash", Call("Write"))


def test_ends_with_words_and_stays_there() -> None:
    assert replay(two_steps(), done("Read", "Bash", "Write")) == say("end False")
    assert replay(two_steps(), done("Read", "Bash", "Write", "Extra")) == say("end False")


def test_an_interrupted_call_reads_as_an_error() -> None:
    assert replay(two_steps(), done("Read")) == say("read/the call was interrupted", Call("Write"))


def test_a_conversation_it_did_not_lead_ends_politely() -> None:
    assert replay(two_steps(), done("Glob", "Bash")) == say(LOST)


def test_a_script_without_a_last_word_ends_with_one() -> None:
    def short() -> Script[None]:
        yield say("", Call("Read"))

    assert replay(short(), done("Read")) == say(FINISHED)
