import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripted_model.playbooks.parts import PARTS, answer_parts
from tests.rehearsal import Stage, Tool, ToolError


def value(answer: object) -> Tool:
    return lambda _given: json.dumps(answer)


def on_stage(folder: Path, specification: str = "Parts: 3\n", **tools: Tool) -> Stage:
    folder.mkdir(exist_ok=True)
    (folder / "prompts").mkdir(exist_ok=True)
    (folder / "prompts" / "app_spec.txt").write_text(specification)
    stage = Stage(folder, tools)
    stage._shell({"command": "git init -q && git config user.name A && git config user.email a@localhost"})
    return stage


@pytest.mark.parametrize(("specification", "total"), [("Parts: 3\n", 3), ("Anything\n", PARTS), ("Parts: 900\n", 500)])
def test_the_specification_says_how_many(tmp_path: Path, specification: str, total: int) -> None:
    made: list[Mapping[str, object]] = []

    def create(given: Mapping[str, object]) -> str:
        made.extend(given["features"])  # type: ignore[arg-type]  # a list, as the tool takes it
        return "{}"

    stage = on_stage(tmp_path, specification, feature_create_bulk=create)
    stage.perform(answer_parts, "Role: initializer")
    assert [feature["name"] for feature in made] == [f"Part {number:03}" for number in range(1, total + 1)]
    assert (tmp_path / "tests" / "__init__.py").is_file()


def test_a_backlog_that_is_refused_ends_it(tmp_path: Path) -> None:
    def refuse(_given: Mapping[str, object]) -> str:
        raise ToolError("It holds features already.")

    stage = on_stage(tmp_path, feature_create_bulk=refuse)
    assert "not accepted" in str(stage.perform(answer_parts, "Role: initializer")[-1])
    assert not (tmp_path / "parts").exists()


def test_a_part_fails_first_then_passes_and_is_proven_once(tmp_path: Path) -> None:
    waits = iter(["verifying", "passing"])
    stage = on_stage(
        tmp_path,
        feature_create_bulk=value({}),
        feature_set_check=value({}),
        feature_mark_passing=lambda _given: json.dumps({"status": next(waits)}),
    )
    stage.perform(answer_parts, "Role: initializer")
    stage.perform(answer_parts, "Role: coder\nFeature: #9 Part 002")
    tools = [call.tool.removeprefix("mcp__features__") for call in stage.calls]
    assert tools[-7:] == ["Bash", "feature_set_check", "Write", "Bash", "Bash", *["feature_mark_passing"] * 2]
    assert stage._shell({"command": "python3 -m unittest tests.test_part_002 2>&1"}).strip().endswith("OK")
    assert stage._shell({"command": "git status --short parts tests"}) == ""


def test_the_part_that_an_answer_names_is_built_next(tmp_path: Path) -> None:
    named = iter([{"id": 4, "name": "Part 001"}, {"id": 5, "name": "Search"}])
    stage = on_stage(
        tmp_path,
        feature_create_bulk=value({}),
        feature_set_check=value({}),
        feature_release=value({}),
        feature_mark_passing=lambda _given: json.dumps({"status": "passing", "next": next(named)}),
    )
    stage.perform(answer_parts, "Role: initializer")
    stage.perform(answer_parts, "Role: coder\nFeature: #9 Part 002")
    told = [(call.tool, call.input["feature_id"]) for call in stage.calls if call.tool.endswith(("passing", "release"))]
    assert [(tool.rpartition("feature_")[2], number) for tool, number in told] == [
        *(("mark_passing", 9), ("mark_passing", 4), ("release", 5)),
    ]


def test_what_is_no_part_is_left_alone(tmp_path: Path) -> None:
    stage = on_stage(tmp_path)
    for task in ("Role: coder\nFeature: #9 Search", "Role: assistant"):
        assert len(stage.perform(answer_parts, task)) == 1
    assert stage.calls == []
