"""Reads and writes that never leave the directory, whatever an agent put in their way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.errors import Conflict, InvalidInput
from harness.workspaces import files
from harness.workspaces.files import Root


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_text("secret")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Root:
    (tmp_path / "inside").mkdir()
    return Root(tmp_path / "inside")


def test_what_is_written_is_read(root: Root) -> None:
    root.write("a/b/c.txt", b"data", executable=True)
    assert root.read("a/b/c.txt", 10) == b"data"
    assert root.is_executable("a/b/c.txt")
    assert root.size("a/b/c.txt") == 4


def test_reading_gives_none_for_what_is_no_short_regular_file(root: Root, outside: Path) -> None:
    (root.path / "link").symlink_to(outside / "secret")
    os.mkfifo(root.path / "pipe")
    (root.path / "folder").mkdir()
    root.write("long", b"12345")
    assert [root.read(name, 4) for name in ("link", "pipe", "folder", "long", "none")] == [None] * 5


def test_a_linked_folder_is_not_entered(root: Root, outside: Path) -> None:
    (root.path / "way").symlink_to(outside)
    assert root.read("way/secret", 100) is None
    assert root.names("way") == []
    assert root.kind("way/secret") is None


def test_writing_replaces_a_link_and_leaves_its_target(root: Root, outside: Path) -> None:
    (root.path / "file").symlink_to(outside / "secret")
    (root.path / "way").symlink_to(outside)
    root.write("file", b"new")
    root.write("way/secret", b"new")
    assert (outside / "secret").read_text() == "secret"
    assert root.read("way/secret", 10) == b"new"


def test_a_file_replaces_a_folder_and_a_folder_a_file(root: Root) -> None:
    root.write("x/y/z", b"1")
    root.write("x", b"2")
    root.write("x/y", b"3")
    assert root.read("x/y", 10) == b"3"


def test_links_are_copied_as_links(root: Root, tmp_path: Path, outside: Path) -> None:
    (root.path / "link").symlink_to(outside / "secret")
    assert root.take("link", tmp_path / "copy", 100)
    assert (tmp_path / "copy/link").is_symlink()
    other = tmp_path / "other"
    other.mkdir()
    Root(other).bring("link", tmp_path / "copy")
    assert Root(other).read_link("link") == str(outside / "secret")


def test_taking_refuses_pipes_and_long_files(root: Root, tmp_path: Path) -> None:
    os.mkfifo(root.path / "pipe")
    root.write("long", b"12345")
    assert not root.take("pipe", tmp_path / "copy", 4)
    assert not root.take("long", tmp_path / "copy", 4)


def test_removing_takes_empty_folders_along_and_no_others(root: Root) -> None:
    root.write("a/b/c", b"")
    root.write("a/other", b"")
    root.remove("a/b/c")
    assert root.names("a") == ["other"]
    root.remove("a/missing/x")


def test_removing_a_link_leaves_its_target(root: Root, outside: Path) -> None:
    (root.path / "way").symlink_to(outside)
    root.remove("way")
    assert root.kind("way") is None
    assert (outside / "secret").exists()


def test_kinds(root: Root) -> None:
    root.write("file", b"")
    root.link("link", "file")
    os.mkfifo(root.path / "pipe")
    (root.path / "folder").mkdir()
    kinds = [root.kind(name) for name in ("file", "link", "pipe", "folder", "none")]
    assert kinds == ["file", "link", "other", "directory", None]


def test_links_among_objects_are_found_two_levels_deep(root: Root, outside: Path) -> None:
    root.write("objects/ab/cd", b"")
    assert not root.holds_links("objects")
    (root.path / "objects/ab/ef").symlink_to(outside / "secret")
    assert root.holds_links("objects")
    assert root.holds_links("missing")


def test_a_linked_object_folder_is_found(root: Root, outside: Path) -> None:
    (root.path / "objects").mkdir()
    (root.path / "objects/ab").symlink_to(outside)
    assert root.holds_links("objects")


@pytest.mark.parametrize("name", ["../x", "a/../x", "/etc/passwd", "a//b", "", ".", "a/./b", "a\0b"])
def test_names_that_lead_out_are_refused(root: Root, name: str) -> None:
    with pytest.raises(InvalidInput):
        root.write(name, b"")


def test_a_name_that_cannot_be_written_says_so(root: Root) -> None:
    with pytest.raises(Conflict, match="could not be written"):
        root.write("x" * 300, b"")


def test_a_folder_swapped_for_a_link_under_our_hands_is_not_entered(
    root: Root, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = files._make_directory

    def make_and_swap(handle: int, part: str) -> None:
        make(handle, part)
        (root.path / "sub").rmdir()
        (root.path / "sub").symlink_to(outside)

    monkeypatch.setattr(files, "_make_directory", make_and_swap)
    with pytest.raises(Conflict, match="could not be written"):
        root.write("sub/secret", b"forged")
    assert (outside / "secret").read_text() == "secret"


def test_a_file_swapped_for_a_link_under_our_hands_is_not_read(
    root: Root, outside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap(self: Root, name: str) -> None:
        (self.path / name).unlink()
        (self.path / name).symlink_to(outside / "secret")

    root.write("file", b"mine")
    monkeypatch.setattr(Root, "read_link", swap)
    assert not root.take("file", tmp_path / "copy", 100)
    assert not (tmp_path / "copy/file").exists()


def test_nothing_temporary_stays_when_a_write_fails(root: Root) -> None:
    with pytest.raises(Conflict):
        root.write("x" * 300, b"")
    assert root.names() == []
