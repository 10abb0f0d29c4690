"""The user's branch follows, and the user's own commits come in; neither side ever loses anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import Conflict
from harness.workspaces import following, locks
from harness.workspaces.following import Followed
from harness.workspaces.landing import Landed
from harness.workspaces.repository import ProjectRepository
from tests.gitprojects import commit_files, open_project, run_git, start_card, write_files


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


def land(repository: ProjectRepository, number: int = 1, **files: str) -> str:
    workspace = start_card(repository, "agent-1", number)
    commit_files(workspace.path, {name.replace("__", "."): text for name, text in files.items()})
    result = repository.land(workspace, number, f"card {number}")
    assert isinstance(result, Landed), result
    return result.commit


def waiting(repository: ProjectRepository) -> tuple[int, str]:
    found = repository.follow()
    assert not found.moved
    return found.waiting, found.reason or ""


def test_a_clean_folder_follows(repository: ProjectRepository) -> None:
    commit = land(repository, b__txt="b")
    assert repository.follow() == Followed(moved=True, waiting=0)
    assert run_git(repository.folder, "rev-parse", "main") == commit
    assert run_git(repository.folder, "status", "--porcelain") == ""
    assert repository.follow() == Followed(moved=False, waiting=0)


def test_uncommitted_changes_elsewhere_do_not_matter(repository: ProjectRepository) -> None:
    write_files(repository.folder, {"mine.txt": "m", "app.txt": "mine\n"})
    land(repository, b__txt="b")
    assert repository.follow().moved
    assert (repository.folder / "app.txt").read_text() == "mine\n"


def test_uncommitted_changes_of_the_same_file_wait(repository: ProjectRepository) -> None:
    write_files(repository.folder, {"app.txt": "mine\n"})
    land(repository, app__txt="agent\n")
    assert waiting(repository) == (1, "1 commit waiting for your uncommitted changes: app.txt.")
    assert (repository.folder / "app.txt").read_text() == "mine\n"
    run_git(repository.folder, "checkout", "app.txt")
    assert repository.follow().moved


def test_untracked_files_of_the_same_name_wait(repository: ProjectRepository) -> None:
    land(repository, 1, new__txt="agent\n")
    land(repository, 2, more__txt="agent\n")
    write_files(repository.folder, {"new.txt": "mine\n"})
    assert waiting(repository) == (
        2,
        "2 commits waiting for you to move files of yours that have the same names: new.txt.",
    )
    assert (repository.folder / "new.txt").read_text() == "mine\n"


def test_a_folder_on_another_branch_waits(repository: ProjectRepository) -> None:
    run_git(repository.folder, "checkout", "-q", "-b", "experiment")
    land(repository, b__txt="b")
    assert waiting(repository) == (1, "1 commit waiting for you to come back to main: your folder is on experiment.")


def test_a_detached_folder_waits(repository: ProjectRepository) -> None:
    run_git(repository.folder, "checkout", "-q", "--detach")
    land(repository, b__txt="b")
    assert "your folder is on no branch" in waiting(repository)[1]


def test_a_project_opened_on_no_branch_waits(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    run_git(tmp_path / "app", "init", "-q")
    commit_files(tmp_path / "app", {"a": "1"})
    run_git(tmp_path / "app", "checkout", "-q", "--detach")
    repository = open_project(tmp_path)
    land(repository, b__txt="b")
    assert waiting(repository) == (
        1,
        "1 commit waiting for you: the folder was on no branch when the project was opened.",
    )


def test_the_branch_itself_checked_out_is_up_to_date_by_itself(repository: ProjectRepository) -> None:
    run_git(repository.folder, "checkout", "-q", "autocoder/integration")
    land(repository, b__txt="b")
    assert "autocoder/integration itself checked out" in waiting(repository)[1]
    assert (repository.folder / "b.txt").exists()


def test_a_checked_out_branch_with_changes_in_the_way_refuses_to_land(repository: ProjectRepository) -> None:
    run_git(repository.folder, "checkout", "-q", "autocoder/integration")
    write_files(repository.folder, {"app.txt": "mine\n"})
    with pytest.raises(Conflict, match="switch that folder to a branch of your own"):
        land(repository, app__txt="agent\n")


def test_a_deleted_branch_is_named(repository: ProjectRepository) -> None:
    run_git(repository.folder, "checkout", "-q", "-b", "other")
    run_git(repository.folder, "branch", "-q", "-D", "main")
    assert repository.follow().reason == "The branch main is gone: open the project again on a branch of yours."


def test_a_merge_the_user_has_begun_waits(repository: ProjectRepository) -> None:
    run_git(repository.folder, "checkout", "-q", "-b", "side")
    commit_files(repository.folder, {"app.txt": "side\n"})
    run_git(repository.folder, "checkout", "-q", "main")
    commit_files(repository.folder, {"app.txt": "main\n"})
    land(repository, b__txt="b")
    run_git(repository.folder, "merge", "side", check=False)
    assert waiting(repository) == (1, "1 commit waiting for you to finish the merge you have begun.")


def test_another_git_at_work_waits(repository: ProjectRepository) -> None:
    land(repository, b__txt="b")
    (repository.folder / ".git/index.lock").touch()
    assert waiting(repository) == (1, "1 commit waiting for another git command in your folder to finish.")


def test_hooks_do_not_run_when_following(repository: ProjectRepository, tmp_path: Path) -> None:
    run_git(repository.folder, "config", "core.hooksPath", "hooks")
    land(repository, 1, **{"hooks/post-merge": f"#!/bin/sh\ntouch {tmp_path}/hooked\n"})
    repository.follow()
    (repository.folder / "hooks/post-merge").chmod(0o755)
    land(repository, 2, b__txt="b")
    assert repository.follow().moved
    assert not (tmp_path / "hooked").exists()


def test_files_that_need_a_filter_wait_for_the_user(repository: ProjectRepository, tmp_path: Path) -> None:
    run_git(repository.folder, "config", "filter.up.smudge", f"touch {tmp_path}/filtered; cat")
    land(repository, 1, **{".gitattributes": "*.up filter=up\n", "x.up": "x"})
    count, reason = waiting(repository)
    assert count == 1
    assert "x.up needs the git filter 'up'" in reason
    assert not (tmp_path / "filtered").exists()


def test_the_users_commits_come_in_by_fast_forward(repository: ProjectRepository) -> None:
    mine = commit_files(repository.folder, {"mine.txt": "m"})
    assert repository.absorb() == ()
    assert repository.integration_tip() == mine


def test_the_users_commits_are_merged_with_what_landed(repository: ProjectRepository) -> None:
    theirs = land(repository, b__txt="b")
    mine = commit_files(repository.folder, {"mine.txt": "m"})
    assert repository.follow().moved
    tip = repository.integration_tip()
    assert run_git(repository.folder, "rev-parse", "main") == tip
    assert run_git(repository.folder, "log", "-1", "--format=%P", tip).split() == [theirs, mine]
    assert (repository.folder / "b.txt").exists()
    assert (repository.folder / "mine.txt").exists()


def test_a_conflict_with_the_user_waits_for_them_and_work_goes_on(repository: ProjectRepository) -> None:
    land(repository, 1, app__txt="agent\n")
    mine = commit_files(repository.folder, {"app.txt": "mine\n"})
    assert repository.absorb() == ("app.txt",)
    land(repository, 2, b__txt="b")
    count, reason = waiting(repository)
    assert count == 2
    assert "your commits on main conflict with them in app.txt" in reason
    assert run_git(repository.folder, "rev-parse", "main") == mine
    run_git(repository.folder, "merge", "-q", "autocoder/integration", check=False)
    merged = commit_files(repository.folder, {"app.txt": "both\n"}, "merge")
    assert repository.absorb() == ()
    assert repository.integration_tip() == merged


def test_a_card_on_a_branch_from_before_the_users_merge_lands_only_its_work(repository: ProjectRepository) -> None:
    workspace = start_card(repository, "agent-1", 1)
    commit_files(workspace.path, {"new.txt": "first\n"})
    repository.land(workspace, 1, "first")
    commit_files(repository.folder, {"mine.txt": "m"})
    run_git(repository.folder, "merge", "-q", "--no-edit", "autocoder/integration")
    commit_files(workspace.path, {"new.txt": "second\n"})
    result = repository.land(workspace, 2, "second")
    assert isinstance(result, Landed)
    assert result.files == ("new.txt",)


def test_rewritten_history_without_agents_work_is_simply_taken(repository: ProjectRepository) -> None:
    old = repository.integration_tip()
    run_git(repository.folder, "commit", "-q", "--amend", "-m", "better words")
    assert repository.absorb() == ()
    assert repository.integration_tip() == run_git(repository.folder, "rev-parse", "main")
    assert old in repository.rescued().values()


def test_rewritten_history_with_agents_work_keeps_that_work(repository: ProjectRepository) -> None:
    commit = land(repository, b__txt="b")
    run_git(repository.folder, "commit", "-q", "--amend", "-m", "better words")
    repository.absorb()
    assert repository.is_landed(commit)
    assert repository.is_landed(run_git(repository.folder, "rev-parse", "main"))


def test_filters_the_users_git_does_not_know_hold_nothing_up(repository: ProjectRepository) -> None:
    land(repository, 1, **{".gitattributes": "* filter=unknown\n", "x.up": "x"})
    assert repository.follow().moved


def test_a_commit_of_the_user_in_that_very_moment_is_merged_first(tmp_path: Path) -> None:
    mine: list[str] = []

    def commit_once(step: str) -> None:
        if step == "following" and not mine:
            mine.append(commit_files(tmp_path / "app", {"mine.txt": "m"}))

    repository = open_project(tmp_path, commit_once)
    land(repository, b__txt="b")
    assert repository.follow().moved
    assert repository.is_landed(mine[0])
    assert run_git(repository.folder, "status", "--porcelain") == ""
    assert (repository.folder / "b.txt").exists()


def test_only_one_program_follows_at_a_time(repository: ProjectRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    land(repository, b__txt="b")
    monkeypatch.setattr(following, "LOCK_SECONDS", 0.05)
    with (
        locks.held(repository.layout.harness / "follow.lock", 1),
        pytest.raises(Conflict, match=r"Another program holds follow\.lock"),
    ):
        repository.follow()
    assert repository.follow().moved
