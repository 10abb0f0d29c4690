"""Loads REST and WebSocket beside the start: the web app and /health answer while the database layer is read in.

The database layer takes longer to import than FastAPI itself. Requests that need it wait for it; all others do not.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
from collections.abc import Callable
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import AppError
from server.health import Readiness
from server.settings import Settings

BACKEND: Final = "server.backend"  # looked up by name: importing it is what is put off

Prepare = Callable[[Settings], Settings]


class Loading:
    """The one loading of an application's back end. Started by whoever needs it first.

    `prepare` runs before it, in the same thread, and answers the settings the back end is to have.
    """

    def __init__(self, app: FastAPI, prepare: Prepare | None = None) -> None:
        self._app = app
        self._prepare = prepare
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, if that was not done yet."""
        self._task = self._task or asyncio.create_task(asyncio.to_thread(self.load))

    async def wait(self) -> None:
        """Until it is loaded; raises what went wrong."""
        self.start()
        assert self._task is not None  # just started
        await asyncio.shield(self._task)

    def load(self) -> None:
        """Load now, in this thread."""
        if self._prepare is not None:
            self._app.state.settings = self._prepare(self._app.state.settings)
        gc.disable()  # what is loaded stays: to look through it for garbage costs time now, and pauses later
        backend = importlib.import_module(BACKEND)
        gc.freeze()
        gc.enable()
        backend.install(self._app)

    @property
    def failed(self) -> bool:
        """Whether it ended with an error."""
        return self._task is not None and self._task.done() and self._task.exception() is not None

    async def readiness(self) -> Readiness:
        """Whether it is loaded, and works."""
        self.start()
        assert self._task is not None  # just started
        if not self._task.done():
            return Readiness(status="starting", detail="The server is starting.")
        try:
            self._task.result()
            await asyncio.to_thread(self._app.state.databases.list)
        except AppError as error:
            return Readiness(status="unready", detail=error.detail)
        return Readiness(status="ready")

    async def end(self) -> None:
        """Close what was loaded."""
        if self._task is not None:
            await asyncio.wait([self._task])
        if self._task is not None and self._task.exception() is None:
            await importlib.import_module(BACKEND).close(self._app)


class WaitForBackend:
    """Lets requests for /api and /ws wait until they can be served."""

    def __init__(self, app: ASGIApp, loading: Loading) -> None:
        self._app = app
        self._loading = loading

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        if scope["type"] != "lifespan" and scope["path"].startswith(("/api/", "/ws/")):
            await self._loading.wait()
        await self._app(scope, receive, send)
