"""python -m shellpolicy."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from shellpolicy.__main__ import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An AutoCoder home of the test's own."""
    path = tmp_path / "home"
    path.mkdir()
    monkeypatch.setenv("AUTOCODER_HOME", str(path))
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder without a policy."""
    path = tmp_path / "project"
    (path / ".autocoder").mkdir(parents=True)
    return path


Answers = list[dict[str, Any]]  # Any: the values of parsed JSON


def answers(capsys: pytest.CaptureFixture[str]) -> Answers:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_lines_of_json_are_judged_one_by_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('"ls -la"\n\n"sudo ls"\n"cat <<\'E\'\\nx\\nE"\n'))
    assert main([]) == 0
    allowed, refused, document = answers(capsys)
    assert allowed == {"command": "ls -la", "allow": True, "reason": None, "hint": None}
    assert refused["command"] == "sudo ls"
    assert refused["allow"] is False
    assert "blocked" in refused["reason"]
    assert refused["hint"]
    assert document["allow"] is True


@pytest.mark.parametrize("line", ["ls", "{}", "3", "null", "[" * 3000, '"unclosed'])
def test_a_line_that_is_no_json_string_is_answered_and_the_rest_judged(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f'{line}\n"ls"\n'))
    assert main([]) == 2
    wrong, right = answers(capsys)
    assert wrong["allow"] is False
    assert wrong["reason"] == "this line is not a JSON string"
    assert right["allow"] is True


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        (["git", "push"], ["git push"]),
        (["git push"], ["git push"]),
        (["ls -la", "git push", "pwd"], ["ls -la", "git push", "pwd"]),
        (["ls", "-la"], ["ls -la"]),
        (["--", "ls", "-la"], ["ls -la"]),
    ],
)
def test_words_are_one_command_or_several(
    words: list[str], commands: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    assert [answer["command"] for answer in answers(capsys)] == commands


def test_the_profile_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    main(["vite"])
    main(["--profile", "web_app", "vite"])
    assert [answer["allow"] for answer in answers(capsys)] == [False, True]


def test_both_policy_files_count(home: Path, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "config.yaml").write_text("block: [make]\n", "utf-8")
    (project / ".autocoder" / "policy.yaml").write_text("allow: [terraform, make]\n", "utf-8")
    assert main(["--project-dir", str(project), "terraform apply", "make x"]) == 0
    assert main(["terraform apply"]) == 0
    assert [answer["allow"] for answer in answers(capsys)] == [True, False, False]


def test_the_project_is_the_workspace(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--project-dir", str(project), f"cd {project}/src", "cd /"])
    assert [answer["allow"] for answer in answers(capsys)] == [True, False]


def test_a_wrong_policy_file_is_one_line_of_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".autocoder" / "policy.yaml").write_text("allow: make\n", "utf-8")
    assert main(["--project-dir", str(project), "ls"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "should be a list of command names" in printed.err


def test_an_unreadable_policy_file_is_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".autocoder" / "policy.yaml").write_bytes(b"\xff")
    assert main(["--project-dir", str(project), "ls"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_missing_project_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project-dir", str(tmp_path / "absent"), "ls"]) == 2
    assert "is not a directory" in capsys.readouterr().err


def test_an_unknown_profile_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--profile", "mobile", "ls"])
    assert caught.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
