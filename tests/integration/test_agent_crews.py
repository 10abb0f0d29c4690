"""Several agents on one project, with every real part: nothing is done twice, nothing is lost, nobody stays behind."""

import os
import re
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.agentruns import AgentRig, assert_complete, descendants, wait_gone

pytestmark = [pytest.mark.cli, pytest.mark.place, pytest.mark.timeout(600)]
THREE = ("--concurrency", "3")


@pytest.fixture
def rig(tmp_path: Path) -> AgentRig:
    return AgentRig(tmp_path)


def test_three_agents_build_the_application_together(rig: AgentRig) -> None:
    done = rig.run(*THREE)
    assert (done.exit_code, done.reason) == (0, "All 12 features are green."), done.stderr
    assert_complete(rig)
    # Each feature was built in one session, by one of three, and sessions did go on side by side.
    coders = "FROM sessions WHERE role = 'coder'"
    assert rig.query(f"SELECT outcome, count(*), count(DISTINCT feature_id) {coders} GROUP BY 1") == [("green", 12, 12)]
    assert {agent for (agent,) in rig.query(f"SELECT DISTINCT agent {coders}")} == {"agent-1", "agent-2", "agent-3"}
    spans = rig.query(f"SELECT started_at, finished_at {coders} ORDER BY started_at")
    assert any(after[0] < before[1] for before, after in pairwise(spans))
    # The initializer was alone, and each session added its note beside those of the others.
    [(initialised,)] = rig.query("SELECT finished_at FROM sessions WHERE role = 'initializer'")
    assert spans[0][0] >= initialised
    notes = (rig.project / "claude-progress.txt").read_text().splitlines()
    assert len({line.split()[0] for line in notes if line.startswith("#")}) == 12
    assert {line["agent"] for line in done.of("log") if line["origin"] == "tool"} == {"agent-1", "agent-2", "agent-3"}
    assert rig.leftovers() == []


def test_three_agents_are_taken_up_where_they_were_killed(rig: AgentRig) -> None:
    six = rig.parts(6)
    with rig.started(*THREE, *six) as run:
        for _ in range(2):
            run.until("session", state="finished", role="coder", outcome="green")
        run.until("log", origin="tool", tool="Bash")
        children = descendants(run.process.pid)
        os.kill(run.process.pid, signal.SIGKILL)
        assert wait_gone(children) == []
    assert rig.leftovers() == []
    held = dict(rig.query("SELECT id, claim_owner FROM features WHERE claim_owner IS NOT NULL"))
    assert held
    assert rig.run(*THREE, *six).exit_code == 0
    assert_complete(rig, 6)
    # Whoever held a feature went on with it, in the clone where the work was.
    first = "SELECT feature_id, agent FROM sessions WHERE run_id = 2 AND role = 'coder' ORDER BY id DESC"
    assert held.items() <= dict(rig.query(first)).items()
    assert rig.query("SELECT status, count(*) FROM runs GROUP BY 1 ORDER BY 1") == [("crashed", 1), ("finished", 1)]


def test_ctrl_c_lets_all_sessions_finish_and_a_second_one_stops_them(rig: AgentRig) -> None:
    with rig.started(*THREE, "--pace", "0.15") as run:
        run.until("session", state="started", agent="agent-2")
        run.interrupt()
        told = run.until("log", level="warning")["line"]
        assert told == "Pausing when the running sessions are done. Press Ctrl+C again to stop at once."
        assert run.wait() == 130, rig.complaints.read_text()
    assert rig.query("SELECT count(*) FROM sessions WHERE role = 'coder' AND outcome = 'green'") == [(2,)]
    with rig.started(*THREE, "--pace", "0.3") as run:
        for agent in ("agent-1", "agent-2"):
            run.until("session", state="started", agent=agent)
        run.until("log", origin="tool", agent="agent-2")
        run.interrupt()
        run.until("log", level="warning")
        run.interrupt()
        assert run.wait() == 130, rig.complaints.read_text()
    assert rig.query("SELECT outcome, count(*) FROM sessions WHERE run_id = 2 GROUP BY 1") == [("interrupted", 2)]
    assert rig.query("SELECT id FROM features WHERE claim_owner IS NOT NULL OR attempts > 0") == []
    assert rig.query("SELECT count(*) FROM sessions WHERE finished_at IS NULL") == [(0,)]
    assert rig.leftovers() == []


def test_testers_try_green_features_and_nobody_gets_in_another_s_way(rig: AgentRig) -> None:
    done = rig.run("--concurrency", "2", "--testing-ratio", "1", "--max-iterations", "4", "--sandbox", "process")
    assert done.exit_code == 0, done.stderr
    roles = dict(rig.query("SELECT role || ' ' || outcome, count(*) FROM sessions GROUP BY 1"))
    assert roles.pop("initializer completed") == 1
    assert roles.pop("tester completed") >= 1
    assert set(roles) == {"coder green"}
    assert "Everything I tried still works." in done.log
    # A tester's clone goes with it, and it had nothing to be rescued.
    clones = rig.folder / "home" / ".autocoder" / "workspaces" / "app"
    assert not [path.name for path in clones.iterdir() if path.name.startswith("tester")]
    assert rig.git("for-each-ref", "refs/autocoder/rescue") == ""
    # Without a network of their own, whoever works at the same time has ports of its own.
    transcripts = (rig.folder / "home" / ".autocoder" / "runs").glob("*/agent-*/config/**/*.jsonl")
    ports = {port for path in transcripts for port in re.findall(r"PORT: (\d+)", path.read_text())}
    assert len(ports) == 2
    assert rig.leftovers() == []
