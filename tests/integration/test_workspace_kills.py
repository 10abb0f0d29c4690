"""Killed at every step with SIGKILL: the next run finds a consistent state and gets to the same end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from harness import processes
from harness.workspaces.landing import Landed
from harness.workspaces.project import Prepared
from tests.gitprojects import open_project, run_git
from tests.gitscenarios import landings, run_killed, set_up


def no_traces(base: Path) -> bool:
    harness = base / "home/workspaces/app/.harness"
    left = [path for name in ("benches", "new", "journal") for path in (harness / name).glob("*")]
    return left == [] and "error" not in run_git(base / "app", "fsck", "--no-dangling")


@pytest.mark.parametrize("step", ["initialised", "first commit made", "index placed", "branching"])
def test_preparing_killed_is_prepared_again(tmp_path: Path, step: str) -> None:
    run_killed("prepare", tmp_path, step)
    repository = open_project(tmp_path)
    assert repository.prepare() == Prepared(created=False, follows="main")
    assert run_git(repository.folder, "log", "--format=%s") == "First commit: the project as AutoCoder found it"
    assert run_git(repository.folder, "status", "--porcelain") == ""
    assert list((repository.folder / ".git").glob("autocoder-*")) == []


@pytest.mark.parametrize(
    ("step", "reached"), [("journalled", False), ("brought in", False), ("advanced", True), ("landed", True)]
)
def test_landing_killed_lands_exactly_once(tmp_path: Path, step: str, reached: bool) -> None:
    set_up(tmp_path)
    run_killed("land", tmp_path, step)
    assert landings(tmp_path / "app") == int(reached)
    repository = open_project(tmp_path)
    assert no_traces(tmp_path)
    workspace = repository.open_workspace("agent-1")
    assert isinstance(repository.land(workspace, 1, "card 1"), Landed)
    assert landings(tmp_path / "app") == 1


@pytest.mark.parametrize("step", ["journalled", "brought in", "advanced"])
def test_recovery_tells_what_had_landed(tmp_path: Path, step: str) -> None:
    set_up(tmp_path)
    repository = open_project(tmp_path)
    run_killed("land", tmp_path, step)
    (found,) = repository.recover()
    assert (found.feature_id, found.agent, found.landed) == (1, "agent-1", step == "advanced")
    assert repository.is_landed(found.commit) == found.landed or not found.landed
    assert repository.recover() == []


@pytest.mark.parametrize("step", ["objects put", "checkout noted", "files put", "checked out"])
def test_a_change_of_cards_killed_is_finished(tmp_path: Path, step: str) -> None:
    set_up(tmp_path)
    workspace = open_project(tmp_path).open_workspace("agent-1")
    (workspace.path / "unsaved.txt").write_text("u")
    run_killed("start", tmp_path, step)
    repository = open_project(tmp_path)
    workspace = repository.open_workspace("agent-1")
    workspace.start_feature(2, "two")
    assert run_git(workspace.path, "status", "--porcelain=v1", "--branch") == "## feature/2-two"
    assert sorted(path.name for path in workspace.path.iterdir()) == [".git", "app.txt"]
    workspace.start_feature(1, "back")
    assert (workspace.path / "folder/more.txt").read_text() == "m\n"
    kept = [run_git(repository.folder, "ls-tree", "--name-only", ref).split() for ref in repository.rescued()]
    assert kept == [["app.txt", "folder", "unsaved.txt", "work.txt"]]
    assert no_traces(tmp_path)


def test_following_killed_follows_later(tmp_path: Path) -> None:
    set_up(tmp_path)
    repository = open_project(tmp_path)
    repository.land(repository.open_workspace("agent-1"), 1, "card 1")
    run_killed("follow", tmp_path, "following")
    assert repository.follow().moved
    assert run_git(repository.folder, "status", "--porcelain") == ""


def test_a_journal_half_written_is_thrown_away(tmp_path: Path) -> None:
    repository = open_project(tmp_path)
    journal = repository.layout.harness / "journal"
    journal.mkdir(parents=True)
    (journal / "x.json").write_text('{"pid": 1')
    assert repository.recover() == []
    assert list(journal.iterdir()) == []


def test_a_landing_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    repository = open_project(tmp_path)
    journal = repository.layout.harness / "journal"
    journal.mkdir(parents=True)
    pid = os.getpid()
    entry = {"pid": pid, "started": processes.start_time(pid), "commit": repository.integration_tip()}
    (journal / "x.json").write_text(json.dumps(entry))
    assert repository.recover() == []
    assert [path.name for path in journal.iterdir()] == ["x.json"]


def test_locks_nobody_holds_any_more_are_removed(tmp_path: Path) -> None:
    repository = open_project(tmp_path)
    lock = repository.folder / ".git/refs/heads/autocoder/integration.lock"
    lock.touch()
    repository.recover()
    assert lock.exists()
    os.utime(lock, (1, 1))
    repository.recover()
    assert not lock.exists()
