import itertools
from pathlib import Path

import pytest

from agent import prompting
from agent.prompting import (
    PROMPT_FILES,
    SIZES,
    Setting,
    coder_message,
    initializer_message,
    next_message,
    system_prompt,
)
from api.backlog.schemas import CheckView, FeatureView, HumanRequest
from api.events import now

SETTING = Setting(project="shelf", workspace=Path("/w"), policy="green", port=3000)
PROMPTS = Path(__file__).parents[3] / "templates" / "web_app" / "prompts"


def feature(**changes: object) -> FeatureView:
    check = CheckView(command="python3 -m unittest tests.t", files=["tests/t.py"], hash="h", set_by="a", set_at=now())
    fields: dict[str, object] = {"name": "Search", "category": "behaviour", "description": "Finds it."}
    fields |= {"id": 7, "steps": ["type", "look"], "attempts": 0, "check": None, "human_request": None}
    fields["failing_reason"] = None
    if changes.pop("checked", False):
        fields["check"] = check
    return FeatureView.model_construct(**(fields | changes))  # type: ignore[arg-type]  # fields of a test


def test_the_initializer_is_told_role_place_and_size() -> None:
    lines = initializer_message(SETTING, "Do it.", "small").splitlines()
    assert lines[:5] == [
        "Role: initializer",
        "Project: shelf",
        "Workspace: /w",
        "PORT: 3000",
        "Size: small: between 20 and 50 features",
    ]
    assert lines[-1] == "Do it."


def test_whoever_repairs_a_feature_is_told_what_broke_it() -> None:
    reason = "Broken by #12 'Undo' (commit abcd1234): AssertionError"
    lines = coder_message(SETTING, "Build.", feature(failing_reason=reason)).splitlines()
    assert f"It was green once and is broken now: {reason}" in lines
    assert any("`git show` it" in line for line in lines)


def test_the_coder_is_told_the_feature() -> None:
    message = coder_message(SETTING, "Build.", feature())
    for line in ("Role: coder", "Feature: #7 Search", "Description: Finds it.", "1. type", "2. look"):
        assert line in message.splitlines()
    assert "Check (frozen)" not in message
    assert "Earlier attempts" not in message


def test_a_session_that_goes_on_is_told_the_same_about_its_next_feature() -> None:
    told = next_message(feature(id=6), feature(checked=True), left_behind="1 commit")
    opening, _, *lines = told.splitlines()
    assert opening.startswith("Feature #6 is green. Go on in this session with the next one")
    assert lines[0] == "Feature: #7 Search"
    first = coder_message(SETTING, "Build.", feature(checked=True), left_behind="1 commit").splitlines()
    assert lines == first[first.index("Feature: #7 Search") : -2]


def test_a_later_attempt_knows_what_came_before() -> None:
    message = coder_message(
        SETTING,
        "Build.",
        feature(attempts=2, checked=True),
        left_behind="2 uncommitted files",
        last="It ran out of turns.",
    )
    assert "Earlier attempts: 2. It ran out of turns." in message
    assert "Left in the workspace by an earlier session: 2 uncommitted files" in message
    assert "Check (frozen): python3 -m unittest tests.t [tests/t.py]" in message


def test_a_prompt_is_used_word_for_word() -> None:
    odd = "Use {{ mustaches }}, %s, ${HOME} and @/etc/passwd"
    assert odd in initializer_message(SETTING, odd, "test")


@pytest.mark.parametrize("policy", ["green", "off"])
def test_each_proof_policy_is_explained(policy: str) -> None:
    setting = Setting(project="p", workspace=Path("/w"), policy=policy, port=1)
    assert f"Proof policy: {policy}:" in coder_message(setting, "x", feature())


def test_every_role_has_a_prompt_and_every_tool_it_names_exists() -> None:
    for name in PROMPT_FILES.values():
        assert (PROMPTS / name).read_text().startswith("# ")
    assert "feature tools" in system_prompt()


def test_sizes_do_not_overlap() -> None:
    ranges = list(SIZES.values())
    assert all(low < high for low, high in ranges)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(ranges))


def test_what_a_person_answered_is_passed_on() -> None:
    request = HumanRequest(prompt="Which colour?", answers={"colour": "green"})
    lines = coder_message(SETTING, "Build.", feature(human_request=request)).splitlines()
    assert "Asked: Which colour?" in lines
    assert "A person answered: colour: green" in lines


def test_a_tester_is_told_its_role_and_where_it_works() -> None:
    assert (
        prompting.tester_message(SETTING, "Try it.")
        == "Role: tester\nProject: shelf\nWorkspace: /w\nPORT: 3000\n\nTry it.\n"
    )
