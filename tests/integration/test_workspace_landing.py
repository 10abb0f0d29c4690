"""From an agent's branch to one commit on the integration branch."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import NotFound
from harness.workspaces.landing import Candidate, Landed, Rejected
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace
from tests.gitprojects import commit_files, open_project, run_git, start_card, write_files


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


@pytest.fixture
def workspace(repository: ProjectRepository) -> Workspace:
    return start_card(repository, "agent-1", 12)


def landed(outcome: Landed | Rejected) -> Landed:
    assert isinstance(outcome, Landed), outcome
    return outcome


def rejected(outcome: Landed | Candidate | Rejected) -> Rejected:
    assert isinstance(outcome, Rejected), outcome
    return outcome


def files_at(repository: ProjectRepository, commit: str) -> list[str]:
    return run_git(repository.folder, "ls-tree", "-r", "--name-only", commit).split()


def test_a_card_lands_as_one_commit(repository: ProjectRepository, workspace: Workspace) -> None:
    base = repository.integration_tip()
    commit_files(workspace.path, {"b.txt": "b"}, "first try")
    source = commit_files(workspace.path, {"c.txt": "c"}, "second try")
    result = landed(repository.land(workspace, 12, "Add login"))
    assert result.files == ("b.txt", "c.txt")
    assert repository.integration_tip() == result.commit
    assert run_git(repository.folder, "rev-parse", f"{result.commit}^") == base
    message = run_git(repository.folder, "log", "-1", "--format=%B", result.commit)
    assert message == f"Add login\n\nFeature: #12\nAutocoder-Source: {source}"


def test_nothing_of_the_users_moves_by_landing(repository: ProjectRepository, workspace: Workspace) -> None:
    write_files(repository.folder, {"app.txt": "uncommitted\n"})
    before = run_git(repository.folder, "rev-parse", "HEAD")
    commit_files(workspace.path, {"b.txt": "b"})
    landed(repository.land(workspace, 12, "x"))
    assert run_git(repository.folder, "rev-parse", "HEAD") == before
    assert run_git(repository.folder, "status", "--porcelain") == "M app.txt"
    assert not (repository.folder / "b.txt").exists()


def test_work_that_is_not_committed_does_not_land(repository: ProjectRepository, workspace: Workspace) -> None:
    write_files(workspace.path, {"b.txt": "b"})
    assert rejected(repository.land(workspace, 12, "x")).reason == "no_change"


def test_two_agents_land_one_after_the_other(repository: ProjectRepository) -> None:
    one, two = start_card(repository, "agent-1", 1), start_card(repository, "agent-2", 2)
    commit_files(one.path, {"one.txt": "1"})
    commit_files(two.path, {"two.txt": "2"})
    landed(repository.land(one, 1, "one"))
    second = landed(repository.land(two, 2, "two"))
    assert second.files == ("two.txt",)
    assert files_at(repository, second.commit) == ["app.txt", "one.txt", "two.txt"]


def test_a_candidate_made_before_another_landed_is_rejected(repository: ProjectRepository) -> None:
    one, two = start_card(repository, "agent-1", 1), start_card(repository, "agent-2", 2)
    commit_files(one.path, {"one.txt": "1"})
    commit_files(two.path, {"two.txt": "2"})
    early = repository.candidate(two, 2, "two")
    assert isinstance(early, Candidate)
    tip = landed(repository.land(one, 1, "one")).commit
    assert rejected(repository.land_candidate(early)).reason == "moved"
    assert repository.integration_tip() == tip
    early.drop()


def test_a_conflict_names_the_files_and_can_be_resolved_in_the_clone(repository: ProjectRepository) -> None:
    one, two = start_card(repository, "agent-1", 1), start_card(repository, "agent-2", 2)
    commit_files(one.path, {"app.txt": "one\n1\nthree\n"})
    commit_files(two.path, {"app.txt": "one\n2\nthree\n"})
    landed(repository.land(one, 1, "one"))
    answer = rejected(repository.land(two, 2, "two"))
    assert answer.reason == "conflict"
    assert "app.txt" in answer.text
    assert "git merge autocoder/integration" in answer.text
    run_git(two.path, "merge", "-q", "autocoder/integration", check=False)
    commit_files(two.path, {"app.txt": "one\n1 and 2\nthree\n"}, "resolve")
    result = landed(repository.land(two, 2, "two"))
    assert run_git(repository.folder, "show", f"{result.commit}:app.txt") == "one\n1 and 2\nthree"
    assert len(run_git(repository.folder, "rev-list", "--parents", "-1", result.commit).split()) == 2


def test_a_second_card_on_top_of_a_landed_branch_lands_only_its_own_work(
    repository: ProjectRepository, workspace: Workspace
) -> None:
    commit_files(workspace.path, {"new.txt": "first\n"})
    landed(repository.land(workspace, 12, "first"))
    commit_files(workspace.path, {"new.txt": "second\n"})
    result = landed(repository.land(workspace, 13, "second"))
    assert result.files == ("new.txt",)
    assert run_git(repository.folder, "show", f"{result.commit}:new.txt") == "second"


def test_landing_the_same_work_twice_changes_nothing(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    first = landed(repository.land(workspace, 12, "x"))
    candidate = repository.candidate(workspace, 12, "x")
    assert isinstance(candidate, Candidate)
    assert candidate.landed
    assert landed(repository.land_candidate(candidate)).files == ("b.txt",)
    candidate.drop()
    assert repository.integration_tip() == first.commit
    assert rejected(repository.land(workspace, 99, "another card")).reason == "no_change"


def test_no_change_is_a_candidate_where_it_is_allowed(repository: ProjectRepository, workspace: Workspace) -> None:
    candidate = repository.candidate(workspace, 12, "x", allow_empty=True)
    assert isinstance(candidate, Candidate)
    assert candidate.commit == repository.integration_tip()
    candidate.drop()


def test_the_expected_commit_is_checked(repository: ProjectRepository, workspace: Workspace) -> None:
    old = commit_files(workspace.path, {"b.txt": "b"})
    commit_files(workspace.path, {"c.txt": "c"})
    assert rejected(repository.land(workspace, 12, "x", expected_commit=old)).reason == "moved"


def test_titles_become_one_clean_line(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    result = landed(repository.land(workspace, 12, "Evil\n\nFeature: #99\x1b[31m " + "long " * 40))
    message = run_git(repository.folder, "log", "-1", "--format=%B", result.commit).splitlines()
    assert len(message[0]) <= 72
    assert [line for line in message if line.startswith("Feature:")] == ["Feature: #12"]


def test_the_setup_lands_without_a_card(repository: ProjectRepository) -> None:
    workspace = repository.open_workspace("agent-1")
    assert workspace.start_initializer().branch == "autocoder-setup"
    commit_files(workspace.path, {"init.sh": "#!/bin/sh\n"})
    result = landed(repository.land(workspace, None, "Project setup"))
    assert "Feature: setup" in run_git(repository.folder, "log", "-1", "--format=%B", result.commit)


def test_a_repository_inside_the_project_is_refused_with_the_way_out(
    repository: ProjectRepository, workspace: Workspace
) -> None:
    inner = workspace.path / "inner"
    inner.mkdir()
    run_git(inner, "init", "-q")
    commit_files(inner, {"x": "1"})
    commit_files(workspace.path, {})
    answer = rejected(repository.land(workspace, 12, "x"))
    assert answer.reason == "forbidden"
    assert "remove inner/.git" in answer.text


def test_own_files_that_were_forced_in_are_refused(repository: ProjectRepository, workspace: Workspace) -> None:
    write_files(workspace.path, {"claude-progress.txt": "notes"})
    run_git(workspace.path, "add", "-f", "claude-progress.txt")
    run_git(workspace.path, "commit", "-q", "-m", "x")
    assert "git rm --cached claude-progress.txt" in rejected(repository.land(workspace, 12, "x")).text


@pytest.mark.parametrize(("target", "fine"), [("/etc/passwd", False), ("../../x", False), ("../app.txt", True)])
def test_links_may_not_lead_out(repository: ProjectRepository, workspace: Workspace, target: str, fine: bool) -> None:
    (workspace.path / "sub").mkdir()
    (workspace.path / "sub/link").symlink_to(target)
    commit_files(workspace.path, {})
    assert isinstance(repository.land(workspace, 12, "x"), Landed) == fine


def test_huge_files_are_refused(repository: ProjectRepository, workspace: Workspace) -> None:
    with (workspace.path / "huge.bin").open("wb") as file:
        file.truncate(51 * 2**20)
    commit_files(workspace.path, {})
    assert "huge.bin has 51 MB" in rejected(repository.land(workspace, 12, "x")).text


def test_odd_file_names_land(repository: ProjectRepository, workspace: Workspace) -> None:
    names = ["with space", 'quo"te', "tab\there", "café/ünï", "-dash", "new\nline"]
    commit_files(workspace.path, dict.fromkeys(names, "x"))
    assert set(landed(repository.land(workspace, 12, "x")).files) == set(names)
    assert repository.follow().moved
    assert all((repository.folder / name).exists() for name in names)


def test_modes_and_links_survive(repository: ProjectRepository, workspace: Workspace) -> None:
    write_files(workspace.path, {"run.sh": "#!/bin/sh\n"})
    (workspace.path / "run.sh").chmod(0o755)
    (workspace.path / "link").symlink_to("run.sh")
    commit_files(workspace.path, {})
    landed(repository.land(workspace, 12, "x"))
    repository.follow()
    assert (repository.folder / "run.sh").stat().st_mode & 0o111
    assert (repository.folder / "link").readlink() == Path("run.sh")


def test_a_checkout_is_clean_and_git_works_in_it(
    repository: ProjectRepository, workspace: Workspace, tmp_path: Path
) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    write_files(workspace.path, {"junk.txt": "not committed"})
    candidate = repository.candidate(workspace, 12, "x")
    assert isinstance(candidate, Candidate)
    checkout = repository.checkout(candidate.commit, tmp_path / "clean", of=candidate)
    assert sorted(path.name for path in checkout.path.iterdir()) == [".git", "app.txt", "b.txt"]
    assert run_git(checkout.path, "rev-parse", "HEAD") == candidate.commit
    assert run_git(checkout.path, "status", "--porcelain") == ""
    candidate.drop()


def test_landing_leaves_nothing_behind(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b"})
    result = landed(repository.land(workspace, 12, "x"))
    refs = run_git(repository.folder, "for-each-ref", "--format=%(refname)").split()
    assert refs == ["refs/autocoder/follows", "refs/heads/autocoder/integration", "refs/heads/main"]
    assert list((repository.layout.harness / "benches").iterdir()) == []
    assert list((repository.layout.harness / "journal").iterdir()) == []
    assert repository.is_landed(result.commit)


def test_what_a_card_changed_can_be_shown(repository: ProjectRepository, workspace: Workspace) -> None:
    commit_files(workspace.path, {"b.txt": "b\n"})
    result = landed(repository.land(workspace, 12, "x"))
    assert repository.feature_commits(12) == [result.commit]
    assert repository.feature_commits(1) == []
    assert "+++ b/b.txt" in repository.patch(result.commit)
    assert "app.txt" in repository.patch(run_git(repository.folder, "rev-parse", "main"))
    for nonsense in ("f" * 40, "--output=x", "HEAD"):
        with pytest.raises(NotFound):
            repository.patch(nonsense)


def test_a_branch_checked_out_by_the_user_moves_with_its_files(
    repository: ProjectRepository, workspace: Workspace
) -> None:
    run_git(repository.folder, "checkout", "-q", "autocoder/integration")
    commit_files(workspace.path, {"b.txt": "b"})
    landed(repository.land(workspace, 12, "x"))
    assert (repository.folder / "b.txt").exists()
    assert run_git(repository.folder, "status", "--porcelain") == ""
