"""The other agents of the sample: initializer, tester, assistant."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from scripted_model.playbooks.backlog import cards, features_for_bulk, read_files
from scripted_model.playbooks.sample import answer_sample
from scripted_model.replies import Reply, Say
from tests.rehearsal import Stage, Tool, ToolError

INITIALIZER = "Role: initializer\nSize: test\n\nRead prompts/app_spec.txt."


def value(answer: object) -> Tool:
    return lambda _given: json.dumps(answer)


def last_words(replies: list[Reply]) -> str:
    return " ".join(block.text for block in replies[-1].blocks if isinstance(block, Say))


def prepared(folder: Path, **features: Tool) -> Stage:
    stage = Stage(folder, {"feature_get_stats": value({"total": 0}), "feature_create_bulk": value({}), **features})
    stage._shell({"command": "git init -q && git config user.name A && git config user.email a@b"})
    return stage


def uses(stage: Stage, tool: str) -> list[Mapping[str, object]]:
    return [call.input for call in stage.calls if call.tool.endswith(tool)]


def test_the_backlog_is_twelve_features_that_respect_their_order() -> None:
    features = features_for_bulk(cards())
    assert len(features) == 12
    assert len({str(feature["name"]) for feature in features}) == 12
    for index, (card, feature) in enumerate(zip(cards(), features, strict=True)):
        assert 3 <= len(card.steps) <= 5
        assert all(needed < index for needed in feature["depends_on_indices"])  # type: ignore[attr-defined]  # a list of numbers
        assert len(feature["depends_on_indices"]) == len(card.needs)  # type: ignore[arg-type]  # a list of numbers


def test_the_initializer_writes_backlog_skeleton_and_notes(tmp_path: Path) -> None:
    stage = prepared(tmp_path)
    replies = stage.perform(answer_sample, INITIALIZER)
    assert uses(stage, "feature_create_bulk") == [{"features": features_for_bulk(cards())}]
    assert {path for path in read_files("skeleton") if not (tmp_path / path).is_file()} == set()
    assert os.access(tmp_path / "init.sh", os.X_OK)
    assert stage._shell({"command": "git status --short"}) == ""
    assert stage._shell({"command": "git ls-files -s init.sh"}).startswith("100755")
    assert "Session 1" in (tmp_path / "claude-progress.txt").read_text()
    assert last_words(replies).endswith("It is ready to start.")


def test_a_second_initializer_creates_no_feature_twice(tmp_path: Path) -> None:
    prepared(tmp_path).perform(answer_sample, INITIALIZER)
    again = prepared(tmp_path, feature_get_stats=value({"total": 12}))
    replies = again.perform(answer_sample, INITIALIZER)
    assert uses(again, "feature_create_bulk") == []
    assert last_words(replies).startswith("Twelve features wait")


def test_another_specification_is_no_reason_to_pretend(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts/app_spec.txt").write_text("A shop for bicycles")
    replies = prepared(tmp_path).perform(answer_sample, INITIALIZER)
    assert "know one application only" in str(replies[1].blocks)


def refused_with(sentence: str, when: str) -> Tool:
    def run(given: Mapping[str, object]) -> str:
        if when in str(given["command"]):
            raise ToolError(sentence)
        return ""

    return run


def test_a_mode_that_may_not_be_changed_is_set_through_git(tmp_path: Path) -> None:
    stage = prepared(tmp_path)
    stage._bash = refused_with("chmod is not on the allowlist", "chmod +x init.sh")
    stage.perform(answer_sample, INITIALIZER)
    assert any("update-index --chmod=+x init.sh" in str(given["command"]) for given in uses(stage, "Bash"))


def test_a_skeleton_that_fails_is_not_committed(tmp_path: Path) -> None:
    stage = prepared(tmp_path)
    stage._bash = refused_with("Exit code 1\nFAILED (failures=2)", "unittest")
    replies = stage.perform(answer_sample, INITIALIZER)
    assert "does not pass its own tests" in last_words(replies)
    assert not any("git commit" in str(given["command"]) for given in uses(stage, "Bash"))


def test_a_backlog_that_is_not_accepted_ends_the_session(tmp_path: Path) -> None:
    def full(_given: Mapping[str, object]) -> str:
        raise ToolError("The backlog is full.")

    replies = prepared(tmp_path, feature_create_bulk=full).perform(answer_sample, INITIALIZER)
    assert "The backlog is full." in last_words(replies)
    assert not (tmp_path / "folio").exists()
    without = Stage(tmp_path)
    assert "not given feature_create_bulk" in last_words(without.perform(answer_sample, INITIALIZER))


def test_a_commit_that_fails_is_said(tmp_path: Path) -> None:
    stage = prepared(tmp_path)
    stage._bash = refused_with("Exit code 1\nfatal: no space left", "git commit")
    assert "did not go through" in last_words(stage.perform(answer_sample, INITIALIZER))


def test_the_tester_reports_what_broke_and_nothing_else(tmp_path: Path) -> None:
    offered = {"features": [{"id": 1, "name": "A", "check": {"command": "true"}}, {"id": 2, "name": "Durable storage"}]}
    stage = Stage(tmp_path, {"feature_get_for_regression": value(offered), "feature_mark_failing": value({})})
    stage._bash = refused_with("Exit code 1\nFAILED (errors=1)", "test_storage")
    replies = stage.perform(answer_sample, "Role: tester")
    (failing,) = uses(stage, "feature_mark_failing")
    assert failing["feature_id"] == 2
    assert "FAILED (errors=1)" in str(failing["reason"])
    assert last_words(replies) == "Broken: Durable storage."


def test_the_tester_is_content_when_nothing_broke(tmp_path: Path) -> None:
    offered = value([{"id": 1, "name": "A", "check": {"command": "true"}}])
    fine = Stage(tmp_path, {"feature_get_for_regression": offered})
    assert last_words(fine.perform(answer_sample, "Role: tester")) == "Everything I tried still works."
    none = Stage(tmp_path, {"feature_get_for_regression": value([])})
    assert "Nothing is green yet" in last_words(none.perform(answer_sample, "Role: tester"))
    assert "nothing I can test" in last_words(Stage(tmp_path).perform(answer_sample, "Role: tester"))


def test_the_assistant_tells_how_things_stand(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"feature_get_stats": value({"passing": 5, "total": 12})})
    assert last_words(stage.perform(answer_sample, "How far are we?")).startswith("**5 of 12** features")
    assert last_words(Stage(tmp_path).perform(answer_sample, "Hello")).startswith("I am a scripted model")


def test_the_assistant_adds_a_card_when_asked(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"feature_create": value({"id": 13, "name": "Print a label"})})
    replies = stage.perform(answer_sample, "Please add a feature: print a label.")
    (created,) = uses(stage, "feature_create")
    assert (created["name"], created["steps"]) == ("Print a label", ["Try it: Print a label"])
    assert last_words(replies) == "**#13 Print a label** is on the backlog."


def test_the_assistant_passes_on_a_refusal(tmp_path: Path) -> None:
    def full(_given: Mapping[str, object]) -> str:
        raise ToolError("There is such a card already.")

    stage = Stage(tmp_path, {"feature_create": full})
    assert "such a card already" in last_words(stage.perform(answer_sample, "Create a card for printing"))
