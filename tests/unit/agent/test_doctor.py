"""The doctor: each check against a machine that has, lacks or half has the thing."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from agent import doctor
from agent.doctor import Check, Machine
from api.errors import Unavailable
from harness.sandboxes.base import Place, Provider
from harness.sandboxes.escapes import EscapeResult


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with an empty PATH and an empty home."""
    (tmp_path / "bin").mkdir()
    return Machine({"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}, tmp_path / "install")


def program(machine: Machine, name: str, says: str, exit_code: int = 0) -> Path:
    """Put a program on the machine's PATH."""
    path = Path(machine.environ["PATH"]) / name
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def given(machine: Machine, **variables: str) -> Machine:
    return Machine({**machine.environ, **variables}, machine.install_folder)


def build_ui(machine: Machine) -> None:
    page = machine.install_folder / "ui" / "dist" / "index.html"
    page.parent.mkdir(parents=True)
    page.touch()


def test_a_line_names_state_thing_and_remedy() -> None:
    assert str(Check("git", "missing", "not found", "install it")) == "missing  git        not found -> install it"
    assert str(Check("git", "ok", "2.39")) == "ok       git        2.39"


def test_python_is_the_one_that_runs() -> None:
    assert doctor.check_python().state == "ok"


@pytest.mark.parametrize(
    ("check", "name", "new", "old"),
    [(doctor.check_node, "node", "v20.19.1", "v18.1.0"), (doctor.check_git, "git", "git version 2.39.5", "git 2.25.1")],
)
def test_programs_must_be_there_and_new_enough(
    machine: Machine, check: Callable[[Machine], Check], name: str, new: str, old: str
) -> None:
    absent = check(machine)
    assert (absent.state, bool(absent.remedy)) == ("missing", True)
    program(machine, name, old)
    assert "too old" in check(machine).detail
    program(machine, name, new)
    assert check(machine).state == "ok"


def test_a_program_that_fails_counts_as_missing(machine: Machine) -> None:
    program(machine, "git", "git version 2.39.5", exit_code=1)
    assert doctor.check_git(machine).state == "missing"


def test_node_is_not_needed_where_the_web_app_is_built(machine: Machine) -> None:
    build_ui(machine)
    assert doctor.check_node(machine).state == "warning"


def test_the_cli_of_the_requirements_is_found(machine: Machine) -> None:
    found = doctor.check_cli(machine)
    assert (found.state, "Claude Code" in found.detail) == ("ok", True)


def test_a_cli_that_does_not_start_is_shown_with_its_last_words(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = program(machine, "claude", "Illegal instruction", exit_code=132)
    monkeypatch.setattr(doctor, "find_cli", lambda environ: broken)
    assert doctor.check_cli(machine).detail.endswith("does not start: Illegal instruction")
    monkeypatch.setattr(doctor, "find_cli", lambda environ: tmp_path / "gone")
    assert doctor.check_cli(machine).state == "missing"


def test_no_login_names_both_remedies_and_the_demo(machine: Machine) -> None:
    found = doctor.check_login(machine)
    assert found.state == "missing"
    assert all(word in found.remedy for word in ("claude login", "ANTHROPIC_API_KEY", "--demo"))


def test_a_key_is_named_and_never_shown(machine: Machine) -> None:
    found = doctor.check_login(given(machine, ANTHROPIC_API_KEY="sk-ant-secret"))
    assert found == Check("login", "ok", "ANTHROPIC_API_KEY is set")
    other = doctor.check_login(given(machine, ANTHROPIC_AUTH_TOKEN="secret", ANTHROPIC_BASE_URL="https://z.example"))
    assert other.detail == "ANTHROPIC_AUTH_TOKEN is set, for https://z.example"


@pytest.mark.parametrize(("exit_code", "state"), [(0, "ok"), (1, "missing")])
def test_a_subscription_is_put_to_the_cli(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, exit_code: int, state: str
) -> None:
    cli = program(machine, "claude", "{}", exit_code)
    monkeypatch.setattr(doctor, "find_cli", lambda environ: cli)
    assert doctor.check_login(given(machine, CLAUDE_CODE_OAUTH_TOKEN="token")).state == state


def test_a_subscription_that_cannot_be_verified_is_believed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "find_cli", lambda environ: tmp_path / "gone")
    assert "not verified" in doctor.check_login(given(machine, CLAUDE_CODE_OAUTH_TOKEN="token")).detail


@pytest.mark.place
def test_the_place_of_this_machine_holds() -> None:
    found = doctor.check_sandbox()
    assert (found.state, "attempts to escape" in found.detail) == ("ok", True)


def test_without_a_place_the_remedy_is_the_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Provider:
        raise Unavailable("User namespaces are forbidden. Remedy: allow them.")

    monkeypatch.setattr(doctor, "provider", none)
    found = doctor.check_sandbox()
    assert (found.state, found.remedy) == ("missing", "User namespaces are forbidden. Remedy: allow them.")


@pytest.mark.place
def test_a_place_that_does_not_hold_is_not_good_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    async def escaped(place: Place) -> list[EscapeResult]:
        return [EscapeResult("read a disk", "escaped", "found"), EscapeResult("become root", "held", "")]

    monkeypatch.setattr(doctor, "try_escapes", escaped)
    found = doctor.check_sandbox()
    assert (found.state, "does not hold: read a disk" in found.detail) == ("missing", True)


def test_a_browser_is_found_on_path_or_where_it_is_said_to_be(machine: Machine, tmp_path: Path) -> None:
    assert doctor.check_browser(machine).state == "warning"
    found = program(machine, "chromium", "Chromium")
    assert doctor.check_browser(machine).detail == str(found)
    own = tmp_path / "my-chrome"
    found.rename(own)
    assert doctor.check_browser(given(machine, CHROME_PATH=str(own))).detail == str(own)


def test_a_taken_port_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken, socket.socket() as free:
        for one in (taken, free):
            one.bind(("127.0.0.1", 0))
        taken.listen()
        ports = taken.getsockname()[1], free.getsockname()[1]
        free.close()
        monkeypatch.setattr(doctor, "PORT", ports[0])
        monkeypatch.setattr(doctor, "DEVELOPMENT_PORT", ports[1])
        found = doctor.check_ports()
        assert (found.state, found.detail) == ("warning", f"{ports[0]} taken")
    assert doctor.check_ports().state == "ok"


def test_settings_must_be_private(machine: Machine) -> None:
    assert doctor.check_settings(machine).state == "ok"
    machine.install_folder.mkdir()
    file = machine.install_folder / ".env"
    file.touch(0o644)
    assert doctor.check_settings(machine).remedy == f"chmod 600 {file}"
    file.chmod(0o600)
    assert doctor.check_settings(machine).state == "ok"
