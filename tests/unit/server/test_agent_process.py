"""How the agent program is called and remembered, with a short program in its place."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import PERSON
from api.database import Database
from api.errors import Unavailable
from api.projects.schemas import ProjectSettings, ProjectView
from api.runs import service as runs
from api.runs.schemas import RunStart, RunView
from harness import processes
from server.schemas import AgentStart
from server.services import run_records
from server.services.agent_process import AgentProcesses, Launch, arguments, wait_for_lease
from server.settings import Settings

DEAD = 2**22 + 1  # no process has this number


def view(folder: Path) -> ProjectView:
    moment = datetime.now(UTC)
    return ProjectView(name="shop", path=folder, kind="web_app", created_by_us=False, created_at=moment, state="ready")


def begin(database: Database, pid: int, **changes: object) -> RunView:
    """A run of process `pid`, which need not exist."""
    values = {"pid": pid, "process_started": processes.start_time(pid) or 1.0, "model": "opus", "policy": "green"}
    with database.write() as session:
        return runs.start_run(session, RunStart.model_validate(values | changes), lambda *_: True)


def test_what_is_asked_for_wins_over_the_settings() -> None:
    asked = AgentStart(model="haiku", budget_usd=2.5, max_iterations=3, yolo=True)
    settings = ProjectSettings(model="opus", session_delay_seconds=0)
    assert arguments(view(Path("/shop")), asked, settings) == [
        *("--project-dir", "/shop", "--output-format", "jsonl", "--model", "haiku", "--delay", "0.0"),
        *("--budget-usd", "2.5", "--max-iterations", "3", "--yolo"),
    ]
    assert "opus" in arguments(view(Path("/shop")), AgentStart(), settings)
    assert "--model" not in arguments(view(Path("/shop")), AgentStart(), ProjectSettings())


def test_how_many_agents_is_said_only_when_asked_for() -> None:
    said = arguments(view(Path("/shop")), AgentStart(concurrency=3, testing_ratio=0), ProjectSettings(concurrency=5))
    assert said[-4:] == ["--concurrency", "3", "--testing-ratio", "0"]
    assert arguments(view(Path("/shop")), AgentStart(batch_size=2), ProjectSettings())[-2:] == ["--batch-size", "2"]
    assert "--concurrency" not in arguments(view(Path("/shop")), AgentStart(), ProjectSettings(concurrency=5))


def test_a_model_cannot_be_a_flag() -> None:
    with pytest.raises(ValueError, match="pattern"):
        AgentStart(model="--yolo")


def test_the_last_launch_is_remembered(settings: Settings, project: Path) -> None:
    agents = AgentProcesses(settings)
    assert agents.recall(view(project)) is None
    launch = Launch(pid=5, started=1.5, options=AgentStart(model="opus"), crashes=1)
    agents.remember(view(project), launch)
    assert AgentProcesses(settings).recall(view(project)) == launch


@pytest.fixture
def install(settings: Settings) -> Path:
    """Where the agent program is looked for."""
    return settings.install_folder / "autonomous_agent_demo.py"


def test_a_program_that_ends_at_once_says_why(
    settings: Settings, project: Path, database: Database, install: Path
) -> None:
    install.write_text("import sys; print('Error: the key is wrong.'); sys.exit(1)")
    process, output = AgentProcesses(settings).spawn(view(project), AgentStart(), ProjectSettings())
    with pytest.raises(Unavailable, match=r"exit code 1\): the key is wrong\."):
        wait_for_lease(process, database, output)


def test_a_program_that_never_begins_is_ended(
    settings: Settings, project: Path, database: Database, install: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.agent_process.BEGIN_SECONDS", 0.2)
    install.write_text("import time; time.sleep(60)")
    process, output = AgentProcesses(settings).spawn(view(project), AgentStart(), ProjectSettings())
    with pytest.raises(Unavailable, match="did not begin"):
        wait_for_lease(process, database, output)
    assert process.wait(10) == -9


def test_only_the_newest_outputs_are_kept(settings: Settings, project: Path, install: Path) -> None:
    install.write_text("print('hello')")
    agents = AgentProcesses(settings)
    outputs = []
    for _ in range(12):
        process, output = agents.spawn(view(project), AgentStart(), ProjectSettings())
        process.wait(20)
        outputs.append(output)
    assert sorted(outputs[0].parent.iterdir()) == outputs[2:]
    assert outputs[-1].read_text() == "hello\n"


def test_the_sign_in_of_the_server_is_not_handed_on(
    settings: Settings, project: Path, install: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASIC_AUTH_PASSWORD", "secret")
    install.write_text("import os; print(sorted(os.environ))")
    process, output = AgentProcesses(settings).spawn(view(project), AgentStart(), ProjectSettings())
    process.wait(20)
    assert "BASIC_AUTH_PASSWORD" not in output.read_text()
    assert "ANTHROPIC_API_KEY" in output.read_text()


def test_a_dead_run_crashed_and_its_cards_go_back(database: Database) -> None:
    begin(database, DEAD)
    with database.write() as session:
        card = backlog.create(session, FeatureCreate(category="a", name="b"), PERSON)
        backlog.claim(session, card.id, "agent-1", 600)
    with database.write() as session:
        [dead] = run_records.reap(session)
        assert run_records.reap(session) == []
        found = runs.latest_run(session)
    assert found is not None
    assert (dead.status, found.status) == ("running", "crashed")


def test_a_dead_run_that_was_to_stop_has_stopped(database: Database) -> None:
    begin(database, DEAD)
    with database.write() as session:
        runs.request_control(session, "stop")
        assert [run.status for run in run_records.reap(session)] == ["stopping"]
        found = runs.latest_run(session)
    assert found is not None
    assert (found.status, found.reason) == ("stopped", "stopped by a person")


def test_a_live_run_is_left_alone(database: Database) -> None:
    begin(database, os.getpid())
    with database.write() as session:
        assert run_records.reap(session) == []


def test_a_paused_run_is_closed(database: Database) -> None:
    run = begin(database, os.getpid())
    with database.write() as session:
        ended = runs.finish_run(session, run.id, run.token, "parked", reason="limit", until=datetime.now(UTC))
        run_records.close_paused(session, ended)
        newest, before = runs.runs(session, 2)
    assert (newest.status, newest.live, newest.reason) == ("stopped", False, "stopped by a person while parked")
    assert before.parked_until is None


def test_a_run_from_the_command_line_goes_on_like_it_began(database: Database) -> None:
    limits = {"budget_usd": 3, "max_sessions": None, "concurrency": 3, "testing_ratio": 1, "batch_size": 2}
    run = begin(database, os.getpid(), policy="off", limits=limits)
    like_it = AgentStart(concurrency=3, testing_ratio=1, batch_size=2, model="opus", budget_usd=3, yolo=True)
    assert run_records.options_of(run) == like_it


def test_the_program_is_this_python(settings: Settings, project: Path, install: Path) -> None:
    install.write_text("import sys; print(sys.executable)")
    process, output = AgentProcesses(settings).spawn(view(project), AgentStart(), ProjectSettings())
    process.wait(20)
    assert output.read_text().strip() == sys.executable
