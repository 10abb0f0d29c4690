"""A server in this process, with one project."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from api.database import Database, open_database
from server.main import create_app
from server.settings import Settings
from tests.servers import make_install_folder, make_settings, register, running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, install_folder=make_install_folder(tmp_path))


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Path:
    return register(settings, tmp_path)


@pytest.fixture
def database(project: Path) -> Iterator[Database]:
    opened = open_database(project / "features.db", "project")
    yield opened
    opened.close()


@pytest.fixture
async def client(settings: Settings, project: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(settings)) as found:
        yield found
