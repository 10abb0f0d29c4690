"""Clones whose owner means harm: nothing runs on the host or reaches outside, and honest work is kept."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.workspaces.landing import Candidate, Landed, Rejected
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace
from tests.gitprojects import commit_files, open_project, run_git, start_card, write_files


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


@pytest.fixture
def workspace(repository: ProjectRepository) -> Workspace:
    made = start_card(repository, "agent-1", 1)
    commit_files(made.path, {"work.txt": "honest\n"})
    return made


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A file that exists once something of the agent's ran on the host."""
    return tmp_path / "ran-on-the-host"


def use_everything(repository: ProjectRepository, workspace: Workspace) -> None:
    """Every use of a workspace there is."""
    repository.open_workspace("agent-1")
    workspace.state()
    workspace.save_work("saved")
    workspace.rescue("1")
    repository.land(workspace, 1, "x")
    workspace.copy_in("spec", "notes")
    workspace.copy_out_progress()
    workspace.start_feature(2, "next")
    workspace.start_feature(1, "back")
    repository.follow()


def program(mark: Path, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    path.chmod(0o755)
    return path


def test_programs_in_a_clones_configuration_never_run(
    repository: ProjectRepository, workspace: Workspace, mark: Path
) -> None:
    evil = program(mark, workspace.path / "evil.sh")
    for name in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        program(mark, workspace.path / ".git/hooks" / name)
    write_files(workspace.path, {".gitattributes": "* filter=evil diff=evil merge=evil\n", "dirty.txt": "d"})
    with (workspace.path / ".git/config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {evil}\n\tsshCommand = {evil}\n\thooksPath = .git/hooks\n"
            f"\talternateRefsCommand = {evil}\n"
            f'[filter "evil"]\n\tclean = {evil}\n\tsmudge = {evil}\n\tprocess = {evil}\n\trequired = true\n'
            f'[diff "evil"]\n\ttextconv = {evil}\n\tcommand = {evil}\n[merge "evil"]\n\tdriver = {evil}\n'
            f"[uploadpack]\n\tpackObjectsHook = {evil}\n[gpg]\n\tprogram = {evil}\n[commit]\n\tgpgSign = true\n"
            f'[remote "origin"]\n\turl = ext::{evil}\n\tpromisor = true\n\tuploadpack = {evil}\n'
            "[extensions]\n\tpartialClone = origin\n"
        )
    use_everything(repository, workspace)
    assert not mark.exists()
    assert (repository.folder / "work.txt").read_text() == "honest\n"
    run_git(workspace.path, "status", check=False)  # the trap is a real one
    assert mark.exists()


def test_a_working_tree_redirected_by_configuration_is_not_followed(
    repository: ProjectRepository, workspace: Workspace, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "app.txt").write_text("mine")
    with (workspace.path / ".git/config").open("a") as config:
        config.write(f"[core]\n\tworktree = {victim}\n[include]\n\tpath = /dev/zero\n")
    use_everything(repository, workspace)
    assert [path.name for path in victim.iterdir()] == ["app.txt"]
    assert (victim / "app.txt").read_text() == "mine"


def test_links_in_place_of_folders_do_not_lead_writes_out(
    repository: ProjectRepository, workspace: Workspace, tmp_path: Path
) -> None:
    commit_files(workspace.path, {"sub/inner.txt": "1\n"})
    repository.land(workspace, 1, "x")
    workspace.start_feature(2, "other")
    victim = tmp_path / "victim"
    victim.mkdir()
    shutil.rmtree(workspace.path / "sub")
    (workspace.path / "sub").symlink_to(victim)
    (workspace.path / "prompts").symlink_to(victim)
    (workspace.path / ".git/refs/remotes/autocoder").rename(workspace.path / ".git/refs/remotes/old")
    (workspace.path / ".git/refs/remotes/autocoder").symlink_to(victim)
    workspace.copy_in("spec", "notes")
    workspace.start_feature(3, "third")
    assert list(victim.iterdir()) == []
    assert (workspace.path / "sub/inner.txt").read_text() == "1\n"


def test_links_to_secrets_are_kept_as_links(
    repository: ProjectRepository, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("top secret")
    (workspace.path / "leak.txt").symlink_to(tmp_path / "secret")
    ref = workspace.rescue("1")
    assert ref is not None
    assert "top secret" not in run_git(repository.folder, "show", f"{ref}:leak.txt")


def test_pipes_and_huge_files_do_not_stop_anything(repository: ProjectRepository, workspace: Workspace) -> None:
    os.mkfifo(workspace.path / "pipe")
    (workspace.path / "app.txt").unlink()
    os.mkfifo(workspace.path / "app.txt")
    with (workspace.path / "huge.bin").open("wb") as file:
        file.truncate(200 * 2**20)
    ref = workspace.rescue("1")
    assert ref is not None
    assert run_git(repository.folder, "ls-tree", "--name-only", ref).split() == ["work.txt"]
    assert "huge.bin" in run_git(repository.folder, "log", "-1", "--format=%B", ref)
    workspace.start_feature(2, "next")
    assert (workspace.path / "app.txt").read_text() == "one\ntwo\nthree\n"


def a_link(git: Path) -> None:
    shutil.move(git, git.parent.parent / "moved")
    git.symlink_to(git.parent.parent / "moved")


def a_file(git: Path) -> None:
    shutil.rmtree(git)
    git.write_text("gitdir: /\n")


def nothing_at_all(git: Path) -> None:
    shutil.rmtree(git)


def other_alternates(git: Path) -> None:
    (git / "objects/info/alternates").write_text("/root/private/.git/objects\n")


def linked_objects(git: Path) -> None:
    shutil.rmtree(git / "objects")
    (git / "objects").symlink_to("/")


def a_lost_head(git: Path) -> None:
    (git / "HEAD").write_text("f" * 40)


def a_garbled_head(git: Path) -> None:
    (git / "HEAD").write_bytes(b"\0" * 10_000)


@pytest.mark.parametrize(
    "damage",
    [a_link, a_file, nothing_at_all, linked_objects, a_lost_head, a_garbled_head],
)
def test_a_damaged_clone_is_replaced_and_its_files_are_rescued(
    repository: ProjectRepository, workspace: Workspace, damage: Callable[[Path], None]
) -> None:
    write_files(workspace.path, {"unsaved.txt": "still here"})
    damage(workspace.path / ".git")
    assert isinstance(repository.land(workspace, 1, "x"), Rejected)
    again = repository.open_workspace("agent-1")
    assert again.state().dirty == ()
    ref = "refs/autocoder/rescue/agent-1/broken-1"
    assert run_git(repository.folder, "show", f"{ref}:unsaved.txt") == "still here"
    assert run_git(repository.folder, "show", f"{ref}:work.txt") == "honest"


def test_alternates_that_were_changed_are_not_followed_but_put_right(
    repository: ProjectRepository, workspace: Workspace
) -> None:
    other_alternates(workspace.path / ".git")
    assert isinstance(repository.land(workspace, 1, "x"), Rejected)
    repository.open_workspace("agent-1")
    assert isinstance(repository.land(workspace, 1, "x"), Landed)


def test_a_damaged_clone_is_saved_without_opening_it_anew(repository: ProjectRepository, workspace: Workspace) -> None:
    shutil.rmtree(workspace.path / ".git/objects")
    assert workspace.save_work("x") is not None


def test_a_link_in_place_of_the_whole_workspace_is_replaced(
    repository: ProjectRepository, workspace: Workspace, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    shutil.move(workspace.path, victim)
    workspace.path.symlink_to(victim)
    again = repository.open_workspace("agent-1")
    assert not again.path.is_symlink()
    assert (victim / "work.txt").exists()


def test_locks_left_over_do_not_matter(workspace: Workspace) -> None:
    for name in ("index.lock", "HEAD.lock", "refs/heads/feature/2-next.lock"):
        (workspace.path / ".git" / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace.path / ".git" / name).touch()
    workspace.start_feature(2, "next")
    assert run_git(workspace.path, "commit", "--allow-empty", "-q", "-m", "free") == ""


def test_a_branch_that_names_nothing_is_started_anew(repository: ProjectRepository, workspace: Workspace) -> None:
    (workspace.path / ".git/refs/heads/feature/7-x").write_text("e" * 40 + "\n")
    started = workspace.start_feature(7, "x")
    assert (started.commit, started.continued) == (repository.integration_tip(), False)


def test_objects_with_forged_content_do_not_land(repository: ProjectRepository, workspace: Workspace) -> None:
    blob = run_git(workspace.path, "rev-parse", "HEAD:work.txt")
    path = workspace.path / ".git/objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob 7\0forged\n"))
    answer = repository.land(workspace, 1, "x")
    assert isinstance(answer, Rejected)
    assert answer.reason == "unreadable"


def test_a_candidate_does_not_change_after_it_was_made(
    repository: ProjectRepository, workspace: Workspace, tmp_path: Path
) -> None:
    candidate = repository.candidate(workspace, 1, "x")
    assert isinstance(candidate, Candidate)
    shutil.rmtree(workspace.path / ".git/objects")
    commit_files(repository.folder, {"user.txt": "u"})
    repository.checkout(candidate.commit, tmp_path / "clean", of=candidate)
    assert (tmp_path / "clean/work.txt").read_text() == "honest\n"
    assert isinstance(repository.land_candidate(candidate), Landed)
    candidate.drop()
    assert run_git(repository.folder, "fsck", "--no-dangling", "--connectivity-only") == ""


def test_a_tree_that_names_git_itself_is_refused(repository: ProjectRepository, workspace: Workspace) -> None:
    blob = run_git(workspace.path, "rev-parse", "HEAD:work.txt")
    inner = mktree(workspace.path, f"100644 blob {blob}\tconfig")
    outer = mktree(workspace.path, f"040000 tree {inner}\t.git")
    commit = run_git(workspace.path, "commit-tree", outer, "-p", "HEAD", "-m", "evil")
    run_git(workspace.path, "update-ref", "refs/heads/feature/1-card-1", commit)
    answer = repository.land(workspace, 1, "x")
    assert isinstance(answer, Rejected)
    assert answer.reason == "unreadable"


def mktree(folder: Path, line: str) -> str:
    (folder / ".git/entry").write_text(line + "\n")
    done = os.popen(f"cd '{folder}' && git mktree < .git/entry")
    with done:
        return done.read().strip()


def test_history_without_a_common_commit_conflicts_instead_of_replacing_everything(
    repository: ProjectRepository, workspace: Workspace
) -> None:
    run_git(workspace.path, "checkout", "-q", "--orphan", "fresh")
    commit_files(workspace.path, {"app.txt": "all new\n"})
    answer = repository.land(workspace, 1, "x")
    assert isinstance(answer, Rejected)
    assert answer.reason == "conflict"


def test_an_unborn_branch_has_nothing_to_land(repository: ProjectRepository, workspace: Workspace) -> None:
    run_git(workspace.path, "checkout", "-q", "--orphan", "fresh")
    answer = repository.land(workspace, 1, "x")
    assert isinstance(answer, Rejected)
    assert answer.reason == "not_committed"
    assert workspace.save_work("x") is not None
