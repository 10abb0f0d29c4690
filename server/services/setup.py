"""Whether runs can be started on this machine: the doctor's checks. Quick ones are kept for a minute.

The sandbox is tried once for each server, beside everything else: it takes seconds, and is in the answer as soon as it
is known.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from agent import doctor
from agent.doctor import Check, Machine
from server.schemas import SetupCheck, SetupStatus
from server.settings import VERSION, Settings

KEPT_SECONDS: Final = 60.0


class Setup:
    """The checks of one server. Threads may share it."""

    def __init__(self, settings: Settings, try_sandbox: Callable[[], Check] = doctor.check_sandbox) -> None:
        self._settings = settings
        self._machine = Machine(settings.agent_environment, settings.install_folder)
        self._lock = threading.Lock()
        self._quick: tuple[float, list[Check]] | None = None
        self._try_sandbox = try_sandbox
        self._sandbox: Check | None = None
        self._trying: threading.Thread | None = None

    def status(self) -> SetupStatus:
        """What is there and what is missing, with the remedy."""
        with self._lock:
            if self._trying is None:
                self._trying = threading.Thread(target=self._try, name="sandbox check", daemon=True)
                self._trying.start()
            now = time.monotonic()
            if self._quick is None or now - self._quick[0] > KEPT_SECONDS:
                self._quick = now, self._examine()
            checks = [*self._quick[1], *([self._sandbox] if self._sandbox else [])]
        ready = all(check.state != "missing" for check in checks)
        shown = [_view(check) for check in checks]
        return SetupStatus(ready=ready, demo=self._settings.demo, version=VERSION, checks=shown)

    def _examine(self) -> list[Check]:
        return [
            doctor.check_git(self._machine),
            doctor.check_cli(self._machine),
            doctor.check_login(self._machine),
        ]

    def _try(self) -> None:
        found = self._try_sandbox()
        if self._settings.demo and found.state == "missing":
            found = replace(found, state="warning")  # the demo's own project may be built without one
        self._sandbox = found


def _view(check: Check) -> SetupCheck:
    return SetupCheck(name=check.name, status=check.state, detail=check.detail, remedy=check.remedy or None)
