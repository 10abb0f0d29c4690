from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.statuses import PERSON
from api.database import Database, open_database
from api.errors import InvalidInput
from tests import backlogs

LISTED = [
    {
        "category": "functional",
        "description": "As a user I log in\nand out",
        "steps": ["open", "", "type"],
        "passes": True,
    },
    {"category": "style", "description": "x" * 300, "steps": [], "passes": False, "extra": 1},
]


def test_a_feature_list_is_taken_over(database: Database) -> None:
    with database.write() as session:
        first, second = backlog.import_feature_list(session, json.dumps(LISTED), PERSON)
        assert (first.name, first.steps, first.status, first.proof) == (
            "As a user I log in",
            ["open", "type"],
            "passing",
            "unproven",
        )
        assert (len(second.name), second.description, second.status) == (255, "x" * 300, "pending")
        assert backlogs.last_progress(session).passing == 1
        assert backlogs.changes(session)[-1] == (first.id, "imported")


def test_long_lists_are_taken_over_in_parts(database: Database) -> None:
    listed = [{"category": "c", "description": f"feature {number}"} for number in range(1_201)]
    with database.write() as session:
        backlog.import_feature_list(session, json.dumps(listed), PERSON)
        assert backlog.stats(session).total == 1_201


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no json", "cannot be read"),
        ('{"features": []}', "valid list"),
        ("[]", "0 entries"),
        ('[{"category": "c"}]', r"0\.description"),
        ('[{"category": "c", "description": "d", "steps": "x"}]', r"0\.steps"),
        ('[{"category": "c", "description": "   "}]', "cannot be taken over"),
        (json.dumps([{"description": "d"}] * 10_001), "10001 entries"),
    ],
)
def test_a_list_that_cannot_be_read_imports_nothing(database: Database, text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said), database.write() as session:
        backlog.import_feature_list(session, text, PERSON)
    with database.read() as session:
        assert backlog.stats(session).total == 0


def test_what_is_written_can_be_taken_over(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        backlog.import_feature_list(session, json.dumps(LISTED), PERSON)
        written = backlog.export_feature_list(session)
    other = open_database(tmp_path / "other.db", "project")
    with other.write() as session:
        backlog.import_feature_list(session, written, PERSON)
        assert backlog.export_feature_list(session) == written
    other.close()
    assert [entry["passes"] for entry in json.loads(written)] == [True, False]
