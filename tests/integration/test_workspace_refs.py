"""Refs read from files say what git says, and say nothing where git keeps them otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.workspaces import git, integration, refs
from harness.workspaces.layout import FOLLOWS_REF, INTEGRATION_REF
from tests.gitprojects import commit_files, open_project


def test_a_ref_is_the_same_however_it_is_kept(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    layout, tip = project.layout, project.integration_tip()
    assert (
        refs.commit(layout, INTEGRATION_REF) == refs.commit(layout, FOLLOWS_REF) == refs.commit(layout, "HEAD") == tip
    )
    git.git(["pack-refs", "--all"], cwd=layout.folder)
    assert refs.commit(layout, INTEGRATION_REF) is None
    assert integration.resolve(layout, INTEGRATION_REF) == integration.resolve(layout, FOLLOWS_REF) == tip
    newer = commit_files(layout.folder, {"more.txt": "more\n"})
    assert refs.commit(layout, FOLLOWS_REF) == newer


@pytest.mark.parametrize("name", ["refs/heads/none", "refs/../HEAD", "config", "0" * 40])
def test_what_is_no_ref_file_is_left_to_git(tmp_path: Path, name: str) -> None:
    project = open_project(tmp_path)
    assert refs.commit(project.layout, name) is None
    assert integration.resolve(project.layout, name) is None


def test_refs_that_name_each_other_are_left_to_git(tmp_path: Path) -> None:
    layout = open_project(tmp_path).layout
    (layout.common_dir / "refs/heads/one").write_text("ref: refs/heads/two\n")
    (layout.common_dir / "refs/heads/two").write_text("ref: refs/heads/one\n")
    assert refs.commit(layout, "refs/heads/one") is None


def test_a_reftable_is_left_to_git(tmp_path: Path) -> None:
    layout = open_project(tmp_path).layout
    (layout.common_dir / "reftable").mkdir()
    assert refs.commit(layout, INTEGRATION_REF) is None
    assert refs.target(layout, "HEAD") is None
    assert refs.is_checked_out(layout, INTEGRATION_REF)


def test_a_branch_is_seen_in_every_working_tree(tmp_path: Path) -> None:
    layout = open_project(tmp_path).layout
    assert not refs.is_checked_out(layout, INTEGRATION_REF)
    assert refs.is_checked_out(layout, "refs/heads/main")
    git.git(["worktree", "add", "--quiet", str(tmp_path / "beside"), "autocoder/integration"], cwd=layout.folder)
    assert refs.is_checked_out(layout, INTEGRATION_REF)


def test_a_head_that_is_a_link_could_be_any_branch(tmp_path: Path) -> None:
    layout = open_project(tmp_path).layout
    (layout.common_dir / "HEAD").unlink()
    (layout.common_dir / "HEAD").symlink_to("refs/heads/main")
    assert refs.is_checked_out(layout, INTEGRATION_REF)


def test_a_known_step_is_not_asked_for_again(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    layout, old = project.layout, project.integration_tip()
    new = commit_files(layout.folder, {"more.txt": "more\n"})
    assert integration.is_ancestor(layout, old, new)
    assert not integration.is_ancestor(layout, new, old)
    assert layout.is_step(old, new)
    assert layout.is_step(new, old) is False
    assert layout.is_step(new, "0" * 40) is None
    for number in range(2000):
        layout.remember_step(f"{number}", "later")
    assert layout.is_step(old, new) is None
