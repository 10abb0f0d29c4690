"""What the integration branch tells about itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.workspaces import history
from harness.workspaces.landing import Landed
from harness.workspaces.repository import ProjectRepository
from tests.gitprojects import commit_files, open_project, run_git, start_card


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


def land(repository: ProjectRepository, number: int, files: dict[str, str]) -> str:
    workspace = start_card(repository, "agent-1", number)
    commit_files(workspace.path, files)
    landed = repository.land(workspace, number, f"Card {number}")
    assert isinstance(landed, Landed)
    return landed.commit


def test_landings_are_told_with_their_files(repository: ProjectRepository) -> None:
    first = land(repository, 1, {"a.txt": "a", "ä ö.txt": "x"})
    second = land(repository, 2, {"b/c.txt": "c"})
    found = repository.history()
    assert found.tip == second
    assert [(step.lands, step.subject) for step in found.steps[:2]] == [(2, "Card 2"), (1, "Card 1")]
    assert found.files_of(1) == frozenset({"a.txt", "ä ö.txt"})
    since = found.since(first)
    assert since is not None
    assert [step.commit for step in since] == [second]
    assert found.since("0" * 40) is None


def test_commits_of_the_user_are_nobodys(repository: ProjectRepository) -> None:
    land(repository, 1, {"a.txt": "a"})
    run_git(repository.folder, "reset", "-q", "--hard", "HEAD")
    commit_files(repository.folder, {"mine.txt": "m"}, "Feature: #1 is mine\n\nFeature: #7")
    repository.absorb()
    found = repository.history()
    assert found.files_of(7) == frozenset()
    merge = found.steps[0]
    assert (merge.lands, merge.undoes, merge.files) == (None, None, frozenset({"mine.txt"}))


def test_the_way_between_two_commits(repository: ProjectRepository) -> None:
    start = repository.integration_tip()
    commits = [land(repository, number, {f"{number}.txt": "x"}) for number in range(1, 4)]
    assert repository.commits_between(start, commits[-1]) == commits
    assert repository.commits_between(commits[-1], start) == [start]


def test_files_between_two_commits(repository: ProjectRepository) -> None:
    start = repository.integration_tip()
    end = land(repository, 1, {"a.txt": "a"})
    assert repository.changed_files(start, end) == frozenset({"a.txt"})
    assert repository.changed_files("0" * 40, end) is None
    assert repository.tree_of("0" * 40) == ""


def test_only_the_newest_steps_are_read_one_by_one(
    repository: ProjectRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "RECENT", 1)
    first = land(repository, 1, {"a.txt": "a"})
    land(repository, 2, {"b.txt": "b"})
    found = repository.history()
    assert (len(found.steps), found.since(first), found.files_of(1)) == (1, None, frozenset({"a.txt"}))
