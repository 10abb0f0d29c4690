"""Whether runs can be started on this machine: the doctor's checks, kept for a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Final

from agent import doctor
from agent.doctor import Check, Machine
from server.schemas import SetupCheck, SetupStatus
from server.settings import VERSION, Settings

KEPT_SECONDS: Final = 60.0


class Setup:
    """The checks of one server. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._machine = Machine(settings.agent_environment, settings.install_folder)
        self._lock = threading.Lock()
        self._known: tuple[float, list[SetupCheck]] | None = None

    def status(self) -> SetupStatus:
        """What is there and what is missing, with the remedy."""
        with self._lock:
            now = time.monotonic()
            if self._known is None or now - self._known[0] > KEPT_SECONDS:
                self._known = now, [_view(check) for check in self._examine()]
            checks = self._known[1]
        ready = all(check.status != "missing" for check in checks)
        return SetupStatus(ready=ready, demo=self._settings.demo, version=VERSION, checks=checks)

    def _examine(self) -> Iterator[Check]:
        yield doctor.check_git(self._machine)
        yield doctor.check_cli(self._machine)
        yield doctor.check_login(self._machine)


def _view(check: Check) -> SetupCheck:
    return SetupCheck(name=check.name, status=check.state, detail=check.detail, remedy=check.remedy or None)
