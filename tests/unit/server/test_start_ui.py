"""The launcher's own decisions; starting it for real is in tests/integration/test_server_launcher.py."""

from __future__ import annotations

import errno
import sys
import webbrowser
from pathlib import Path
from types import SimpleNamespace

import pytest

import start_ui
from api.errors import InvalidInput, Unavailable
from server.settings import Settings
from start_ui import Options, main, parse, settings_for
from tests.servers import until


def test_flags() -> None:
    assert parse([]) == Options()
    given = parse(["--demo", "--host", "::1", "--port", "8000", "--strict-port", "--no-browser", "--no-build"])
    assert given == Options(demo=True, host="::1", port=8000, strict_port=True, browser=False, build=False)


@pytest.mark.parametrize("argv", [["--port", "web"], ["--port", "70000"], ["--prot", "1"]])
def test_flags_that_cannot_be(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parse(argv)
    assert left.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_flags_win_over_the_environment(tmp_path: Path) -> None:
    environ = {"AUTOCODER_HOME": str(tmp_path / "home"), "PORT": "6000"}
    assert settings_for(Options(), environ).port == 6_000
    assert settings_for(Options(port=7_000), environ).port == 7_000
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700


def test_the_demo_has_a_home_beside_the_real_one(tmp_path: Path) -> None:
    settings = settings_for(Options(demo=True), {"AUTOCODER_HOME": str(tmp_path / "home")})
    assert (settings.home, settings.demo) == (tmp_path / "home-demo", True)
    assert settings.agent_environment["AUTOCODER_HOME"] == str(tmp_path / "home-demo")
    assert not (tmp_path / "home").exists()


def test_a_host_for_everybody_needs_the_opt_in(tmp_path: Path) -> None:
    environ = {"AUTOCODER_HOME": str(tmp_path / "home")}
    with pytest.raises(InvalidInput, match="AUTOCODER_ALLOW_REMOTE=1"):
        settings_for(Options(host="0.0.0.0"), environ)
    assert settings_for(Options(host="0.0.0.0"), {**environ, "AUTOCODER_ALLOW_REMOTE": "1"}).host == "0.0.0.0"


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="set AUTOCODER_HOME"):
        settings_for(Options(), {"AUTOCODER_HOME": str(tmp_path / "file" / "home")})


@pytest.mark.parametrize(("screen", "browser", "opened"), [(":0", True, True), (":0", False, False), ("", True, False)])
def test_a_browser_is_opened_only_where_there_is_a_screen(
    screen: str, browser: bool, opened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses: list[str] = []
    monkeypatch.setattr(webbrowser, "open", addresses.append)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    start_ui._open_browser("http://localhost:5173", Options(browser=browser))
    if opened:
        until(lambda: addresses)
    assert addresses == (["http://localhost:5173"] if opened else [])


def test_an_expected_failure_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(settings: Settings, options: Options) -> int:
        raise Unavailable("There is no npm.")

    monkeypatch.setattr(start_ui, "launch", fail)
    monkeypatch.setattr(start_ui, "settings_for", lambda options, environ: None)
    assert main([]) == 1
    assert capsys.readouterr().err == "Error: There is no npm.\n"


def test_ctrl_c_before_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(options: Options, environ: object) -> Settings:
        raise KeyboardInterrupt

    monkeypatch.setattr(start_ui, "settings_for", interrupted)
    assert main([]) == 130


def test_a_demo_that_cannot_be_prepared_ends_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(home: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(sys.modules, start_ui.DEMO, SimpleNamespace(make_home=fail))
    monkeypatch.setenv("AUTOCODER_HOME", str(tmp_path / "home"))
    assert main(["--demo", "--port", "0", "--no-browser", "--no-build"]) == 1
    said = capsys.readouterr()
    assert "AutoCoder is at" in said.out
    where = tmp_path / "home-demo"
    assert said.err == f"Error: The demo cannot use {where} (No space left on device): make room, or remove it.\n"
