"""Everything that needs the database layer: what the server keeps going, and the routes on top of it."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI

from server import websocket
from server.routers import agent, dependencies, features, filesystem, pictures, projects, runs, settings, setup
from server.services.board import Boards
from server.services.caretaker import Caretaker
from server.services.checks import Checks
from server.services.databases import Databases
from server.services.setup import Setup
from server.services.supervisor import Supervisor
from server.services.watcher import Watchers
from server.settings import Settings

ROUTERS = (
    setup.router,
    settings.router,
    filesystem.router,
    projects.router,
    features.router,
    dependencies.router,
    pictures.router,
    agent.router,
    runs.router,
    websocket.router,
)


def install(app: FastAPI) -> None:
    """Give `app` its routes and what they use, and adopt the agents that run. Raises AppError."""
    given: Settings = app.state.settings
    databases = Databases(given.home)
    app.state.databases = databases
    app.state.watchers = Watchers(databases)
    app.state.boards = Boards()
    app.state.checks = Checks(given.agent_environment)
    app.state.setup = Setup(given)
    app.state.supervisor = Supervisor(given, databases)
    app.state.caretaker = Caretaker(databases, app.state.watchers.folders)
    for router in ROUTERS:
        app.include_router(router)
    app.state.supervisor.open()
    app.state.caretaker.open()


async def close(app: FastAPI) -> None:
    """Interrupt checks, look away from the agents, which go on, and close the databases."""
    await app.state.checks.close()
    await asyncio.to_thread(app.state.caretaker.close)
    await asyncio.to_thread(app.state.supervisor.close)
    await asyncio.to_thread(app.state.databases.close)
