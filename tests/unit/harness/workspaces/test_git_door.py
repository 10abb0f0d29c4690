"""The door to git: what it says about itself, about paths, and when git fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import Unavailable
from harness.workspaces import git


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("plain.txt", "plain.txt"),
        ('"with space"', "with space"),
        (r'"tab\there"', "tab\there"),
        (r'"quo\"te\\back"', 'quo"te\\back'),
        (r'"caf\303\251"', "café"),
        (r'"bad\377byte"', "bad\udcffbyte"),
        ('"', '"'),
    ],
)
def test_quoted_paths_are_read_back(printed: str, name: str) -> None:
    assert git.unquote(printed) == name


def test_the_inherited_git_environment_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_SSH_COMMAND", "touch /tmp/x")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    found = git.environment()
    assert "GIT_DIR" not in found
    assert "GIT_SSH_COMMAND" not in found
    assert "GITHUB_TOKEN" not in found


def test_hooks_and_helpers_are_off_and_more_settings_go_on_top() -> None:
    found = git.environment(settings={"core.autocrlf": "true"})
    count = int(found["GIT_CONFIG_COUNT"])
    pairs = {found[f"GIT_CONFIG_KEY_{n}"]: found[f"GIT_CONFIG_VALUE_{n}"] for n in range(count)}
    assert pairs["core.hooksPath"] == "/dev/null"
    assert pairs["core.fsmonitor"] == "false"
    assert pairs["protocol.allow"] == "never"
    assert pairs["core.autocrlf"] == "true"


def test_a_failure_is_one_sentence_with_gits_own_reason(tmp_path: Path) -> None:
    with pytest.raises(git.GitFailed, match=r"^`git rev-parse` failed in .*: not a git repository.*\.$"):
        git.git(["rev-parse", "HEAD"], cwd=tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is gone"):
        git.git(["version"], cwd=tmp_path / "none")


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="is not a folder"):
        git.git(["version"], cwd=tmp_path / "file")


def test_git_missing_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=r"install git 2\.38"):
        git.git(["version"], cwd=tmp_path)


def test_an_old_git_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "git"
    old.write_text("#!/bin/sh\necho git version 2.34.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Unavailable, match=r"2\.34 is too old"):
        git.require_version()


def test_a_git_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Unavailable, match="did not finish within"):
        git.git(["status"], cwd=tmp_path, timeout=0.2)


def test_the_gist_prefers_the_fatal_line() -> None:
    assert git.gist("warning: x\nfatal: no such thing.\nhint: y") == "no such thing"
    assert git.gist("") == "no reason given"
