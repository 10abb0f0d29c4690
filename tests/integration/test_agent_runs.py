"""The main job, with every real part: the CLI, MCP, the place, git, SQLite. Only the model is scripted."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.project import open_project
from api.projects import service as projects
from tests.agentruns import PROGRAM, AgentRig, assert_complete, descendants, wait_gone

pytestmark = [pytest.mark.cli, pytest.mark.place, pytest.mark.timeout(600)]


@pytest.fixture
def rig(tmp_path: Path) -> AgentRig:
    return AgentRig(tmp_path)


def test_a_specification_becomes_an_application(rig: AgentRig) -> None:
    done = rig.run()
    assert done.exit_code == 0, done.stderr
    assert done.reason == "All 12 features are green."
    assert_complete(rig)
    sessions = rig.query("SELECT role, outcome, count(*) FROM sessions GROUP BY 1, 2 ORDER BY 1")
    assert sessions == [("coder", "green", 12), ("initializer", "completed", 1)]
    assert rig.query("SELECT count(*) FROM sessions WHERE cost_usd <= 0 OR input_tokens <= 0") == [(0,)]
    seqs = [event["seq"] for event in done.events]
    assert seqs == sorted(set(seqs))
    assert rig.leftovers() == []
    # No session knows what another one said: each begins with its own two messages.
    [log] = (rig.folder / "home" / ".autocoder" / "runs").glob("*/requests.jsonl")
    lengths = [request["messages"] for request in map(json.loads, log.read_text().splitlines()) if request["role"]]
    openings = [length for before, length in zip([99, *lengths], lengths, strict=False) if length <= before]
    assert openings == [2] * 13


def test_a_run_is_taken_up_where_it_was_killed(rig: AgentRig) -> None:
    four = rig.parts(4)
    with rig.started(*four) as run:
        for _ in range(2):
            run.until("session", state="finished", outcome="green")
        run.until("log", origin="tool", tool="Bash")
        children = descendants(run.process.pid)
        # Sessions took their CLI with them: there are the one at work and the one that is getting up.
        assert 1 <= sum(child.name() == "claude" for child in children) <= 2
        os.kill(run.process.pid, signal.SIGKILL)
        assert wait_gone(children) == []
    assert rig.leftovers() == []
    assert rig.run(*four).exit_code == 0
    assert_complete(rig, 4)
    assert rig.query("SELECT status, count(*) FROM runs GROUP BY 1 ORDER BY 1") == [("crashed", 1), ("finished", 1)]


def test_the_death_of_the_cli_costs_one_session_at_most(rig: AgentRig) -> None:
    with rig.started(*rig.parts(3)) as run:
        run.until("session", state="finished", outcome="green")
        run.until("log", origin="tool", tool="Bash")
        for child in descendants(run.process.pid):
            if child.name() == "claude":
                child.kill()
        run.until("session", state="finished", outcome="died")
        run.until("session", state="finished", outcome="green")
    assert rig.query("SELECT max(attempts) FROM features") == [(0,)]
    assert rig.query("SELECT count(*) FROM features WHERE status = 'passing'") == [(2,)]


def test_one_ctrl_c_pauses_after_the_session(rig: AgentRig) -> None:
    three = rig.parts(3)
    with rig.started(*three) as run:
        run.until("session", state="started", role="coder")
        run.until("log", origin="tool")
        run.interrupt()
        assert run.wait() == 130
    assert rig.query("SELECT count(*) FROM sessions WHERE finished_at IS NULL") == [(0,)]
    assert rig.query("SELECT status FROM features WHERE status = 'in_progress'") == []
    assert rig.query("SELECT outcome FROM sessions ORDER BY id DESC LIMIT 1") == [("green",)]
    assert rig.leftovers() == []
    resumed = rig.run(*three, "--max-iterations", "1")
    outcomes = [event["outcome"] for event in resumed.of("session") if event["state"] == "finished"]
    assert (resumed.exit_code, outcomes) == (0, ["green"])
    assert rig.query("SELECT count(*) FROM features") == [(3,)]


def test_a_ctrl_c_that_meets_the_cli_while_it_starts_costs_no_session(rig: AgentRig) -> None:
    # Where setsid would lift the CLI out of the terminal's group, the terminal is quicker, once.
    programs = rig.folder / "programs"
    programs.mkdir()
    setsid = programs / "setsid"
    met = programs / "met"
    setsid.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *--pdeathsig*) if mkdir {met} 2>/dev/null; then kill -INT 0; fi ;; esac\n'
        f'exec {shutil.which("setsid")} "$@"\n'
    )
    setsid.chmod(0o755)
    rig.environ["PATH"] = f"{programs}:{rig.environ['PATH']}"
    with rig.started(*rig.parts(2)) as run:
        assert run.wait() == 130, rig.complaints.read_text()
    assert met.exists()
    assert rig.query("SELECT role, outcome FROM sessions") == [("initializer", "completed")]
    assert rig.query("SELECT status FROM runs") == [("paused",)]


def test_a_ctrl_c_while_the_program_is_loaded_is_answered_with_a_sentence(rig: AgentRig) -> None:
    loading = (
        "import importlib, runpy, signal\n"
        "importlib.import_module = lambda name: signal.raise_signal(signal.SIGINT)\n"
        f"runpy.run_path({str(PROGRAM)!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", loading],
        env=rig.environ | {"PYTHONPATH": str(PROGRAM.parent)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (130, "Stopped before the run began.\n")


def test_a_second_ctrl_c_stops_at_once_and_nothing_is_lost(rig: AgentRig) -> None:
    two = rig.parts(2)
    with rig.started(*two, "--pace", "0.5") as run:
        run.until("session", state="started", role="coder")
        run.until("log", origin="tool")
        run.interrupt()
        run.until("log", level="warning")
        run.interrupt()
        assert run.wait() == 130
    assert rig.query("SELECT outcome FROM sessions ORDER BY id DESC LIMIT 1") == [("interrupted",)]
    assert rig.query("SELECT status, attempts FROM features WHERE status <> 'passing' AND attempts > 0") == []
    assert rig.leftovers() == []
    assert rig.run(*two, "--max-iterations", "1").exit_code == 0
    assert rig.query("SELECT count(*) FROM features WHERE status = 'passing'") == [(1,)]


def test_a_usage_limit_parks_the_run(rig: AgentRig) -> None:
    done = rig.run("--playbook", "limits")
    assert done.exit_code == 4, done.stderr
    assert "Parked until" in done.reason
    assert rig.query("SELECT status FROM runs WHERE parked_until IS NOT NULL") == [("parked",)]


def test_a_budget_ends_the_run(rig: AgentRig) -> None:
    done = rig.run("--budget-usd", "0.05")
    assert done.exit_code == 3
    [(spent,)] = rig.query("SELECT sum(cost_usd) FROM sessions")
    assert spent >= 0.05


def test_dollars_are_seen_while_a_session_goes_on_and_are_exact_after_it(rig: AgentRig) -> None:
    with rig.started(*rig.parts(1), "--pace", "0.3") as run:
        first = run.until("usage")
        seen = rig.query("SELECT cost_usd > 0, estimated FROM sessions WHERE finished_at IS NULL")
        assert run.wait() == 0
    assert (first["session_id"], first["estimated"], seen) == (1, True, [(1, 1)])
    assert rig.query("SELECT count(*), max(estimated) FROM sessions") == [(2, 0)]
    usage = (
        "SELECT session_id, body ->> 'cost_usd' AS cost, body ->> 'estimated' AS guess FROM events WHERE type = 'usage'"
    )
    for session_id, exact in rig.query("SELECT id, cost_usd FROM sessions"):
        booked = rig.query(f"SELECT cost, guess FROM ({usage}) WHERE session_id = {session_id}")
        assert sum(cost for cost, _ in booked) == pytest.approx(exact)
        assert [guess for _, guess in booked] == [1] * (len(booked) - 1) + [0]
        assert sum(cost for cost, guess in booked if guess) == pytest.approx(exact, rel=0.2)


def test_a_bad_model_neither_gets_out_nor_gets_green(rig: AgentRig) -> None:
    project = open_project(str(rig.project), rig.environ | {"AUTOCODER_HOME": rig.environ["HOME"] + "/.autocoder"})
    with project.database.write() as session:
        projects.save_settings(session, {"max_attempts": 1})
    project.database.close()
    outside = rig.folder / "home" / "canary"
    outside.write_text("untouched")
    watched = (outside, Path("/etc/passwd"), Path("/etc/hosts"))
    before = {path: path.stat().st_mtime_ns for path in watched}
    rig.environ["CLAUDE_CODE_MAX_RETRIES"] = "0"
    done = rig.run("--playbook", "bad", "--max-turns", "30")
    assert done.exit_code in (0, 1)
    assert "waiting for a person" in done.reason or "sessions in a row failed" in done.reason
    assert {path: path.stat().st_mtime_ns for path in before} == before
    # One card of this playbook is done honestly; one hands in a check that checks nothing.
    assert rig.query("SELECT name, proof FROM features WHERE status = 'passing'") == [("Durable storage", "proven")]
    assert "blocked by the shell policy" in done.log
    assert rig.git("status", "--porcelain") == ""
    assert rig.leftovers() == []


def test_the_agents_word_is_enough_only_when_asked_for(rig: AgentRig) -> None:
    assert rig.run(*rig.parts(3), "--yolo", "--max-iterations", "3").exit_code == 0
    assert rig.query("SELECT proof, count(*) FROM features WHERE status = 'passing' GROUP BY 1") == [("unproven", 2)]


def test_a_second_run_is_refused_with_one_sentence(rig: AgentRig) -> None:
    with rig.started("--pace", "0.5") as run:
        run.until("session", state="started")
        second = rig.run()
    assert second.exit_code == 1
    assert "is already working on this project" in second.stderr
    assert "Traceback" not in second.stderr


def test_without_an_account_every_remedy_is_said_and_nothing_is_made(rig: AgentRig) -> None:
    argv = [part for part in rig.argv() if part != "--demo"]
    done = subprocess.run(
        argv, env=rig.environ, cwd=rig.folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "claude login" in done.stderr
    assert "ANTHROPIC_API_KEY" in done.stderr
    assert "--demo" in done.stderr
    assert not rig.project.exists()
