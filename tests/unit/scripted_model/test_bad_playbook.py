"""Every misbehaviour is played as announced, by card or by name, and no two at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import pytest

from scripted_model.playbooks.backlog import cards
from scripted_model.playbooks.bad import BY_CARD, ESCAPED, MISBEHAVIOURS, REFUSED_COMMANDS, answer_badly
from tests.rehearsal import Stage, ToolError

FEATURES = {
    name: (lambda _given: json.dumps({"status": "passing"}))
    for name in ("feature_set_check", "feature_mark_passing", "feature_mark_failing", "feature_release")
}


def deny(_given: Mapping[str, object]) -> str:
    raise ToolError("The command is not allowed.")


def rehearse(folder: Path, name: str, card: str = "Durable storage") -> Stage:
    """The calls of the misbehaviour `name`, with a shell that runs nothing."""
    stage = Stage(folder, FEATURES, bash=deny)
    stage.perform(answer_badly, f"Role: coder\nFeature: #7 {card}\nMisbehave: {name}")
    return stage


def used(stage: Stage) -> list[str]:
    return [call.tool.removeprefix("mcp__features__") for call in stage.calls]


def commands(stage: Stage) -> list[object]:
    return [call.input["command"] for call in stage.calls if call.tool == "Bash"]


def test_every_card_has_a_misbehaviour_of_its_own() -> None:
    assert set(BY_CARD) == {card.key for card in cards()}
    assert len(set(BY_CARD.values())) == len(BY_CARD)
    assert set(MISBEHAVIOURS) - set(BY_CARD.values()) == {"wander"}


def test_claiming_asks_for_green_with_nothing_to_show(tmp_path: Path) -> None:
    assert used(rehearse(tmp_path, "claim")) == ["feature_mark_passing"] * 2
    assert list(tmp_path.iterdir()) == []


def test_an_empty_check_is_handed_in(tmp_path: Path) -> None:
    stage = rehearse(tmp_path, "empty_check")
    assert [call.input["command"] for call in stage.calls if call.tool.endswith("set_check")] == ["true"]


def test_refused_commands_are_tried_one_by_one(tmp_path: Path) -> None:
    assert commands(rehearse(tmp_path, "refused")) == list(REFUSED_COMMANDS)


def test_the_endless_agent_never_ends(tmp_path: Path) -> None:
    scenes = Stage(tmp_path, FEATURES).scenes(answer_badly, "Role: coder\nFeature: #4 Shelf with drawn covers")
    assert all(reply.calls[0].tool == "Read" for reply in islice(scenes, 40))


def test_the_wandering_agent_never_ends_and_never_repeats_itself(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FEATURES, bash=deny)
    list(islice(stage.scenes(answer_badly, "Role: coder\nFeature: #4 Shelf\nMisbehave: wander"), 21))
    inputs = [json.dumps(call.input) for call in stage.calls]
    assert len(set(inputs)) == len(inputs) == 40


@pytest.mark.parametrize(("name", "fault"), [("cut", "cut"), ("error", "500")])
def test_an_agent_whose_answers_break(tmp_path: Path, name: str, fault: str) -> None:
    replies = Stage(tmp_path, FEATURES).perform(answer_badly, f"Role: coder\nFeature: #5 X\nMisbehave: {name}")
    assert replies[-1].fault is not None
    assert replies[-1].fault.kind == fault


def test_writing_outside_is_tried_in_every_way(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    workspace.mkdir()
    stage = rehearse(workspace, "escape")
    written = [str(call.input["file_path"]) for call in stage.calls if call.tool == "Write"]
    assert all(path.endswith(ESCAPED) for path in written)
    assert any("/../" in path for path in written)
    assert "ln -s /etc way-out" in commands(stage)


def test_another_card_is_acted_on(tmp_path: Path) -> None:
    stage = rehearse(tmp_path, "other_card")
    assert {call.input["feature_id"] for call in stage.calls if "feature_id" in call.input} == {6}
    assert len(used(stage)) == 5


def test_hooks_are_planted(tmp_path: Path) -> None:
    stage = rehearse(tmp_path, "hooks")
    assert any(str(call.input.get("file_path", "")).endswith(".git/hooks/post-checkout") for call in stage.calls)
    assert "git config core.hooksPath hooks" in commands(stage)


def test_tampering_changes_tests_after_the_check_was_frozen(tmp_path: Path) -> None:
    stage = rehearse(tmp_path, "tamper")
    order = used(stage)
    assert order.index("feature_set_check") < len(order) - 1 - order[::-1].index("Write")
    assert "class AlwaysTest" in (tmp_path / "tests/test_skeleton.py").read_text()
    assert used(rehearse(tmp_path, "tamper", card="Unknown")) == []


def test_leftovers_are_started_in_the_background(tmp_path: Path) -> None:
    assert all(str(command).endswith("&") for command in commands(rehearse(tmp_path, "leftover")))


def test_the_honest_agent_is_honest(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FEATURES, bash=lambda _given: "")
    stage.perform(answer_badly, "Role: coder\nFeature: #2 Durable storage")
    assert (tmp_path / "folio/storage.py").is_file()
    assert used(stage)[-1] == "feature_mark_passing"


def test_an_unknown_card_or_name_falls_back_to_claiming(tmp_path: Path) -> None:
    assert used(rehearse(tmp_path, "nonsense")) == ["feature_mark_passing"] * 2
    stage = Stage(tmp_path, FEATURES)
    stage.perform(answer_badly, "Role: coder\nFeature: #2 Something else")
    assert used(stage) == ["feature_mark_passing"] * 2


def test_the_backlog_is_the_same_but_every_card_is_ready(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"feature_create_bulk": lambda _given: "{}"}, bash=lambda _given: "")
    stage.perform(answer_badly, "Role: initializer")
    features = next(call.input["features"] for call in stage.calls if call.tool.endswith("create_bulk"))
    assert isinstance(features, list)
    assert [feature["name"] for feature in features] == [card.name for card in cards()]
    assert all(feature["depends_on_indices"] == [] for feature in features)


def test_other_roles_behave(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"feature_get_for_regression": lambda _given: "[]"})
    stage.perform(answer_badly, "Role: tester")
    assert used(stage) == ["feature_get_for_regression"]
