"""An agent's head and branches, read without git."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.workspaces import heads
from harness.workspaces.files import Root

ONE, TWO = "1" * 40, "2" * 40


@pytest.fixture
def root(tmp_path: Path) -> Root:
    made = Root(tmp_path)
    made.write(".git/HEAD", b"ref: refs/heads/feature/1-x\n")
    return made


def test_a_loose_branch(root: Root) -> None:
    root.write(".git/refs/heads/feature/1-x", f"{ONE}\n".encode())
    assert heads.head(root) == heads.Head("feature/1-x", ONE)


def test_a_packed_branch_and_a_loose_one_on_top(root: Root) -> None:
    packed = f"# pack-refs with: peeled\n{ONE} refs/heads/feature/1-x\n{ONE} refs/heads/b\n^{TWO}\n{TWO} refs/tags/t\n"
    root.write(".git/packed-refs", packed.encode())
    root.write(".git/refs/heads/b", f"{TWO}\n".encode())
    assert heads.head(root).commit == ONE
    assert heads.branches(root) == {"feature/1-x": ONE, "b": TWO}


def test_a_detached_head(root: Root) -> None:
    root.write(".git/HEAD", f"{ONE}\n".encode())
    assert heads.head(root) == heads.Head(None, ONE)


def test_an_unborn_branch(root: Root) -> None:
    assert heads.head(root) == heads.Head("feature/1-x", None)


@pytest.mark.parametrize(
    "text", [b"", b"nonsense", b"ref: refs/heads/../../config", b"ref: refs/tags/x", b"\xff\xfe", b"x" * 100_000]
)
def test_an_unreadable_head(root: Root, text: bytes) -> None:
    root.write(".git/HEAD", text)
    assert heads.head(root) == heads.Head(None, None)


def test_a_linked_head_is_not_followed(root: Root, tmp_path: Path) -> None:
    (tmp_path / "other").write_text(ONE)
    (tmp_path / ".git/HEAD").unlink()
    (tmp_path / ".git/HEAD").symlink_to(tmp_path / "other")
    assert heads.head(root) == heads.Head(None, None)


def test_a_branch_that_names_no_commit(root: Root) -> None:
    root.write(".git/refs/heads/feature/1-x", b"ref: refs/heads/feature/1-x\n")
    assert heads.head(root).commit is None
    assert heads.branch(root, "a..b") is None


@pytest.mark.parametrize("name", ["feature/1", "fix/#12-(x)", "ünï", "a.b"])
def test_names_git_allows(name: str) -> None:
    assert heads.is_branch_name(name)


@pytest.mark.parametrize(
    "name", ["", "-x", "a b", "a..b", "a.lock", "a/.b", "a//b", "/a", "a/", "a~1", "a@{0}", "a\nb", "../x"]
)
def test_names_git_refuses(name: str) -> None:
    assert not heads.is_branch_name(name)
