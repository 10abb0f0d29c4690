"""A tester finds what no check sees: the feature is failing in the tester's words, is repaired, and stays watched."""

from pathlib import Path

import pytest

from tests.agentruns import AgentRig

pytestmark = [pytest.mark.cli, pytest.mark.place, pytest.mark.timeout(300)]
CHANGES = """
    SELECT json_extract(body, '$.change'), json_extract(body, '$.actor'), json_extract(body, '$.note')
    FROM events WHERE type = 'feature_update' AND json_extract(body, '$.feature_id') = 1 ORDER BY seq
"""
WORDS = "I greeted an empty name and expected 'Hello, stranger!'; it ended with: IndexError: string index out of range"


def test_what_a_tester_finds_broken_is_repaired(tmp_path: Path) -> None:
    rig = AgentRig(tmp_path)
    done = rig.run("--playbook", "blindspot", "--testing-ratio", "1")
    assert (done.exit_code, done.reason) == (0, "All 2 features are green."), done.stderr
    # The tester of the first feature saw it work; that of the second saw the first one broken, and a coder came.
    sessions = rig.query("SELECT role, outcome, feature_id FROM sessions ORDER BY id")
    green, tried = "green", ("tester", "completed", None)
    assert sessions == [
        ("initializer", "completed", None),
        *(("coder", green, 1), tried, ("coder", green, 2), tried, ("coder", green, 1), tried),
    ]
    moves = rig.query(CHANGES)
    assert [move for move in moves if move[0] == "failed"] == [("failed", "tester-1", WORDS)]
    assert [change for change, _, _ in moves if change in {"passed", "failed"}] == ["passed", "failed", "passed"]
    assert rig.query("SELECT proof, count(*) FROM features WHERE status = 'passing' GROUP BY 1") == [("proven", 2)]
    # No run of a check ever saw it; the one that the repair is proven with does.
    assert rig.query("SELECT count(*) FROM verifications WHERE state = 'failed'") == [(0,)]
    assert "stranger" in (rig.project / "tests" / "test_greeting.py").read_text()
    landed = rig.git("log", "--reverse", "--format=%(trailers:key=Feature,valueonly,separator=%x2C)").split()
    assert landed == ["setup", "#1", "#2", "#1"]
    assert rig.leftovers() == []
