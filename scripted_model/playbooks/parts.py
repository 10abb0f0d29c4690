"""Many small features that have nothing to do with each other: a file and a test each, for trying many agents at once.

How many there are is said by a line `Parts: <number>` of the specification.
"""

from __future__ import annotations

import re

from scripted_model.conversation import Conversation, Feature, ToolResult
from scripted_model.jsonvalues import as_object
from scripted_model.playbooks.acts import bash, commit, decode, finish, first_line, following, read, use, write_files
from scripted_model.playbooks.tester import look_for_breakage
from scripted_model.replies import Reply, say
from scripted_model.scripts import Script, replay

SPECIFICATION = "prompts/app_spec.txt"
PARTS = 20  # where the specification does not say
MOST = 500  # features in one call of feature_create_bulk
_WISH = re.compile(r"^\W*\d*\W*Parts:\s*(\d+)", re.MULTILINE)
_NAME = re.compile(r"Part (\d+)")
_MOST_WAITS = 200

SKELETON = {
    ".gitignore": "__pycache__/\n",
    "README.md": "# Parts\n\nTest one with `python3 -m unittest tests.test_part_001`.\n",
    "parts/__init__.py": "",
    "tests/__init__.py": "",
}


def answer_parts(talk: Conversation) -> Reply:
    """The next message of the agent whose role the task names."""
    plays = {"initializer": initialize, "coder": code, "tester": look_for_breakage}
    play = plays.get(talk.role, _stay_silent)
    return replay(play(talk), talk.calls)


def initialize(talk: Conversation) -> Script[None]:
    """As many features as the specification says, and a skeleton."""
    (specification,) = yield say("How many parts are there?", read(talk, SPECIFICATION))
    wish = _WISH.search(specification.text)
    total = min(int(wish[1]), MOST) if wish else PARTS
    features = [
        {
            "category": "parts",
            "name": f"Part {number:03}",
            "description": f"The function `value` of `parts/part_{number:03}.py` returns {number}.",
            "steps": ["Call it", f"See {number}"],
        }
        for number in range(1, total + 1)
    ]
    (made,) = yield say(f"{total} parts.", *use(talk, "feature_create_bulk", features=features))
    if made.is_error:
        yield from finish(f"The backlog was not accepted: {first_line(made.text)}")
        return
    if (yield from write_files(talk, SKELETON, "A place for them.")):
        yield from commit(sorted(SKELETON), "Lay down the skeleton", "That is all they share.")
    yield from finish("Every part can be built now.")


def code(talk: Conversation) -> Script[None]:
    """Build the parts the task names, and those an answer names: the test, the part, one commit, the proof."""
    features = list(talk.features)
    while features:
        feature = features.pop(0)
        found = _NAME.fullmatch(feature.name)
        if found is None:
            words = f"{feature.name} is no part, and parts are all I know."
            yield say(words, *use(talk, "feature_release", feature_id=feature.id, reason=words))
            break
        proof = yield from _build(talk, feature, found[1])
        features += filter(None, [following(proof)])
    yield from finish("Done.")


def _build(talk: Conversation, feature: Feature, number: str) -> Script[ToolResult]:
    part, test = f"parts/part_{number}.py", f"tests/test_part_{number}.py"
    check = f"python3 -m unittest tests.test_part_{number}"
    yield from write_files(talk, {test: _test_text(number)}, "The check first.")
    yield say(
        "It has to fail now.",
        bash(check, "Run the new test"),
        *use(talk, "feature_set_check", feature_id=feature.id, command=check, files=[test]),
    )
    yield from write_files(talk, {part: _part_text(number)}, "Now the part.")
    yield say("And it has to pass.", bash(check, "Run the test"))
    yield from commit([part, test], f"Add part {number}", "One commit.")
    for _ in range(_MOST_WAITS):
        (proof,) = yield say("", *use(talk, "feature_mark_passing", feature_id=feature.id))
        if proof.is_error or as_object(decode(proof)).get("status") != "verifying":
            break
    return proof


def _part_text(number: str) -> str:
    return f'"""Part {number}."""\n\n\ndef value():\n    return {int(number)}\n'


def _test_text(number: str) -> str:
    return f'''"""What part {number} is for."""

import importlib
import unittest


class Part{number}Test(unittest.TestCase):
    def test_value(self):
        self.assertEqual(importlib.import_module("parts.part_{number}").value(), {int(number)})
'''


def _stay_silent(_talk: Conversation) -> Script[None]:
    yield from finish("I play initializers, coders and testers.")
