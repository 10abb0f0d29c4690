"""Plays the steps a prompt holds between `@@` and `@@`, for tests that bring their own script.

The script is a JSON list of steps, or `{"steps": [...], "usage": {...}}`. A step is a block or a list of blocks; a
block is a string (words), `{"tool": NAME, "input": {...}}`, or a content block of the Messages API. A step
`{"fault": KIND, "seconds": S, "times": N, "then": STEP}` fails N times (without `times` always), then goes on with
STEP. Step number n answers after n assistant messages; the last step repeats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from scripted_model.conversation import Conversation
from scripted_model.faults import Fault
from scripted_model.jsonvalues import as_list, as_number, as_object, as_text
from scripted_model.replies import Call, Reply, Say, say

_SCRIPT = re.compile(r"@@\s*([\[{].*?[\]}])\s*@@", re.DOTALL)


def answer_inline(conversation: Conversation) -> Reply:
    """The step of the prompt's script whose turn it is; words that say what is wrong when there is none."""
    found = _SCRIPT.findall(conversation.task)
    if not found:
        return say("There is no script between @@ and @@ in the prompt.")
    try:
        script = json.loads(found[-1])
        steps = as_list(script) or as_list(as_object(script).get("steps"))
        if not steps:
            return say("The script in the prompt has no steps.")
        reply = _reply(steps[min(conversation.turns, len(steps) - 1)])
    except ValueError as problem:
        return say(f"The script in the prompt cannot be played: {problem}")
    return replace(reply, usage=_usage(as_object(script)))


def _reply(step: object) -> Reply:
    settings = as_object(step)
    if "fault" in settings:
        times = settings.get("times")
        fault = Fault(
            str(settings["fault"]),
            seconds=as_number(settings.get("seconds"), 1.0),
            times=None if times is None else int(as_number(times)),
        )
        return replace(_reply(settings.get("then", "Recovered.")), fault=fault)
    return Reply(tuple(_block(block) for block in as_list(step) or [step]))


def _block(block: object) -> Say | Call:
    if isinstance(block, str):
        return Say(block)
    parts = as_object(block)
    tool = as_text(parts.get("tool")) or as_text(parts.get("name"))
    if tool:
        return Call(tool, as_object(parts.get("input")))
    if isinstance(parts.get("text"), str):
        return Say(as_text(parts["text"]))
    raise ValueError(f"{json.dumps(block)} is neither words nor the use of a tool")


def _usage(script: Mapping[str, object]) -> dict[str, int]:
    return {name: int(as_number(value)) for name, value in as_object(script.get("usage")).items()}
