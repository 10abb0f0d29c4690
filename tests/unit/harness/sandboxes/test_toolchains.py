"""How little of a home is shown for the tools on a PATH."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.sandboxes.toolchains import find_toolchains, own_environment, prefix_of


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


def program(path: Path, content: bytes = b"\x7fELF...") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


def test_the_systems_folders_need_nothing() -> None:
    found = find_toolchains(["/usr/bin"], Path("/nowhere"), hidden=[Path("/usr")])
    assert (found.shown, found.path) == ((), (Path("/usr/bin"),))


def test_relative_and_missing_folders_are_left_out(home: Path) -> None:
    assert find_toolchains(["", "bin", str(home / "missing")], home).path == ()


def test_a_manager_shows_its_programs_and_not_its_credentials(home: Path) -> None:
    program(home / ".cargo" / "bin" / "cargo")
    (home / ".cargo" / "credentials.toml").write_text("secret")
    (home / ".rustup" / "toolchains").mkdir(parents=True)
    (home / ".rustup" / "secret").touch()
    found = find_toolchains([str(home / ".cargo" / "bin")], home)
    assert set(found.shown) == {home / ".cargo" / "bin", home / ".rustup" / "toolchains"}
    assert found.environment == {"RUSTUP_HOME": str(home / ".rustup")}


def test_a_manager_is_shown_once(home: Path) -> None:
    for name in ("shims", "bin"):
        (home / ".pyenv" / name).mkdir(parents=True)
    found = find_toolchains([str(home / ".pyenv" / "shims"), str(home / ".pyenv" / "bin")], home)
    assert found.shown == (home / ".pyenv",)
    assert found.environment == {"PYENV_ROOT": str(home / ".pyenv")}


@pytest.mark.parametrize("root", [".pyenv", "../opt/pythons"])
def test_the_python_that_was_chosen_comes_before_its_shims(home: Path, tmp_path: Path, root: str) -> None:
    manager = (home / root).resolve()
    shims, programs, workspace = manager / "shims", manager / "versions" / "3.12.1" / "bin", tmp_path / "ws"
    for folder in (shims, workspace):
        folder.mkdir(parents=True)
    program(programs / "python")
    assert find_toolchains([str(shims)], home, workspace=workspace).path == (shims,)
    (manager / "version").write_text("3.12.1\n")
    found = find_toolchains([str(shims)], home, workspace=workspace)
    assert found.path == (programs, shims)
    assert any(programs.is_relative_to(one) for one in found.shown)
    assert find_toolchains([str(shims)], home).path == (shims,)
    for several in ("3.12.1\n3.11.7\n", "system\n", ""):
        (manager / "version").write_text(several)
        assert find_toolchains([str(shims)], home, workspace=workspace).path == (shims,)
    (manager / "version").write_text("3.12.1\n")
    (workspace / ".python-version").write_text("3.11.7\n")
    assert find_toolchains([str(shims)], home, workspace=workspace).path == (shims,)


def test_the_versions_of_another_language_are_left_to_its_shims(home: Path, tmp_path: Path) -> None:
    root = home / ".rbenv"
    (root / "shims").mkdir(parents=True)
    program(root / "versions" / "3.3.0" / "bin" / "ruby")
    (root / "version").write_text("3.3.0\n")
    assert find_toolchains([str(root / "shims")], home, workspace=tmp_path).path == (root / "shims",)


def test_a_prefix_of_its_own_is_shown_whole(home: Path) -> None:
    program(home / "tools" / "jdk" / "bin" / "java")
    (home / "tools" / "jdk" / "lib").mkdir()
    assert find_toolchains([str(home / "tools" / "jdk" / "bin")], home).shown == (home / "tools" / "jdk",)


@pytest.mark.parametrize("name", ["", ".local", "project"])
def test_what_is_more_than_a_tool_shows_only_compiled_programs(home: Path, name: str) -> None:
    root = home / name
    tool = program(root / "bin" / "uv")
    program(root / "bin" / "backup", b"#!/bin/sh\nTOKEN=secret\n")
    (root / "lib").mkdir()
    if name == "project":
        (root / ".git").mkdir()
    found = find_toolchains([str(root / "bin")], home)
    assert (found.shown, found.path) == ((tool,), (root / "bin",))


def test_a_link_into_a_manager_shows_the_manager(home: Path) -> None:
    target = program(home / ".local" / "share" / "uv" / "python" / "3.12" / "bin" / "python3.12")
    link = home / ".local" / "bin" / "python3.12"
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    shown = find_toolchains([str(link.parent)], home).shown
    assert set(shown) == {link, home / ".local" / "share" / "uv" / "python"}


def test_a_link_to_anywhere_else_in_the_home_shows_nothing(home: Path) -> None:
    target = program(home / "private" / "bin" / "tool")
    link = home / "bin" / "tool"
    link.parent.mkdir()
    link.symlink_to(target)
    assert find_toolchains([str(link.parent)], home).shown == ()


def test_a_virtual_environment_brings_its_python(home: Path, tmp_path: Path) -> None:
    python = program(home / ".local" / "share" / "uv" / "python" / "3.12" / "bin" / "python3.12")
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "pyvenv.cfg").touch()
    (venv / "bin" / "python").symlink_to(python)
    assert set(find_toolchains([str(venv / "bin")], home).shown) == {venv, python.parent.parent}


def test_hidden_folders_and_what_holds_them_are_left_out(home: Path, tmp_path: Path) -> None:
    tool = program(tmp_path / "opt" / "bin" / "tool")
    (tmp_path / "opt" / "lib").mkdir()
    hidden = tmp_path / "opt" / "secret"
    hidden.mkdir()
    assert find_toolchains([str(tool.parent)], home, [hidden]).shown == ()
    assert find_toolchains([str(tool.parent)], home, [tmp_path / "opt"]).path == ()
    assert find_toolchains([str(tool.parent)], home).shown == (tmp_path / "opt",)


def test_a_folder_outside_the_home_is_shown_alone(home: Path, tmp_path: Path) -> None:
    tool = program(tmp_path / "snap" / "bin" / "tool")
    assert find_toolchains([str(tool.parent)], home).shown == (tool.parent,)


def test_a_prefix_is_where_the_libraries_are(tmp_path: Path) -> None:
    assert prefix_of(program(tmp_path / "py" / "bin" / "python3")) == tmp_path / "py"
    assert prefix_of(program(tmp_path / "flat" / "python3")) == tmp_path / "flat"


def test_only_a_virtual_environment_is_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/venv")
    assert own_environment() == (Path("/venv"),)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert own_environment() == ()
