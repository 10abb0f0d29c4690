"""One server for an AutoCoder home: the second launcher finds the first, and opens it."""

from __future__ import annotations

import http.client
import json
import os
import time
from pathlib import Path
from typing import IO, Final

from pydantic import BaseModel, ValidationError

from server.locks import try_lock

_EVERY_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound
ANSWER_SECONDS: Final = 10.0  # for a server that is just starting


class Running(BaseModel):
    """The server that holds a home, as it wrote itself down."""

    pid: int
    started: float
    host: str
    port: int
    instance: str

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        return address(self.host, self.port)


def address(host: str, port: int) -> str:
    """The address of a server that listens on `host`, for a browser on its own machine."""
    if host in _EVERY_LOCAL:
        return f"http://localhost:{port}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class HomeLock:
    """The lock of one home. The system lets go of it when the process ends, however it ends."""

    def __init__(self, home: Path) -> None:
        self._lock = home / "server.lock"
        self._card = home / "server.json"
        self._file: IO[bytes] | None = None

    def acquire(self) -> bool:
        """Take the lock; False when another server has it."""
        file = self._lock.open("a+b")
        if not try_lock(file.fileno()):
            file.close()
            return False
        self._file = file
        self._card.unlink(missing_ok=True)  # of a server that died
        return True

    def announce(self, running: Running) -> None:
        """Say where this server is, once it can be reached."""
        draft = self._card.with_suffix(".new")
        draft.write_text(running.model_dump_json(), encoding="utf-8")
        draft.replace(self._card)

    def release(self) -> None:
        """Let another server in."""
        if self._file is not None:
            self._card.unlink(missing_ok=True)
            self._file.close()
            self._file = None

    def find(self, timeout: float = ANSWER_SECONDS) -> Running | None:
        """The server that holds the lock, once it has answered with its own name; None when none did in time."""
        deadline = time.monotonic() + timeout
        while True:
            running = self._read()
            if running is not None and answers(running):
                return running
            if time.monotonic() > deadline:
                return None
            time.sleep(0.05)

    def _read(self) -> Running | None:
        try:
            return Running.model_validate_json(self._card.read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            return None


def answers(running: Running) -> bool:
    """Whether that very server answers at its address, and not another program that took the port."""
    host = "127.0.0.1" if running.host in _EVERY_LOCAL - {"::1"} else running.host
    connection = http.client.HTTPConnection(host, running.port, timeout=2.0)
    try:
        connection.request("GET", "/health")
        answer = json.loads(connection.getresponse().read(10_000))
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return isinstance(answer, dict) and answer.get("instance") == running.instance


def this_process(host: str, port: int, instance: str, started: float) -> Running:
    """What to announce."""
    return Running(pid=os.getpid(), started=started, host=host, port=port, instance=instance)
