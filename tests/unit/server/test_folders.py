"""The folder browser."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from api.errors import Conflict, InvalidInput, NotFound
from server.services import folders

ROOT_READS_EVERYTHING = "the user root may read every folder"


def test_folders_only_sorted_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b", "A", ".git"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").touch()
    found = folders.list_folder(tmp_path)
    assert [entry.name for entry in found.entries] == ["A", "b"]
    assert found.parent == tmp_path.parent


def test_the_root_has_no_parent() -> None:
    assert folders.list_folder(Path("/")).parent is None


def test_links_to_folders_are_shown_and_broken_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert [entry.name for entry in folders.list_folder(tmp_path).entries] == ["link", "real"]
    assert folders.resolve(str(tmp_path / "link")) == tmp_path / "real"


def test_many_folders_are_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_ENTRIES", 2)
    for name in "abc":
        (tmp_path / name).mkdir()
    found = folders.list_folder(tmp_path)
    assert (len(found.entries), found.truncated) == (2, True)


@pytest.mark.parametrize("text", ["relative", "nul\0", "/" + "x" * 5_000, "~nobody-by-that-name/x"])
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(InvalidInput):
        folders.resolve(text)


def test_listing_what_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotFound):
        folders.list_folder(tmp_path / "none")
    with pytest.raises(InvalidInput):
        folders.list_folder(tmp_path / "file")


def test_making_a_folder(tmp_path: Path) -> None:
    assert folders.create_folder(tmp_path / "new").entries == []
    with pytest.raises(Conflict):
        folders.create_folder(tmp_path / "new")
    with pytest.raises(NotFound):
        folders.create_folder(tmp_path / "none" / "new")


def check(path: Path, home: Path) -> tuple[bool, str]:
    found = folders.check_for_project(path, home=home / ".autocoder", install_folder=home / "autocoder")
    return found.usable, found.detail


def test_folders_that_can_hold_a_project(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert check(tmp_path / "new", tmp_path) == (True, "The folder will be created.")
    assert check(tmp_path / "full", tmp_path) == (True, "The folder has files; agents will build upon them.")


def test_folders_that_cannot(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = [
        tmp_path,
        tmp_path / "file",
        tmp_path / "file" / "x",
        tmp_path / ".autocoder" / "x",
        Path("/"),
        Path.home(),
    ]
    assert [check(path, tmp_path)[0] for path in refused] == [False] * len(refused)


async def test_over_rest(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.get("/api/filesystem/home")).json()["path"] == str(Path.home())
    listed = await client.get("/api/filesystem/list", params={"path": str(tmp_path)})
    assert "home" in [entry["name"] for entry in listed.json()["entries"]]
    made = await client.post("/api/filesystem/create-directory", json={"path": str(tmp_path / "made")})
    assert (made.status_code, made.json()["path"]) == (201, str(tmp_path / "made"))
    checked = await client.post("/api/filesystem/validate", json={"path": str(tmp_path / "made")})
    assert (checked.json()["usable"], checked.json()["empty"]) == (True, True)
