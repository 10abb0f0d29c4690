"""Names of workspaces, and folders that belong to a process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.errors import InvalidInput
from harness import processes
from harness.workspaces import owned
from harness.workspaces.layout import author, checked_name


@pytest.mark.parametrize("name", ["agent-1", "a", "Agent_2.x"])
def test_names_of_folders_are_taken(name: str) -> None:
    assert checked_name(name, "agent") == name


@pytest.mark.parametrize("name", ["", "..", ".harness", "a/b", "mcp:1", "a..b", "x.lock", "x.", "-a", "a" * 101])
def test_names_that_would_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot name a workspace"):
        checked_name(name, "agent")


def test_commits_of_an_agent_carry_its_name() -> None:
    assert author("agent-1")["GIT_AUTHOR_NAME"] == "AutoCoder agent-1"
    assert author()["GIT_COMMITTER_NAME"] == "AutoCoder"


def test_a_sweep_takes_the_folders_of_dead_processes_only(tmp_path: Path) -> None:
    mine = owned.create(tmp_path)
    dead = tmp_path / f"{os.getpid()}-1-abc"  # our pid, but of a process that started in 1970
    odd = tmp_path / "not-a-number"
    for folder in (dead, odd):
        folder.mkdir()
    assert owned.sweep(tmp_path) == 2
    assert [path.name for path in tmp_path.iterdir()] == [mine.name]


def test_a_folder_is_gone_afterwards_unless_it_was_renamed(tmp_path: Path) -> None:
    with owned.folder(tmp_path / "new") as fresh:
        (fresh / "x").write_text("")
        fresh.rename(tmp_path / "kept")
    with owned.folder(tmp_path / "new") as fresh:
        (fresh / "x").write_text("")
    assert (tmp_path / "kept/x").exists()
    assert list((tmp_path / "new").iterdir()) == []
    assert processes.start_time(os.getpid()) is not None
