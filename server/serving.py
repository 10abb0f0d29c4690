"""Runs the application, and leaves in order: the first Ctrl+C pauses agents and waits, the second stops them."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Final, Protocol

import uvicorn
from fastapi import FastAPI

from api.errors import AppError
from server.settings import Settings

if TYPE_CHECKING:  # only names in signatures: what they drag in would slow the start down
    from api.projects.schemas import ProjectView
    from api.runs.schemas import RunView

POLL_SECONDS: Final = 0.2
MOST_FRAME: Final = 64 * 1024  # bytes of what a client may send in one frame
Say = Callable[[str], None]


class Agents(Protocol):
    """What leaving needs of the supervisor."""

    def retire(self) -> None:
        """Start nothing any more."""
        ...

    def live(self) -> list[tuple[ProjectView, RunView]]:
        """Every live run."""
        ...

    def pause(self, project: ProjectView) -> None:
        """Ask to pause."""
        ...

    def stop(self, project: ProjectView) -> None:
        """Ask to stop, and see to it."""
        ...


class Departure:
    """Leaving, in steps: pause and wait, stop and wait, go at once. `leave` ends the server."""

    def __init__(self, agents: Callable[[], Agents | None], leave: Callable[[], None], say: Say) -> None:
        self._agents = agents
        self._leave = leave
        self._say = say
        self._asked = 0
        self._thread: threading.Thread | None = None

    def interrupt(self) -> None:
        """One Ctrl+C."""
        self._ask(self._asked + 1)

    def terminate(self) -> None:
        """Someone wants the server gone: agents are stopped, not waited for to pause."""
        self._ask(max(2, self._asked))

    def _ask(self, step: int) -> None:
        self._asked = step
        if step > 2:
            self._say("Leaving at once: agents that still run are found again at the next start.")
            self._leave()
        elif self._thread is None:
            self._thread = threading.Thread(target=self._depart, name="departure", daemon=True)
            self._thread.start()

    def _depart(self) -> None:
        try:
            agents = self._agents()
            if agents is not None:
                agents.retire()
                self._empty(agents)
        except AppError as error:  # the home is gone, say: whoever wants to leave is not kept by that
            self._say(f"Leaving without a word to the agents: {error}")
        finally:
            self._leave()

    def _empty(self, agents: Agents) -> None:
        """Ask every live run what the present step says, once for each step, until none is left."""
        told: set[tuple[int, str]] = set()
        pause = threading.Event()
        while True:
            live = agents.live()
            step = min(self._asked, 2)
            new = [project for project, _ in live if (step, project.name) not in told]
            if not live:
                return
            if new:
                self._say(_sentence(step, [project.name for project in new]))
            for project in new:
                told.add((step, project.name))
                _try_to(agents.pause if step == 1 else agents.stop, project)
            pause.wait(POLL_SECONDS)


def _sentence(step: int, names: list[str]) -> str:
    which = ", ".join(names)
    if step == 1:
        return f"Pausing {which} when the session is done. Press Ctrl+C again to stop at once."
    return f"Stopping {which} ..."


def _try_to(command: Callable[[ProjectView], None], project: ProjectView) -> None:
    try:
        command(project)
    except AppError:
        return  # it paused or ended meanwhile: the next look at what is live says so


class ControlServer(uvicorn.Server):
    """A uvicorn server whose signals mean what the launcher says they mean."""

    def __init__(self, app: FastAPI, settings: Settings, say: Say, on_started: Callable[[], None]) -> None:
        super().__init__(configuration(app, settings))
        self._on_started = on_started
        self._departure = Departure(lambda: getattr(app.state, "supervisor", None), self._leave, say)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what signal.signal calls
        """A signal arrived. It is not raised again afterwards: leaving in order is no failure."""
        if sig == signal.SIGINT:
            self._departure.interrupt()
        else:
            self._departure.terminate()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            asyncio.get_running_loop().call_soon(self._on_started)

    def _leave(self) -> None:
        self.should_exit = True


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How uvicorn is run. Frames are not compressed: between programs of one machine that only costs time."""
    return uvicorn.Config(
        app,
        http="h11",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=MOST_FRAME,
        access_log=settings.log_level == "DEBUG",
        log_level="info" if settings.log_level == "DEBUG" else "warning",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
