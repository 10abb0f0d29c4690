"""Databases as the product makes them: migrated once a run, copied for each test."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.database import Database, open_database


def pytest_configure() -> None:
    """What starts in the background of a shell inherits an ignored SIGINT; programs under test shall hear Ctrl+C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated features.db to copy."""
    path = tmp_path_factory.mktemp("migrated") / "features.db"
    open_database(path, "project").close()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """A project's database of the test's own."""
    folder = tmp_path / "database"
    folder.mkdir()
    shutil.copy(migrated, folder / "features.db")
    opened = open_database(folder / "features.db", "project")
    yield opened
    opened.close()
