"""An agent's workspace from card to card: branches, unfinished work, and nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import InvalidInput
from harness.workspaces import rescue
from harness.workspaces.landing import Landed
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace
from tests.gitprojects import commit_files, open_project, run_git, start_card, write_files


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


@pytest.fixture
def workspace(repository: ProjectRepository) -> Workspace:
    return start_card(repository, "agent-1", 12)


def rescued(repository: ProjectRepository) -> list[str]:
    return [ref.removeprefix("refs/autocoder/rescue/") for ref in repository.rescued()]


def test_a_clone_borrows_the_projects_objects(repository: ProjectRepository, workspace: Workspace) -> None:
    objects = list((workspace.path / ".git/objects").glob("??/*"))
    assert objects == []
    assert (repository.folder / ".git/objects").resolve() in {root.resolve() for root in workspace.object_roots}
    assert run_git(workspace.path, "remote") == ""


def test_a_card_starts_on_a_branch_of_its_own_at_the_tip(repository: ProjectRepository, workspace: Workspace) -> None:
    state = workspace.state()
    assert state.branch == "feature/12-card-12"
    assert state.head == repository.integration_tip()
    assert (state.dirty, state.ahead) == ((), 0)
    assert run_git(workspace.path, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("slug", "branch"), [("Add Login!", "feature/5-add-login"), ("--", "feature/5-work"), ("ä/../b", "feature/5-b")]
)
def test_slugs_become_branch_names(repository: ProjectRepository, slug: str, branch: str) -> None:
    assert repository.open_workspace("agent-1").start_feature(5, slug).branch == branch


def test_the_state_tells_commits_and_files(workspace: Workspace) -> None:
    head = commit_files(workspace.path, {"b.txt": "b"})
    write_files(workspace.path, {"app.txt": "x", "new.txt": "n", "claude-progress.txt": "ours"})
    state = workspace.state()
    assert (state.head, state.ahead) == (head, 1)
    assert state.dirty == ("app.txt", "new.txt")


def test_commits_in_a_clone_are_the_agents(workspace: Workspace) -> None:
    assert run_git(workspace.path, "config", "user.name") == "AutoCoder agent-1"


def test_opening_again_keeps_everything(repository: ProjectRepository, workspace: Workspace) -> None:
    head = commit_files(workspace.path, {"b.txt": "b"})
    write_files(workspace.path, {"c.txt": "c"})
    again = repository.open_workspace("agent-1")
    assert again.state().head == head
    assert again.state().dirty == ("c.txt",)


def test_work_that_was_not_committed_goes_on_with_its_card(workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    write_files(workspace.path, {"c.txt": "c"})
    (workspace.path / "app.txt").unlink()
    started = workspace.start_feature(12, "a new name")
    assert (started.branch, started.continued) == ("feature/12-card-12", True)
    assert (workspace.path / "c.txt").read_text() == "c"
    assert not (workspace.path / "app.txt").exists()
    assert workspace.state().dirty == ()
    assert run_git(workspace.path, "log", "-1", "--format=%s") == "Unfinished work on #12"


def test_work_that_was_not_committed_is_rescued_when_another_card_starts(
    repository: ProjectRepository, workspace: Workspace
) -> None:
    write_files(workspace.path, {"c.txt": "c", "app.txt": "changed\n"})
    started = workspace.start_feature(13, "next")
    assert not started.continued
    assert not (workspace.path / "c.txt").exists()
    assert (workspace.path / "app.txt").read_text() == "one\ntwo\nthree\n"
    assert run_git(workspace.path, "status", "--porcelain") == ""
    assert rescued(repository) == ["agent-1/12-1"]
    assert run_git(repository.folder, "show", "refs/autocoder/rescue/agent-1/12-1:c.txt") == "c"


def test_commits_of_a_card_wait_for_it(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    workspace.start_feature(13, "next")
    assert not (workspace.path / "b.txt").exists()
    assert workspace.start_feature(12, "back").continued
    assert (workspace.path / "b.txt").read_text() == "b"
    assert rescued(repository) == []


def test_earlier_work_is_brought_up_to_date(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    other = start_card(repository, "agent-2", 2)
    commit_files(other.path, {"two.txt": "2"})
    repository.land(other, 2, "two")
    started = workspace.start_feature(12, "again")
    assert started.continued
    assert "up to date" in (started.note or "")
    assert (workspace.path / "two.txt").exists()
    assert (workspace.path / "b.txt").exists()
    assert run_git(workspace.path, "fsck", "--connectivity-only", "--no-dangling") == ""


def test_earlier_work_that_conflicts_stays_and_says_so(repository: ProjectRepository, workspace: Workspace) -> None:
    head = commit_files(workspace.path, {"app.txt": "mine\n"})
    other = start_card(repository, "agent-2", 2)
    commit_files(other.path, {"app.txt": "theirs\n"})
    repository.land(other, 2, "two")
    started = workspace.start_feature(12, "again")
    assert started.commit == head
    assert "app.txt" in (started.note or "")


def test_after_landing_a_card_starts_afresh_from_the_tip(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    result = repository.land(workspace, 12, "x")
    assert isinstance(result, Landed)
    started = workspace.start_feature(12, "once more")
    assert (started.commit, started.continued) == (result.commit, False)
    assert run_git(workspace.path, "status", "--porcelain") == ""


def test_ignored_files_survive_a_change_of_cards(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {".gitignore": "node_modules/\n"})
    repository.land(workspace, 12, "x")
    write_files(workspace.path, {"node_modules/x/index.js": "1"})
    workspace.start_feature(13, "next")
    assert (workspace.path / "node_modules/x/index.js").exists()


def test_folders_and_files_change_places(repository: ProjectRepository, workspace: Workspace) -> None:
    write_files(workspace.path, {"thing/inner.txt": "1"})
    (workspace.path / "link").symlink_to("thing")
    commit_files(workspace.path, {})
    workspace.start_feature(13, "other")
    commit_files(workspace.path, {"thing": "a file", "link/x": "a folder"})
    workspace.start_feature(12, "back")
    assert (workspace.path / "thing/inner.txt").read_text() == "1"
    assert (workspace.path / "link").is_symlink()
    assert run_git(workspace.path, "status", "--porcelain") == ""


def test_a_rebase_left_half_way_does_not_stick(workspace: Workspace) -> None:
    base = run_git(workspace.path, "rev-parse", "HEAD")
    commit_files(workspace.path, {"app.txt": "a\n"})
    run_git(workspace.path, "checkout", "-q", "-b", "mine", base)
    commit_files(workspace.path, {"app.txt": "b\n"})
    run_git(workspace.path, "rebase", "feature/12-card-12", check=False)
    assert (workspace.path / ".git/rebase-merge").exists()
    workspace.start_feature(13, "next")
    assert not (workspace.path / ".git/rebase-merge").exists()
    assert run_git(workspace.path, "status", "--porcelain=v1", "--branch") == "## feature/13-next"


def test_commits_on_no_branch_are_rescued(repository: ProjectRepository, workspace: Workspace) -> None:
    run_git(workspace.path, "checkout", "-q", "--detach")
    head = commit_files(workspace.path, {"b.txt": "b"})
    workspace.start_feature(13, "next")
    assert repository.rescued() == {"refs/autocoder/rescue/agent-1/work-1": head}


def test_work_is_saved_on_its_branch(workspace: Workspace) -> None:
    write_files(workspace.path, {"b.txt": "b"})
    commit = workspace.save_work("Session ended")
    assert run_git(workspace.path, "rev-parse", "HEAD") == commit
    assert run_git(workspace.path, "status", "--porcelain") == ""
    assert workspace.save_work("again") is None


def test_work_on_no_branch_is_saved_as_a_rescue_once(repository: ProjectRepository, workspace: Workspace) -> None:
    run_git(workspace.path, "checkout", "-q", "--detach")
    write_files(workspace.path, {"b.txt": "b"})
    commit = workspace.save_work("x")
    assert commit is not None
    assert workspace.save_work("x") == commit
    assert rescued(repository) == ["agent-1/work-1"]


def test_a_whole_workspace_is_rescued_on_request(repository: ProjectRepository, workspace: Workspace) -> None:
    assert workspace.rescue("12") is None
    commit_files(workspace.path, {"b.txt": "b"})
    write_files(workspace.path, {"c.txt": "c"})
    ref = workspace.rescue("12")
    assert ref == "refs/autocoder/rescue/agent-1/12-1"
    assert run_git(repository.folder, "ls-tree", "--name-only", ref).split() == ["app.txt", "b.txt", "c.txt"]
    assert workspace.state().dirty == ("c.txt",)


def test_rescues_are_bounded_and_the_newest_stay(
    repository: ProjectRepository, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescue, "KEPT", 2)
    for number in range(4):
        write_files(workspace.path, {"c.txt": str(number)})
        workspace.rescue("12")
    kept = rescued(repository)
    assert kept == ["agent-1/12-3", "agent-1/12-4"]


def test_files_of_a_repository_inside_are_rescued_as_files(repository: ProjectRepository, workspace: Workspace) -> None:
    for folder in ("inner", "inner/deeper"):
        (workspace.path / folder).mkdir()
        run_git(workspace.path / folder, "init", "-q")
        write_files(workspace.path / folder, {"x y.txt": "x"})
    ref = workspace.rescue("12")
    assert ref is not None
    names = run_git(repository.folder, "ls-tree", "-r", "--name-only", ref).splitlines()
    assert names == ["app.txt", "inner/deeper/x y.txt", "inner/x y.txt"]


def test_everything_of_a_forgotten_project_is_rescued(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    workspace.start_feature(13, "next")
    write_files(workspace.path, {"c.txt": "c"})
    assert repository.agents() == ["agent-1"]
    repository.forget()
    assert rescued(repository) == ["agent-1/12-1", "agent-1/removed-1"]
    assert not (repository.home / "workspaces/app").exists()


def test_a_moved_project_keeps_its_clones(repository: ProjectRepository, workspace: Workspace) -> None:
    head = commit_files(workspace.path, {"b.txt": "b"})
    moved = repository.folder.rename(repository.folder.with_name("elsewhere"))
    again = ProjectRepository(moved, repository.home, "app").open_workspace("agent-1")
    assert again.state().head == head
    assert run_git(again.path, "status", "--porcelain") == ""


def test_a_removed_workspace_leaves_its_work(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    assert repository.remove_workspace("agent-1") == "refs/autocoder/rescue/agent-1/removed-1"
    assert not workspace.path.exists()
    assert repository.remove_workspace("agent-1") is None


def test_specification_and_notes_go_in_and_notes_come_out(workspace: Workspace) -> None:
    workspace.copy_in(specification="Build it", progress="So far")
    assert (workspace.path / "prompts/app_spec.txt").read_text() == "Build it"
    assert workspace.state().dirty == ()
    (workspace.path / "claude-progress.txt").write_text("Further")
    assert workspace.copy_out_progress() == "Further"


def test_notes_that_are_no_short_file_stay_inside(workspace: Workspace, tmp_path: Path) -> None:
    assert workspace.copy_out_progress() is None
    (tmp_path / "secret").write_text("secret")
    notes = workspace.path / "claude-progress.txt"
    notes.symlink_to(tmp_path / "secret")
    assert workspace.copy_out_progress() is None
    notes.unlink()
    notes.write_text("x" * 300_000)
    assert workspace.copy_out_progress() is None


def test_check_files_are_read_from_the_working_tree(workspace: Workspace) -> None:
    write_files(workspace.path, {"tests/test_a.py": "assert True"})
    assert workspace.read_files(["tests/test_a.py", "none.py"]) == {"tests/test_a.py": b"assert True"}


def test_agents_names_cannot_lead_elsewhere(repository: ProjectRepository) -> None:
    with pytest.raises(InvalidInput):
        repository.open_workspace("../x")


def test_the_users_new_commits_reach_the_next_card(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(repository.folder, {"user.txt": "u"})
    workspace.start_feature(13, "next")
    assert (workspace.path / "user.txt").exists()
