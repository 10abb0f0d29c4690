from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agent.listing import listed
from agent.project import open_project
from api.backlog import service as backlog
from api.backlog.service import FeatureList
from api.database import Database
from tests import backlogs


async def test_the_list_is_written_while_a_run_goes_on_and_at_its_end(database: Database) -> None:
    path = database.path.parent / backlog.LISTED
    with database.write() as session:
        backlogs.fill(session, [[]])
    async with listed(FeatureList(database, database.path.parent)):
        async with asyncio.timeout(20):
            while not path.exists():  # noqa: ASYNC110 - written by another thread
                await asyncio.sleep(0.01)
        with database.write() as session:
            backlogs.fill(session, [[]])
    assert len(json.loads(path.read_text())) == 2


async def test_a_run_goes_on_where_the_list_cannot_be_written(database: Database) -> None:
    (database.path.parent / ".autocoder").write_text("a file where the folder belongs")
    with database.write() as session:
        backlogs.fill(session, [[]])
    async with listed(FeatureList(database, database.path.parent)):
        await asyncio.sleep(0)
    assert (database.path.parent / ".autocoder").is_file()


@pytest.mark.parametrize("kept", ["feature_list.json", backlog.LISTED])
def test_a_project_without_cards_takes_a_list_over(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "app" / kept
    path.parent.mkdir(parents=True)
    path.write_text('[{"category": "core", "description": "As a user I log in", "passes": true}]')
    environ = {"AUTOCODER_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    for _ in range(2):
        project = open_project(str(tmp_path / "app"), environ)
        with project.database.read() as session:
            [card] = backlog.listing(session)
        project.database.close()
        assert (card.name, card.proof) == ("As a user I log in", "unproven")
