from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.schemas import FeatureUpdate
from api.backlog.service import FeatureList
from api.backlog.statuses import PERSON
from api.database import Database, open_database
from api.errors import InvalidInput, Unavailable
from api.events import Log
from tests import backlogs


@pytest.fixture
def features(database: Database) -> FeatureList:
    """The list of a project with two cards."""
    with database.write() as session:
        backlogs.fill(session, [[], []])
    return FeatureList(database, database.path.parent)


def listed(database: Database) -> Path:
    return database.path.parent / backlog.LISTED


def names(database: Database) -> list[str]:
    return [entry["name"] for entry in json.loads(listed(database).read_text())]


def warnings(database: Database) -> list[str]:
    with database.read() as session:
        return [told.line for told in backlogs.events(session) if isinstance(told, Log)]


def backups(database: Database) -> list[Path]:
    return list(listed(database).parent.glob("backups/*"))


def test_the_list_follows_every_change(database: Database, features: FeatureList) -> None:
    assert features.keep() == "written"
    assert features.keep() == "same"
    with database.write() as session:
        first = backlogs.turn_green(session)
        backlog.update(session, first.id, FeatureUpdate(name="Grün", steps=["öffnen"]), PERSON)
    assert features.keep() == "written"
    entry = json.loads(listed(database).read_text())[0]
    assert entry == {"category": "core", "name": "Grün", "description": "", "steps": ["öffnen"], "passes": True}
    with database.write() as session:
        for card in backlog.listing(session):
            backlog.delete(session, card.id, PERSON)
    assert features.keep() == "written"
    assert json.loads(listed(database).read_text()) == []
    assert warnings(database) == []


def test_an_edit_by_hand_is_reverted_kept_and_told(database: Database, features: FeatureList) -> None:
    features.keep()
    before = listed(database).read_text()
    assert not features.is_touched()
    listed(database).write_text(before.replace("false", "true"))
    assert features.is_touched()
    assert features.keep() == "reverted"
    assert listed(database).read_text() == before
    [kept] = backups(database)
    assert kept.read_text() == before.replace("false", "true")
    [line] = warnings(database)
    assert "was changed by hand" in line
    assert kept.name in line
    with database.read() as session:
        assert backlog.stats(session).passing == 0


def test_an_edit_is_found_after_the_backlog_went_on(database: Database, features: FeatureList) -> None:
    features.keep()
    listed(database).write_text("[]")
    with database.write() as session:
        backlogs.fill(session, [[]])
    assert FeatureList(database, database.path.parent).keep() == "reverted"
    assert len(names(database)) == 3


def test_a_list_that_was_deleted_is_written_again(database: Database, features: FeatureList) -> None:
    features.keep()
    listed(database).unlink()
    assert features.is_touched()
    assert features.keep() == "written"
    assert warnings(database) == []


@pytest.mark.parametrize("lost", ["the list", "the note"])
def test_a_crash_between_note_and_list_is_no_edit(database: Database, features: FeatureList, lost: str) -> None:
    features.keep()
    note = listed(database).with_name("feature_list.sha256")
    old = {path: path.read_bytes() for path in (listed(database), note)}
    with database.write() as session:
        backlogs.fill(session, [[]])
    features.keep()
    path = listed(database) if lost == "the list" else note
    path.write_bytes(old[path])
    assert features.keep() in {"written", "same"}
    assert len(names(database)) == 3
    assert warnings(database) == []


def test_a_lost_database_comes_back_as_far_as_the_list_goes(
    database: Database, features: FeatureList, tmp_path: Path, migrated: Path
) -> None:
    with database.write() as session:
        backlogs.turn_green(session)
    features.keep()
    folder = tmp_path / "restored"
    shutil.copytree(listed(database).parent, folder / ".autocoder")
    shutil.copy(migrated, folder / "features.db")
    other = open_database(folder / "features.db", "project")
    again = FeatureList(other, folder)
    assert (again.restore(), again.restore(), again.keep()) == (True, False, "same")
    assert names(other) == names(database)
    with other.read() as session:
        assert [card.proof for card in backlog.listing(session)] == ["unproven", None]
    assert "taken over" in warnings(other)[0]
    other.close()


def test_an_empty_backlog_writes_and_needs_no_list(database: Database) -> None:
    features = FeatureList(database, database.path.parent)
    assert (features.keep(), features.restore(), listed(database).exists()) == ("same", False, False)
    listed(database).parent.mkdir()
    listed(database).write_text("[]\n")
    assert (features.keep(), features.restore()) == ("same", False)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{}"])
def test_a_list_that_is_none_is_left_alone(database: Database, content: bytes) -> None:
    listed(database).parent.mkdir()
    listed(database).write_bytes(content)
    with pytest.raises(InvalidInput):
        FeatureList(database, database.path.parent).keep()
    assert listed(database).read_bytes() == content


def test_nothing_is_written_through_a_link(database: Database, features: FeatureList, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    listed(database).parent.symlink_to(elsewhere)
    assert features.keep() == "same"
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(database: Database, features: FeatureList) -> None:
    listed(database).parent.write_text("a file where the folder belongs")
    with pytest.raises(Unavailable, match="cannot be written"):
        features.keep()


def test_it_is_not_written_again_at_once(database: Database, features: FeatureList) -> None:
    assert features.keep_gently() == "written"
    with database.write() as session:
        backlogs.fill(session, [[]])
    assert features.keep_gently() is None
    assert features.keep() == "written"


def test_many_who_keep_it_report_no_edit(database: Database, features: FeatureList) -> None:
    def keep() -> None:
        mine = FeatureList(database, database.path.parent)
        for _ in range(15):
            with database.write() as session:
                backlogs.fill(session, [[]])
            mine.keep()

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    features.keep()
    assert len(names(database)) == 62
    assert (warnings(database), backups(database)) == ([], [])
