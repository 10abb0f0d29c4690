"""The server for tests: in process over ASGI, or a real one on a free port in a thread of its own."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from api.database import Database, Kind, append_events, open_database
from api.events import Log
from api.projects import service as projects
from server.main import create_app
from server.services.databases import Databases
from server.serving import configuration
from server.settings import INSTALL_FOLDER, Settings

PROJECT = "shop"
ORIGIN = "http://127.0.0.1:5173"


def make_settings(folder: Path, **changes: Any) -> Settings:
    """Settings with a home of their own, a key that nobody asks for, and a built web app of two files."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "ANTHROPIC_API_KEY": "test",
        "AUTOCODER_HOME": str(home),
    }
    return Settings(**{"home": home, "agent_environment": environment, "instance": "test-instance", **changes})


def make_install_folder(folder: Path) -> Path:
    """An install folder with templates and a built web app."""
    dist = folder / "install" / "ui" / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>AutoCoder</title>" + " " * 2_000)
    (dist / "assets" / "app-4f2c.js").write_text("export const answer = 42;\n" * 200)
    (folder / "install" / "templates").symlink_to(INSTALL_FOLDER / "templates")
    return folder / "install"


def register(settings: Settings, folder: Path, name: str = PROJECT) -> Path:
    """A registered project in a new folder beside the home; the folder."""
    project = folder / name
    project.mkdir()
    if not (settings.home / "registry.db").exists():
        shutil.copy(_migrated("registry"), settings.home / "registry.db")
    shutil.copy(_migrated("project"), project / "features.db")
    databases = Databases(settings.home)
    with databases.registry().write() as session:
        projects.register(session, name, project, created_by_us=False, kind="web_app")
    databases.project(project)
    databases.close()
    return project


@cache
def _migrated(kind: Kind) -> Path:
    """An empty database of one kind, migrated once for all tests of this process."""
    folder = Path(tempfile.mkdtemp(prefix="autocoder-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / f"{kind}.db"
    open_database(path, kind).close()
    return path


@contextlib.asynccontextmanager
async def running(app: FastAPI, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `app` in this process, while the app's lifespan is open."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN, **options) as client,
    ):
        await app.state.loading.wait()
        yield client


@dataclass
class Served:
    """A server that listens."""

    app: FastAPI
    port: int
    server: uvicorn.Server

    def url(self, path: str = "") -> str:
        """An address of it."""
        return f"http://127.0.0.1:{self.port}{path}"

    def ws(self, project: str = PROJECT, query: str = "") -> str:
        """The address of a project's socket."""
        return f"ws://127.0.0.1:{self.port}/ws/projects/{project}{query}"


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """A real server in a thread, on a port that was free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        app = create_app(settings.model_copy(update={"port": port}))
        server = uvicorn.Server(configuration(app, settings))
        thread = threading.Thread(target=asyncio.run, args=(server.serve(sockets=[listener]),), daemon=True)
        thread.start()
        try:
            until(lambda: server.started)
            yield Served(app, port, server)
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def until(true: Callable[[], object], timeout: float = 20.0, *, every: float = 0.01) -> None:
    """Wait for a condition, looking at it `every` so many seconds; an AssertionError past `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(every)


def write_lines(database: Database, count: int, start: int = 0) -> None:
    """Append log lines `line START`, `line START+1`, ... in one transaction."""
    append_events(database, [Log(line=f"line {number}", agent="agent-1") for number in range(start, start + count)])
