"""What the board says about this machine."""

from __future__ import annotations

import threading

import pytest

from agent import doctor
from agent.doctor import Check
from server.schemas import SetupStatus
from server.services import setup
from server.services.setup import Setup
from server.settings import Settings
from tests.servers import until


def named(status: SetupStatus, name: str) -> str | None:
    return next((check.status for check in status.checks if check.name == name), None)


@pytest.mark.parametrize(("demo", "shown", "ready"), [(False, "missing", False), (True, "warning", True)])
def test_the_sandbox_is_tried_beside_and_once(settings: Settings, demo: bool, shown: str, ready: bool) -> None:
    begin, tries = threading.Event(), list[int]()

    def slow() -> Check:
        assert begin.wait(10)
        tries.append(1)
        return Check("sandbox", "missing", "none can be opened", "apt-get install bubblewrap")

    checks = Setup(settings.model_copy(update={"demo": demo}), slow)
    assert named(checks.status(), "sandbox") is None
    begin.set()
    until(lambda: named(checks.status(), "sandbox") == shown)
    found = checks.status()
    assert (found.ready, found.demo, tries) == (ready, demo, [1])


def test_quick_checks_are_kept_for_a_while(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def login(machine: object) -> Check:
        asked.append(1)
        return Check("login", "ok", "a key")

    monkeypatch.setattr(doctor, "check_login", login)
    checks = Setup(settings, lambda: Check("sandbox", "ok", "held"))
    checks.status()
    checks.status()
    assert asked == [1]
    monkeypatch.setattr(setup, "KEPT_SECONDS", 0.0)
    checks.status()
    assert asked == [1, 1]
