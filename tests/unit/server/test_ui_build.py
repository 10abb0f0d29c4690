"""Building the web app, with an npm that writes down what it is asked for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from api.errors import Unavailable
from server.ui_build import ensure_built, ensure_packages

NPM = """#!/bin/sh
echo "$@" >> "$NPM_LOG"
case "$1" in
  ci) [ -z "$NPM_REFUSES_CI" ] || { echo "EUSAGE Missing: @tailwindcss/oxide" >&2; exit 1; }; mkdir -p node_modules ;;
  install) mkdir -p node_modules ;;
  run) [ -z "$NPM_FAILS" ] || { echo "error TS2322: no" >&2; exit 2; }
       mkdir -p "$6" && echo built > "$6/index.html" ;;
esac
"""


@pytest.fixture
def ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A web app that was never built, and the npm beside it."""
    folder = tmp_path / "ui"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.tsx").write_text("1")
    (folder / "package.json").write_text("{}")
    (folder / "package-lock.json").write_text("{}")
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(NPM)
    npm.chmod(npm.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
    monkeypatch.setenv("NPM_LOG", str(tmp_path / "npm.log"))
    return folder


def asked(ui: Path) -> list[str]:
    """The first word of every call of npm."""
    log = ui.parent / "npm.log"
    return [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


def build(ui: Path) -> list[str]:
    said: list[str] = []
    ensure_built(ui, said.append)
    return said


def without_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def test_built_once_and_not_again(ui: Path) -> None:
    assert any(line.startswith("Built in") for line in build(ui))
    assert (ui / "dist" / "index.html").read_text() == "built\n"
    assert build(ui) == []
    assert asked(ui) == ["ci", "run"]


def test_newer_sources_are_built_without_installing(ui: Path) -> None:
    build(ui)
    os.utime(ui / "src" / "main.tsx", (2**31, 2**31))
    build(ui)
    assert asked(ui) == ["ci", "run", "run"]


def test_a_test_is_no_source(ui: Path) -> None:
    build(ui)
    (ui / "src" / "main.test.tsx").write_text("1")
    os.utime(ui / "src" / "main.test.tsx", (2**31, 2**31))
    assert build(ui) == []


def test_a_new_lock_file_is_installed(ui: Path) -> None:
    build(ui)
    (ui / "package-lock.json").write_text('{"lockfileVersion":3}')
    ensure_packages(ui, print)
    assert asked(ui) == ["ci", "run", "ci"]


def test_a_lock_that_ci_refuses_is_installed(ui: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_REFUSES_CI", "1")
    build(ui)
    assert asked(ui) == ["ci", "install", "run"]


def test_a_build_that_fails_says_why_and_leaves_the_old_one(ui: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(ui)
    os.utime(ui / "src" / "main.tsx", (2**31, 2**31))
    monkeypatch.setenv("NPM_FAILS", "1")
    with pytest.raises(Unavailable, match="TS2322"):
        build(ui)
    assert (ui / "dist" / "index.html").is_file()


def test_without_npm_an_older_build_is_served(ui: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(ui)
    os.utime(ui / "src" / "main.tsx", (2**31, 2**31))
    without_npm(monkeypatch, tmp_path)
    assert "install Node.js" in build(ui)[0]


def test_without_npm_and_a_build_the_remedy_is_said(ui: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_npm(monkeypatch, tmp_path)
    with pytest.raises(Unavailable, match=r"must be built once.*nodejs\.org"):
        build(ui)
    with pytest.raises(Unavailable, match="packages must be installed"):
        ensure_packages(ui, print)
