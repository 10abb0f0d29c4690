"""The first message of a session: a header of facts, then the project's own prompt, word for word.

The project's prompts are its user's text: nothing is substituted in them, so that any text is a good prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.backlog.schemas import FeatureView

Size = Literal["test", "small", "medium", "large"]

# How many features the initializer aims for.
SIZES: dict[Size, tuple[int, int]] = {"test": (5, 15), "small": (20, 50), "medium": (60, 120), "large": (150, 250)}

_POLICY_NOTES = {
    "proven": (
        "proven: the check must fail without your work and pass with it, both in a fresh place on a clean checkout of "
        "what is committed."
    ),
    "green": "green: the check must pass in a fresh place, on a clean checkout of what you committed.",
    "off": "off: there is no check by the harness; the feature will be marked as unproven.",
}

PROMPT_FILES = {"initializer": "initializer_prompt.md", "coder": "coding_prompt.md", "tester": "testing_prompt.md"}


@dataclass(frozen=True)
class Setting:
    """What every header says: the project's name, the workspace, the proof policy and the leased port."""

    project: str
    workspace: Path
    policy: str
    port: int


def system_prompt() -> str:
    """The system prompt of every session."""
    return (Path(__file__).parent / "prompts" / "system.md").read_text(encoding="utf-8")


def initializer_message(setting: Setting, prompt: str, size: Size) -> str:
    """The first message of the session that turns the specification into features."""
    low, high = SIZES[size]
    lines = [*_opening("initializer", setting), f"Size: {size}: between {low} and {high} features"]
    return _message(lines, prompt)


def coder_message(setting: Setting, prompt: str, feature: FeatureView, *, left_behind: str = "", last: str = "") -> str:
    """The first message of a session for `feature`.

    `left_behind` describes work of an earlier session in the workspace, `last` how the last attempt ended.
    """
    lines = [*_opening("coder", setting), f"Proof policy: {_POLICY_NOTES[setting.policy]}", ""]
    return _message([*lines, *_feature_lines(feature, left_behind, last)], prompt)


def next_message(before: FeatureView, feature: FeatureView, *, left_behind: str = "", last: str = "") -> str:
    """What a session is told that goes on with `feature` after `before`; the rest is as for `coder_message`."""
    opening = (
        f"Feature #{before.id} is green. Go on in this session with the next one, in the same way, from check to "
        "proof. It is claimed for you, and the workspace is on its branch, which begins where all that is green ends."
    )
    return "\n".join([opening, "", *_feature_lines(feature, left_behind, last)]) + "\n"


def _feature_lines(feature: FeatureView, left_behind: str, last: str) -> list[str]:
    lines = [
        f"Feature: #{feature.id} {feature.name}",
        f"Category: {feature.category}",
        f"Description: {feature.description}",
        "Steps:",
        *(f"{number}. {step}" for number, step in enumerate(feature.steps, 1)),
    ]
    if feature.check is not None:
        lines.append(f"Check (frozen): {feature.check.command} [{', '.join(feature.check.files)}]")
    if feature.failing_reason:
        lines.append(f"It was green once and is broken now: {feature.failing_reason}")
        lines.append("Where that names a commit, `git show` it: it tells what was changed. Keep both purposes.")
    if feature.human_request is not None and feature.human_request.answers:
        lines.append(f"Asked: {feature.human_request.prompt}")
        lines.extend(f"A person answered: {name}: {answer}" for name, answer in feature.human_request.answers.items())
    if feature.attempts:
        lines.append(f"Earlier attempts: {feature.attempts}. {last}".rstrip())
    if left_behind:
        lines.append(f"Left in the workspace by an earlier session: {left_behind}")
    return lines


def tester_message(setting: Setting, prompt: str) -> str:
    """The first message of a session that tries green features again."""
    return _message(_opening("tester", setting), prompt)


def _opening(role: str, setting: Setting) -> list[str]:
    return [
        f"Role: {role}",
        f"Project: {setting.project}",
        f"Workspace: {setting.workspace}",
        f"PORT: {setting.port}",
    ]


def _message(header: list[str], prompt: str) -> str:
    return "\n".join(header) + "\n\n" + prompt.strip() + "\n"
