from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api import database as module
from api.database import Database, data_version, execute, open_database, watch
from api.errors import Conflict, DatabaseDamaged, InvalidInput, NotFound, Unavailable

ADD = "INSERT INTO settings (id, body) VALUES (1, '{}')"
COUNT = "SELECT count(*) FROM settings"


def count(database: Database) -> int:
    with database.read() as session:
        return int(execute(session, COUNT).fetchone()[0])


def pragma(database: Database, name: str) -> object:
    with database.write() as session:
        return execute(session, f"PRAGMA {name}").fetchone()[0]


def test_write_commits_at_the_end_of_the_block(database: Database) -> None:
    with database.write() as session:
        execute(session, ADD)
    assert count(database) == 1


def test_write_is_rolled_back_when_the_block_raises(database: Database) -> None:
    def fail_after_writing() -> None:
        with database.write() as session:
            execute(session, ADD)
            raise Conflict("no")

    with pytest.raises(Conflict):
        fail_after_writing()
    assert count(database) == 0


def test_read_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable, match="cannot be written"), database.read() as session:
        execute(session, ADD)
    assert count(database) == 0


def test_read_sees_one_state_while_another_writes(database: Database) -> None:
    with database.read() as session:
        assert execute(session, COUNT).fetchone()[0] == 0
        with database.write() as other:
            execute(other, ADD)
        assert execute(session, COUNT).fetchone()[0] == 0
    assert count(database) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 15_000)]
)
def test_connections_are_set_up(database: Database, name: str, value: object) -> None:
    assert pragma(database, name) == value


def test_many_threads_share_one_database(database: Database) -> None:
    with database.write() as session:
        execute(session, "INSERT INTO settings (id, body) VALUES (1, '0')")

    def add(_: int) -> None:
        with database.write() as session:
            execute(session, "UPDATE settings SET body = body + 1")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(200)))
    with database.read() as session:
        assert execute(session, "SELECT body FROM settings").fetchone()[0] == "200"


def test_a_mistake_in_our_own_sql_is_not_dressed_up(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), database.read() as session:
        execute(session, "SELECT * FROM recipes")


def test_a_writer_that_waits_too_long_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    impatient = Database(database.path)
    with (
        database.write(),
        pytest.raises(Unavailable, match="held by another program"),
        impatient.write(),
    ):
        pass
    impatient.close()


def test_a_full_disk_is_said_in_one_sentence(database: Database) -> None:
    with database.write() as session:
        execute(session, "PRAGMA max_page_count = 1")  # of the connection, which the pool hands out again
    with pytest.raises(Unavailable, match="disk is full"), database.write() as session:
        execute(session, "INSERT INTO settings (id, body) VALUES (1, zeroblob(1000000))")


def test_data_version_changes_with_commits_of_others_only(database: Database) -> None:
    connection = watch(database.path)
    before = data_version(connection)
    assert count(database) == 0
    assert data_version(connection) == before
    with database.write() as session:
        execute(session, ADD)
    assert data_version(connection) != before
    connection.close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere does not exist: create it first"):
        open_database(tmp_path / "nowhere" / "features.db", "project")


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "features.db").mkdir()
    with pytest.raises(Unavailable, match="cannot be"):
        open_database(tmp_path / "features.db", "project")


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("features.db.damaged-*Z"))


def test_a_file_that_is_no_database_is_copied_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "features.db"
    path.write_bytes(b"these are my notes" * 100)
    for _ in range(2):
        with pytest.raises(DatabaseDamaged, match=r"not an SQLite database.*features\.db\.damaged-\d"):
            open_database(path, "project")
    assert [copy.read_bytes() for copy in copies(path)] == [path.read_bytes()]


def test_a_truncated_database_is_damaged(database: Database) -> None:
    database.close()
    size = database.path.stat().st_size
    with database.path.open("r+b") as file:
        file.truncate(size // 2)
    with pytest.raises(DatabaseDamaged, match="is damaged"):
        open_database(database.path, "project")
    assert copies(database.path)[0].stat().st_size == size // 2


def test_a_page_of_garbage_is_damage(database: Database) -> None:
    database.close()
    with database.path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 4))
    with pytest.raises(DatabaseDamaged):
        open_database(database.path, "project")


def test_damage_found_while_working_is_said_and_copied(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.close()
    with database.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (database.path.stat().st_size - 4096))
    monkeypatch.setattr(module, "_CHECKED_IN_FULL", 0)
    with pytest.raises(DatabaseDamaged):
        count(Database(database.path))
    assert len(copies(database.path)) == 1


def test_copies_of_damage_are_few(tmp_path: Path) -> None:
    path = tmp_path / "features.db"
    for moment in range(5):
        path.write_bytes(b"not a database %d" % moment)
        os.utime(path, (1_000_000 + moment, 1_000_000 + moment))
        with pytest.raises(DatabaseDamaged):
            open_database(path, "project")
    assert len(copies(path)) == 3


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.write() as session:
        execute(session, "UPDATE alembic_version SET version_num = 'project_9999'")
    database.close()
    before = database.path.read_bytes()
    with pytest.raises(DatabaseDamaged, match="newer AutoCoder"):
        open_database(database.path, "project")
    assert database.path.read_bytes() == before
    assert copies(database.path) == []


def test_a_database_of_another_kind_is_refused(database: Database) -> None:
    with pytest.raises(DatabaseDamaged, match="of another kind"):
        open_database(database.path, "registry")


def test_a_stranger_s_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "features.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    connection.close()
    with pytest.raises(InvalidInput, match="another program"):
        open_database(path, "project")
    with sqlite3.connect(path) as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["recipes"]
    connection.close()


@pytest.fixture
def barrier() -> Iterator[threading.Barrier]:
    held = threading.Barrier(8, timeout=30)
    yield held
    held.abort()


def test_many_openers_of_one_new_file_do_not_collide(tmp_path: Path, barrier: threading.Barrier) -> None:
    def open_once(_: int) -> int:
        barrier.wait()
        database = open_database(tmp_path / "features.db", "project")
        try:
            return count(database)
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_once, range(8))) == [0] * 8


def test_a_current_database_opens_without_alembic(database: Database) -> None:
    program = (
        "import sys, pathlib; from api.database import open_database\n"
        "open_database(pathlib.Path(sys.argv[1]), 'project').close(); print('alembic' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, str(database.path)], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"


def test_a_path_with_odd_characters_works(tmp_path: Path) -> None:
    folder = tmp_path / '50% off; it\'s "ünïque"?#'
    folder.mkdir()
    database = open_database(folder / "features.db", "project")
    assert count(database) == 0
    database.close()


def test_a_connection_serves_one_transaction_after_the_other(database: Database) -> None:
    seen = set()
    for _ in range(5):
        with database.write() as session:
            seen.add(id(next(iter(session.info.values()))))
    assert len(seen) == 1


def test_transactions_side_by_side_have_connections_of_their_own(database: Database) -> None:
    with database.read() as one, database.read() as two, database.write() as three:
        connections = {id(next(iter(session.info.values()))) for session in (one, two, three)}
    assert len(connections) == 3


def test_closing_waits_for_nobody_and_leaves_nothing_open(database: Database) -> None:
    with database.write() as session:
        connection = next(iter(session.info.values()))
        database.close()
        execute(session, ADD)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
    assert count(Database(database.path)) == 1


def test_a_connection_that_broke_is_not_used_again(database: Database) -> None:
    with database.write() as session:
        broken = next(iter(session.info.values()))
    broken.close()
    with pytest.raises(sqlite3.ProgrammingError), database.write():
        pass
    assert count(database) == 0
    with database.write() as session:
        execute(session, ADD)
