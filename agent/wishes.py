"""What is asked of a run, by Ctrl+C or by another process: first to pause, then to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from typing import Literal

from agent.journal import Journal
from api.events import Log

Request = Literal["pause", "stop"]


class Bell:
    """Wakes whoever waits for something to change. Listen first, look then, wait last: no ring is missed so."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def listen(self) -> asyncio.Event:
        """The event that the next ring sets."""
        return self._next

    def ring(self) -> None:
        """Wake everybody who listens."""
        self._next.set()
        self._next = asyncio.Event()


class Wishes:
    """Requests. `stop` interrupts the sessions under way; `bell` rings for whoever decides what is next."""

    def __init__(self) -> None:
        self.request: Request | None = None
        self.asked = asyncio.Event()
        self.stop = asyncio.Event()
        self.bell = Bell()

    def ask(self, request: Request) -> None:
        """Note a request; a stop is never weakened to a pause."""
        if self.request != "stop":
            self.request = request
        self.asked.set()
        if self.request == "stop":
            self.stop.set()
        self.bell.ring()

    def resume(self) -> None:
        """Take back a request to pause that has not been met yet."""
        if self.request == "pause":
            self.request = None
            self.asked.clear()
            self.bell.ring()

    def interrupt(self) -> None:
        """One more Ctrl+C."""
        self.ask("pause" if self.request is None else "stop")


@contextlib.contextmanager
def signals_ask(wishes: Wishes, journal: Journal, agents: int = 1) -> Iterator[None]:
    """While the block runs, Ctrl+C asks `wishes` to pause, then to stop; SIGTERM and SIGHUP ask to stop."""
    loop = asyncio.get_running_loop()
    when = "this session is" if agents == 1 else "the running sessions are"

    def interrupt() -> None:
        wishes.interrupt()
        if wishes.request == "pause":
            line = f"Pausing when {when} done. Press Ctrl+C again to stop at once."
            journal.write(Log(line=line, level="warning"))

    handlers = {signal.SIGINT: interrupt}
    handlers |= {number: lambda: wishes.ask("stop") for number in (signal.SIGTERM, signal.SIGHUP)}
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)
