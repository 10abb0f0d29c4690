from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine

from api import migrator
from api.backlog import models as backlog_models
from api.backlog import service as backlog
from api.conversations import models as conversation_models
from api.conversations import service as conversations
from api.database import HEADS, Kind, execute, open_database
from api.projects import models as project_models
from api.projects import service as projects
from api.runs import models as run_models
from api.runs import service as runs

METADATA: dict[Kind, list[MetaData]] = {
    "project": [backlog_models.metadata, run_models.metadata, project_models.project_metadata],
    "registry": [project_models.registry_metadata],
    "assistant": [conversation_models.metadata],
}


def merged(parts: list[MetaData]) -> MetaData:
    whole = MetaData()
    for part in parts:
        for table in part.tables.values():
            table.to_metadata(whole)
    return whole


KINDS: list[Kind] = ["project", "registry", "assistant"]


@pytest.mark.parametrize("kind", KINDS)
def test_models_equal_migrations(tmp_path: Path, kind: Kind) -> None:
    open_database(tmp_path / "some.db", kind).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'some.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, merged(METADATA[kind])) == []
    engine.dispose()


@pytest.mark.parametrize("kind", KINDS)
def test_checks_and_partial_indices_of_the_models_are_in_the_database(tmp_path: Path, kind: Kind) -> None:
    database = open_database(tmp_path / "some.db", kind)
    with database.read() as session:
        sql = " ".join(row[0] for row in execute(session, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    database.close()
    tables = [table for metadata in METADATA[kind] for table in metadata.tables.values()]
    wanted = [str(check.sqltext) for table in tables for check in table.constraints if hasattr(check, "sqltext")]
    wanted += [
        str(index.dialect_options["sqlite"]["where"])
        for table in tables
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    ]
    flat = " ".join(sql.split())
    assert [text for text in wanted if text not in flat] == []


def test_heads_are_the_newest_revisions_of_their_branches() -> None:
    scripts = ScriptDirectory.from_config(migrator.configuration())
    assert set(scripts.get_heads()) == set(HEADS.values())
    for kind, head in HEADS.items():
        revision = scripts.get_revision(head)
        assert revision is not None
        assert kind in revision.branch_labels
        assert head.startswith(f"{kind}_")


def original(path: Path, statements: Iterable[str]) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


FEATURES = """
    CREATE TABLE features (
        id INTEGER NOT NULL PRIMARY KEY, priority INTEGER NOT NULL, category VARCHAR(100) NOT NULL,
        name VARCHAR(255) NOT NULL, description TEXT NOT NULL, steps JSON NOT NULL, passes BOOLEAN, in_progress BOOLEAN
        {more}
    )"""


def test_an_original_backlog_is_taken_over_after_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "features.db"
    original(
        path,
        [
            FEATURES.format(more=""),
            "CREATE INDEX ix_features_priority ON features (priority)",
            "CREATE INDEX ix_features_passes ON features (passes)",
            """INSERT INTO features VALUES (7, 2, 'auth', 'Log in', 'As a user', '["open", "type"]', 1, 0)""",
            "INSERT INTO features VALUES (9, 1, 'auth', 'Log out', 'As a user', 'no json', 0, 1)",
        ],
    )
    database = open_database(path, "project")
    with database.read() as session:
        cards = backlog.listing(session)
        stats = backlog.stats(session)
        ready = [card.id for card in backlog.ready(session)]
    database.close()
    assert [(c.id, c.status, c.proof, c.steps) for c in cards] == [
        (9, "pending", None, []),
        (7, "passing", "unproven", ["open", "type"]),
    ]
    assert (stats.passing, stats.unproven, stats.pending, stats.total) == (1, 1, 1, 2)
    assert ready == [9]
    (copy,) = tmp_path.glob("features.db.original-*")
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT count(*), sum(in_progress) FROM features").fetchone() == (2, 1)
    connection.close()


def test_an_original_backlog_with_dependencies_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "features.db"
    original(
        path,
        [
            FEATURES.format(more=", dependencies JSON"),
            "INSERT INTO features VALUES (1, 1, 'a', 'one', '', '[]', 0, 0, NULL)",
            "INSERT INTO features VALUES (2, 2, 'a', 'two', '', '[]', 0, 0, '[1]')",
            "INSERT INTO features VALUES (3, 3, 'a', 'three', '', '[]', 0, 0, '[2, 99, 3]')",
            "INSERT INTO features VALUES (4, 4, 'a', 'four', '', '[]', 0, 0, 'null')",
        ],
    )
    database = open_database(path, "project")
    with database.read() as session:
        assert [card.dependencies for card in backlog.listing(session)] == [[], [1], [2], []]
        assert [card.id for card in backlog.ready(session)] == [1, 4]
    database.close()


def test_an_original_registry_is_taken_over(tmp_path: Path) -> None:
    original(
        tmp_path / "registry.db",
        [
            "CREATE TABLE projects (name VARCHAR(50) NOT NULL PRIMARY KEY, path VARCHAR NOT NULL, created_at DATETIME)",
            "INSERT INTO projects VALUES ('shop', '/srv/shop', '2025-01-15 14:30:00.000000')",
        ],
    )
    database = open_database(tmp_path / "registry.db", "registry")
    with database.read() as session:
        (project,) = projects.list_projects(session)
    database.close()
    assert (project.name, project.created_by_us, project.state) == ("shop", False, "missing")
    assert project.created_at.isoformat() == "2025-01-15T14:30:00+00:00"


def test_original_conversations_are_taken_over(tmp_path: Path) -> None:
    original(
        tmp_path / "assistant.db",
        [
            """CREATE TABLE conversations
                (id INTEGER PRIMARY KEY, project_name VARCHAR, title VARCHAR, created_at DATETIME)""",
            """CREATE TABLE conversation_messages
                (id INTEGER PRIMARY KEY, conversation_id INTEGER, role VARCHAR, content TEXT, timestamp DATETIME,
                FOREIGN KEY(conversation_id) REFERENCES conversations (id))""",
            "INSERT INTO conversations VALUES (4, 'shop', 'Prices', '2025-01-15 14:30:00')",
            "INSERT INTO conversation_messages VALUES (1, 4, 'user', 'Hi', '2025-01-15 14:30:01')",
            "INSERT INTO conversation_messages VALUES (2, 4, 'oracle', 'Ho', '2025-01-15 14:30:02')",
        ],
    )
    database = open_database(tmp_path / "assistant.db", "assistant")
    with database.read() as session:
        (conversation,) = conversations.listing(session)
        messages = conversations.messages(session, 4)
    database.close()
    assert (conversation.id, conversation.title, conversation.messages) == (4, "Prices", 2)
    assert [(message.role, message.content) for message in messages] == [("user", "Hi"), ("system", "Ho")]


def test_sessions_from_before_batches_name_their_feature(tmp_path: Path) -> None:
    path = tmp_path / "features.db"
    open_database(path, "project").close()
    original(
        path,
        [
            "ALTER TABLE sessions DROP COLUMN feature_ids",
            "UPDATE alembic_version SET version_num = 'project_0002'",
            """INSERT INTO runs (id, pid, process_started, token, heartbeat, model, policy, limits, status, started_at)
                VALUES (1, 1, 0, 1, 0, 'm', 'green', '{}', 'crashed', 0)""",
            """INSERT INTO sessions (run_id, role, agent, feature_id, started_at)
                VALUES (1, 'initializer', 'agent-1', NULL, 0), (1, 'coder', 'agent-1', 7, 0)""",
        ],
    )
    database = open_database(path, "project")
    with database.read() as session:
        assert [one.feature_ids for one in runs.sessions(session, 1)] == [[], [7]]
    database.close()


def test_a_failing_migration_leaves_the_original_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "features.db"
    original(path, [FEATURES.format(more=""), "INSERT INTO features VALUES (1, 1, 'a', 'one', '', '[]', 0, 0)"])

    def half_way(config: Any, target: str) -> None:  # Any: Alembic's configuration
        connection = config.attributes["connection"]
        connection.exec_driver_sql("ALTER TABLE features RENAME TO gone")
        raise sqlite3.OperationalError("power cut")

    monkeypatch.setattr(command, "upgrade", half_way)
    with pytest.raises(sqlite3.OperationalError):
        open_database(path, "project")
    monkeypatch.undo()
    database = open_database(path, "project")
    with database.read() as session:
        assert [card.name for card in backlog.listing(session)] == ["one"]
        assert json.loads(backlog.board_json(session))[0]["name"] == "one"
    database.close()
