"""The agents of the sample, played on a workspace: what they build, and what they do when something is in the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import pytest

from scripted_model.playbooks.acts import unnumbered
from scripted_model.playbooks.backlog import cards, read_files
from scripted_model.playbooks.sample import answer_sample
from scripted_model.replies import Reply, Say
from tests.rehearsal import Stage, Tool, ToolError

STORAGE = "Role: coder\nFeature: #41 Durable storage\nDescription: …"


def value(answer: object) -> Tool:
    """A feature tool that always answers the same."""
    return lambda _given: json.dumps(answer)


def refuse(sentence: str) -> Tool:
    """A tool that never does it."""

    def tool(_given: Mapping[str, object]) -> str:
        raise ToolError(sentence)

    return tool


def nothing(_given: Mapping[str, object]) -> str:
    return ""


PROVING = {"feature_set_check": value({}), "feature_mark_passing": value({"status": "passing"})}


def skeleton(folder: Path) -> Path:
    """A workspace in which the initializer has been."""
    folder.mkdir()
    for path, text in read_files("skeleton").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    Stage(folder)._shell({"command": "git init -q && git add . && git -c user.name=A -c user.email=a@b commit -qm s"})
    return folder


def last_words(replies: list[Reply]) -> str:
    return " ".join(block.text for block in replies[-1].blocks if isinstance(block, Say))


def tools_used(stage: Stage) -> list[str]:
    return [call.tool.removeprefix("mcp__features__") for call in stage.calls]


def test_a_coder_tests_first_builds_commits_and_proves(tmp_path: Path) -> None:
    stage = Stage(skeleton(tmp_path / "w"), PROVING)
    replies = stage.perform(answer_sample, STORAGE)
    assert tools_used(stage) == [
        *("Read", "Read", "Write", "Bash", "feature_set_check", "Write", "Bash", "Bash", "Bash", "Write"),
        "feature_mark_passing",
    ]
    assert len(replies) <= 9
    assert (tmp_path / "w/folio/storage.py").read_text() == read_files("storage")["folio/storage.py"]
    assert stage._shell({"command": "git status --short"}) == ""
    assert stage._shell({"command": "git log -1 --format=%s"}) == "Keep the reading log in one durable file\n"
    assert "#41 Durable storage: done" in (tmp_path / "w/claude-progress.txt").read_text()


def test_the_check_is_seen_to_fail_before_it_is_handed_in(tmp_path: Path) -> None:
    seen: list[str] = []
    stage = Stage(skeleton(tmp_path / "w"), PROVING)

    def run(given: Mapping[str, object]) -> str:
        command = str(given["command"])
        try:
            answer = stage._shell(given)
        except ToolError as error:
            seen.append(f"red {command}")
            raise error from None
        seen.append(f"green {command}")
        return answer

    stage._bash = run
    stage.perform(answer_sample, STORAGE)
    check = "python3 -m unittest tests.test_storage -v"
    assert seen[:2] == [f"red {check}", f"green {check}"]
    (handed,) = [call.input for call in stage.calls if call.tool.endswith("set_check")]
    assert handed == {"feature_id": 41, "command": check, "files": ["tests/test_storage.py"]}


@pytest.mark.parametrize("killed_after", range(1, 8))
def test_a_session_killed_half_way_is_taken_up_by_the_next(tmp_path: Path, killed_after: int) -> None:
    folder = skeleton(tmp_path / "w")
    first = Stage(folder, PROVING)
    scenes = first.scenes(answer_sample, STORAGE)
    list(islice(scenes, killed_after))
    scenes.close()
    second = Stage(folder, PROVING)
    replies = second.perform(answer_sample, STORAGE)
    assert tools_used(second)[-1] == "feature_mark_passing"
    assert last_words(replies).startswith("Done.")
    assert second._shell({"command": "git status --short"}) == ""


def test_a_slip_is_shown_by_the_test_and_mended(tmp_path: Path) -> None:
    card = next(card for card in cards() if card.key == "search")
    assert card.slip is not None
    red = iter([ToolError("Exit code 1\nFAIL"), ToolError("Exit code 1\nFAILED (failures=1)")])

    def run(_given: Mapping[str, object]) -> str:
        error = next(red, None)
        if error:
            raise error
        return "OK"

    stage = Stage(tmp_path, PROVING, bash=run)
    stage.perform(answer_sample, f"Role: coder\nFeature: #3 {card.name}")
    assert "Edit" in tools_used(stage)
    assert (tmp_path / "folio/search.py").read_text(encoding="utf-8") == card.files()["folio/search.py"]


def test_a_slip_is_one_place_that_differs() -> None:
    slips = [(card, card.slip) for card in cards() if card.slip]
    assert len(slips) == 2
    for card, slip in slips:
        first, last = card.first_files()[slip.file], card.files()[slip.file]
        assert first != last
        assert first.count(slip.wrong) == 1
        assert first.replace(slip.wrong, slip.right) == last


def test_verification_that_takes_long_is_asked_for_again(tmp_path: Path) -> None:
    answers = iter([{"status": "verifying"}, {"status": "verifying"}, {"status": "passing", "verifying": False}])
    proving = {**PROVING, "feature_mark_passing": lambda _given: json.dumps(next(answers))}
    stage = Stage(tmp_path, proving, bash=nothing)
    replies = stage.perform(answer_sample, STORAGE)
    assert tools_used(stage).count("feature_mark_passing") == 3
    assert last_words(replies).startswith("Done.")


def test_a_refused_proof_is_asked_for_once_more_and_then_given_back(tmp_path: Path) -> None:
    refused = {**PROVING, "feature_mark_passing": refuse("The check came back red."), "feature_release": value({})}
    stage = Stage(tmp_path, refused, bash=nothing)
    replies = stage.perform(answer_sample, STORAGE)
    assert tools_used(stage)[-3:] == ["Bash", "feature_mark_passing", "feature_release"]
    assert "The check came back red." in " ".join(str(reply.blocks) for reply in replies)
    assert last_words(replies) == "The card is back on the backlog for somebody else."


def test_a_test_that_stays_red_is_no_success(tmp_path: Path) -> None:
    stage = Stage(tmp_path, PROVING, bash=refuse("Exit code 1\nFAILED (errors=1)"))
    replies = stage.perform(answer_sample, STORAGE)
    assert "feature_mark_passing" not in tools_used(stage)
    assert "FAILED (errors=1)" in last_words(replies)


def test_a_shell_that_refuses_the_test_leaves_it_to_the_check(tmp_path: Path) -> None:
    def run(given: Mapping[str, object]) -> str:
        if "unittest" in str(given["command"]):
            raise ToolError("python3 is not on the allowlist")
        return ""

    stage = Stage(tmp_path, PROVING, bash=run)
    replies = stage.perform(answer_sample, STORAGE)
    assert tools_used(stage)[-1] == "feature_mark_passing"
    assert last_words(replies).startswith("Done.")


def test_a_commit_without_a_name_is_tried_with_one(tmp_path: Path) -> None:
    commands: list[str] = []

    def run(given: Mapping[str, object]) -> str:
        commands.append(str(given["command"]))
        if "git commit" in commands[-1]:
            raise ToolError("Exit code 128\n*** Please tell me who you are.")
        return ""

    Stage(tmp_path, PROVING, bash=run).perform(answer_sample, STORAGE)
    assert any("-c user.name=" in command for command in commands)


def test_without_write_access_nothing_is_claimed(tmp_path: Path) -> None:
    class ReadOnly(Stage):
        def _write(self, given: Mapping[str, object]) -> str:
            raise ToolError("Permission to use Write has been denied.")

    stage = ReadOnly(tmp_path, PROVING, bash=nothing)
    replies = stage.perform(answer_sample, STORAGE)
    assert "feature_mark_passing" not in tools_used(stage)
    assert "I may not write the test file" in last_words(replies)


def test_without_the_tools_of_the_backlog_the_work_is_still_done(tmp_path: Path) -> None:
    stage = Stage(tmp_path, bash=nothing)
    replies = stage.perform(answer_sample, STORAGE)
    assert (tmp_path / "folio/storage.py").is_file()
    assert "not given the tool" in last_words(replies)


def test_a_card_of_nobodys_sample_goes_to_a_person(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"feature_request_human_input": value({})})
    stage.perform(answer_sample, "Role: coder\nFeature: #5 Teleportation")
    (asked,) = stage.calls
    assert "Teleportation is not one of them" in str(asked.input["prompt"])
    again = Stage(tmp_path, {"feature_request_human_input": value({}), "feature_release": value({})})
    again.perform(answer_sample, "Role: coder\nFeature: #5 Teleportation\nA person answered: decision: try it")
    assert tools_used(again) == ["feature_release"]


def test_several_features_are_built_one_after_the_other(tmp_path: Path) -> None:
    stage = Stage(tmp_path, PROVING, bash=nothing)
    stage.perform(answer_sample, f"{STORAGE}\nFeature: #42 Books API")
    proven = [call.input["feature_id"] for call in stage.calls if call.tool.endswith("mark_passing")]
    assert proven == [41, 42]


def test_the_feature_that_an_answer_names_is_built_next(tmp_path: Path) -> None:
    named = iter([{"id": 42, "name": "Books API"}, None])
    answers = {**PROVING, "feature_mark_passing": lambda _given: json.dumps({"status": "passing", "next": next(named)})}
    stage = Stage(tmp_path, answers, bash=nothing)
    replies = stage.perform(answer_sample, STORAGE)
    proven = [call.input["feature_id"] for call in stage.calls if call.tool.endswith("mark_passing")]
    assert proven == [41, 42]
    assert last_words(replies).startswith("Done.")


def test_without_a_feature_in_the_task_the_backlog_is_asked(tmp_path: Path) -> None:
    handed = {"feature_get_next": value({"result": json.dumps({"id": 9, "name": "Durable storage"})})}
    stage = Stage(tmp_path, {**PROVING, **handed}, bash=nothing)
    stage.perform(answer_sample, "Role: coder")
    assert stage.calls[-1].input == {"feature_id": 9}
    idle = Stage(tmp_path, {"feature_get_next": value({"feature": None})})
    assert last_words(idle.perform(answer_sample, "Role: coder")) == "Nothing is ready to be built."
    assert "cannot ask" in last_words(Stage(tmp_path).perform(answer_sample, "Role: coder"))


def test_the_notes_grow_and_survive_their_line_numbers() -> None:
    assert unnumbered("1\tfirst\n2\t\n3\tsecond 3\n4") == "first\n\nsecond 3"
    assert unnumbered("     1→first\n     2→") == "first"
    assert unnumbered("The file is empty.") == ""
