import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripted_model.playbooks.blindspot import answer_blindspot
from tests.rehearsal import Stage, ToolError

FIRST, SECOND = "Feature: #1 Greeting", "Feature: #2 Capital letters"


class Backlog:
    """The feature tools as far as the playbook uses them; `failed` holds what was called broken."""

    def __init__(self, folder: Path) -> None:
        self.failed: list[str] = []
        tools = {
            "feature_create_bulk": lambda _given: "{}",
            "feature_set_check": lambda _given: "{}",
            "feature_mark_passing": lambda _given: json.dumps({"status": "passing"}),
            "feature_get_for_regression": lambda _given: json.dumps({"features": [{"id": 1, "name": "Greeting"}]}),
            "feature_mark_failing": self.fail,
        }
        self.stage = Stage(folder, tools)
        self.stage._shell({"command": "git init -q && git config user.name A && git config user.email a@localhost"})

    def fail(self, given: Mapping[str, object]) -> str:
        self.failed.append(str(given["reason"]))
        return "{}"

    def play(self, *lines: str) -> str:
        """Perform a session; the last words."""
        return str(self.stage.perform(answer_blindspot, "\n".join(lines))[-1])

    def checks(self) -> str:
        return self.stage._shell({"command": "python3 -m unittest 2>&1; true"})


@pytest.fixture
def backlog(tmp_path: Path) -> Backlog:
    made = Backlog(tmp_path)
    made.play("Role: initializer")
    return made


def test_the_second_feature_breaks_the_first_and_only_a_tester_sees_it(backlog: Backlog) -> None:
    backlog.play("Role: coder", FIRST)
    assert "still greets everybody" in backlog.play("Role: tester")
    backlog.play("Role: coder", SECOND)
    assert backlog.checks().strip().endswith("OK")
    assert "Broken: Greeting" in backlog.play("Role: tester")
    assert [reason.split(";")[0] for reason in backlog.failed] == [
        "I greeted an empty name and expected 'Hello, stranger!'"
    ]


def test_the_repair_extends_the_check(backlog: Backlog) -> None:
    for line in (FIRST, SECOND):
        backlog.play("Role: coder", line)
    backlog.play("Role: tester")
    backlog.play("Role: coder", FIRST, f"It was green once and is broken now: {backlog.failed[0]}")
    assert "still greets everybody" in backlog.play("Role: tester")
    assert backlog.checks().strip().endswith("OK")
    backlog.play("Role: coder", SECOND)
    assert "IndexError" in backlog.checks()


def test_what_it_does_not_know_it_leaves_alone(tmp_path: Path) -> None:
    made = Backlog(tmp_path)
    for lines in (("Role: coder", "Feature: #9 Search"), ("Role: assistant",)):
        assert made.play(*lines)
    assert made.stage.calls == []
    made.stage.features["feature_get_for_regression"] = lambda _given: json.dumps({"features": []})
    assert "nothing I could greet" in made.play("Role: tester")


def test_a_backlog_that_is_refused_ends_it(tmp_path: Path) -> None:
    def refuse(_given: Mapping[str, object]) -> str:
        raise ToolError("It holds features already.")

    made = Backlog(tmp_path)
    made.stage.features["feature_create_bulk"] = refuse
    assert "not accepted" in made.play("Role: initializer")
    assert not (tmp_path / "tests").exists()
