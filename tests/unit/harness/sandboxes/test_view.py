"""What a bubblewrap place sees."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.view import ARCHIVE, HOME, User, arguments, unreadable


@pytest.fixture
def spec(tmp_path: Path) -> PlaceSpec:
    workspace, run_dir, shown = tmp_path / "a" / "workspace", tmp_path / "run", tmp_path / "a"
    workspace.mkdir(parents=True)
    run_dir.mkdir()
    return PlaceSpec(workspace, run_dir, read_only=(shown,))


def mounts(words: list[str]) -> list[tuple[str, str, str]]:
    starts = [at for at, word in enumerate(words) if word.endswith(("bind", "symlink"))]
    return [(words[at], words[at + 1], words[at + 2]) for at in starts]


def test_only_the_workspace_is_writable(spec: PlaceSpec) -> None:
    words = arguments(spec, [], Path("/archive"), User(1000, 1000))
    assert [mount for mount in mounts(words) if mount[0] == "--bind"] == [
        ("--bind", str(spec.workspace), str(spec.workspace))
    ]
    assert words[words.index("--remount-ro") + 1] == "/proc"
    assert words[-4:] == ["--remount-ro", "/", "--chdir", str(spec.workspace)]


def test_what_contains_another_comes_first(spec: PlaceSpec, tmp_path: Path) -> None:
    targets = [target for _, _, target in mounts(arguments(spec, [tmp_path], Path("/archive"), User(1, 1)))]
    assert [targets.index(str(path)) for path in (tmp_path, *spec.read_only, spec.workspace)] == sorted(
        targets.index(str(path)) for path in (tmp_path, *spec.read_only, spec.workspace)
    )
    assert targets.index(str(ARCHIVE)) < targets.index(str(tmp_path))


def test_links_to_tools_stay_links(spec: PlaceSpec, tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to("/usr/bin/python3")
    found = mounts(arguments(spec, [link], Path("/archive"), User(1, 1)))
    assert ("--symlink", str(link.resolve()), str(link)) in found


def test_a_workspace_behind_a_link_has_the_path_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "link").symlink_to("real")
    found = mounts(arguments(PlaceSpec(tmp_path / "link", tmp_path / "run"), [], Path("/archive"), User(1, 1)))
    assert ("--bind", str(tmp_path / "real"), str(tmp_path / "link")) in found


def test_the_machines_users_are_not_told(spec: PlaceSpec) -> None:
    arguments(spec, [], Path("/archive"), User(1234, 5678))
    users = (spec.run_dir / "etc" / "passwd").read_text().splitlines()
    assert [line.split(":")[0] for line in users] == ["root", "autocoder", "nobody"]
    assert f"autocoder:x:1234:5678::{HOME}:" in users[1]


def test_what_not_everybody_may_read_is_found(tmp_path: Path) -> None:
    for name, mode in (("public", 0o644), ("shadow", 0o640), ("open/inner", 0o600), ("closed/inner", 0o644)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        path.chmod(mode)
    (tmp_path / "closed").chmod(0o710)
    (tmp_path / "link").symlink_to("shadow")
    found = {os.fspath(path.relative_to(tmp_path)) for path in unreadable([tmp_path, tmp_path / "missing"])}
    assert found == {"shadow", "open/inner", "closed"}
