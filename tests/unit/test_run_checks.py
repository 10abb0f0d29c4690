"""The stages of ./test.sh: what runs, what is hidden from tests, what the summary says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import run_checks
from tests.run_checks import Broken, Report, Stage


def stage(name: str, code: str, **options: object) -> Stage:
    """A stage that runs Python code."""
    return Stage(name, [sys.executable, "-c", code], **options)  # type: ignore[arg-type]  # only known fields are passed


def run(tmp_path: Path, *stages: Stage) -> Report:
    report = Report()
    for one in stages:
        run_checks.run_stage(one, tmp_path, report)
    return report


def results(report: Report) -> dict[str, str]:
    return {name: result for name, result, _ in report.rows}


def test_a_failure_does_not_hide_the_next_stage(tmp_path: Path) -> None:
    report = run(tmp_path, stage("first", "raise SystemExit(3)"), stage("second", "print('ran')"))
    assert results(report) == {"first": "FAILED", "second": "ok"}
    assert report.failed == ["first"]


def test_a_stage_is_not_run_when_what_it_requires_failed(tmp_path: Path) -> None:
    report = run(tmp_path, stage("build", "raise SystemExit(1)"), stage("size", "print('ran')", requires="build"))
    assert results(report)["size"] == "not run"


def test_a_stage_that_cannot_be_prepared_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise Broken("install Node.js")

    report = run(tmp_path, stage("ui", "pass", prepare=refuse), Stage("gone", ["/nowhere/program"]))
    assert results(report) == {"ui": "FAILED", "gone": "FAILED"}
    assert "install Node.js" in capsys.readouterr().out


def test_the_count_of_tests_is_the_last_line(tmp_path: Path) -> None:
    report = run(tmp_path, stage("tests", "print('\\x1b[32m=== 12 passed, 1 failed in 3.0s ===\\x1b[0m')"))
    lines = list(report.lines())
    assert lines[-1] == "12 passed, 1 failed in 3.0s"
    assert "every stage is ok" in lines[-2]


def test_tests_see_no_keys_of_the_person_and_a_home_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ANTHROPIC_API_KEY", "CLAUDECODE", "IS_SANDBOX", "AUTOCODER_HOME"):
        monkeypatch.setenv(name, "private")
    monkeypatch.setenv("ORDINARY", "seen")
    run(
        tmp_path,
        stage("look", "import os; print('private' in os.environ.values(), os.environ['ORDINARY'], os.environ['HOME'])"),
    )
    assert f"False seen {tmp_path}" in capsys.readouterr().out


def test_unknown_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_checks.main(["quick"]) == 2
    assert "usage: ./test.sh [fast]" in capsys.readouterr().err


def test_every_kind_of_check_has_a_stage() -> None:
    names = [one.name for one in run_checks.python_stages()]
    assert names == ["lint", "format", "types", "imports", "inspector", "tests"]


@pytest.fixture
def ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A web app with a lock file, and an npm that notes its calls and refuses `ci`."""
    folder = tmp_path / "ui"
    (folder / "node_modules").mkdir(parents=True)
    (folder / "package.json").write_text('{"scripts": {"lint": "x", "build": "x", "dev": "x"}}')
    (folder / "package-lock.json").write_text("{}")
    npm = tmp_path / "npm"
    npm.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/calls"\n[ "$1" != ci ]\n')
    npm.chmod(0o755)
    monkeypatch.setattr(run_checks, "UI", folder)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return folder


def test_the_web_app_runs_the_checks_it_has(ui: Path) -> None:
    assert [one.name for one in run_checks.ui_stages()] == ["ui install", "ui lint", "ui build"]


def test_packages_are_installed_once_per_lock_file(ui: Path, tmp_path: Path) -> None:
    run_checks.install_ui()
    run_checks.install_ui()
    assert (tmp_path / "calls").read_text().split() == ["ci", "install"]
    (ui / "package-lock.json").write_text('{"changed": true}')
    run_checks.install_ui()
    assert (tmp_path / "calls").read_text().split() == ["ci", "install"] * 2


def test_missing_programs_are_named_with_their_remedy(
    ui: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(Broken, match=r"nodejs\.org"):
        run_checks.install_ui()
    with pytest.raises(Broken, match=r"test\.sh fast"):
        run_checks.require_browser()


def test_without_a_web_app_there_are_no_stages_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_checks, "UI", tmp_path / "none")
    monkeypatch.setattr(run_checks, "BROWSER_TESTS", tmp_path / "none")
    assert [*run_checks.ui_stages(), *run_checks.browser_stages()] == []
