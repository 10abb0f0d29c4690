"""The inline playbook plays what stands in the prompt."""

from __future__ import annotations

import json

import pytest

from scripted_model.conversation import Conversation
from scripted_model.faults import Fault
from scripted_model.playbooks.inline import answer_inline
from scripted_model.replies import Call, Reply, Say, say


def play(script: object, turns: int = 0) -> Reply:
    return answer_inline(Conversation(task=f"Go. @@{json.dumps(script)}@@ Thanks.", turns=turns))


def test_steps_are_played_in_turn_and_the_last_one_repeats() -> None:
    script = ["one", [{"tool": "Bash", "input": {"command": "ls"}}, "two"], "three"]
    assert play(script, 0) == say("one")
    assert play(script, 1) == Reply((Call("Bash", {"command": "ls"}), Say("two")))
    assert [play(script, turn) for turn in (2, 9)] == [say("three"), say("three")]


def test_blocks_may_be_written_as_the_api_writes_them() -> None:
    blocks = [{"type": "text", "text": "hi"}, {"type": "tool_use", "name": "Read", "input": {"file_path": "/a"}}]
    assert play([blocks]) == say("hi", Call("Read", {"file_path": "/a"}))


def test_a_step_may_fail_first() -> None:
    step = {"fault": "529", "seconds": 2, "times": 3, "then": ["fine"]}
    assert play([step]) == Reply((Say("fine"),), fault=Fault("529", seconds=2.0, times=3))
    assert play([{"fault": "cut"}]) == Reply((Say("Recovered."),), fault=Fault("cut"))


def test_usage_may_be_stated() -> None:
    assert play({"steps": ["x"], "usage": {"output_tokens": 5}}).usage == {"output_tokens": 5}


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("No script here", "There is no script between @@ and @@"),
        ("@@[1@@ ]@@", "cannot be played"),
        ("@@[]@@", "has no steps"),
        ('@@[{"fault": "630"}]@@', "no fault is called '630'"),
        ('@@[{"nothing": 1}]@@', "is neither words nor the use of a tool"),
    ],
)
def test_a_script_that_is_wrong_is_explained(task: str, words: str) -> None:
    (block,) = answer_inline(Conversation(task=task)).blocks
    assert isinstance(block, Say)
    assert words in block.text
