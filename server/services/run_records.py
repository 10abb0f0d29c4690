"""What the server itself writes about runs: those that died, those a person closed, and why."""

from __future__ import annotations

import os

from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.database import record
from api.events import Log
from api.runs import service as runs
from api.runs.schemas import RunStart, RunView
from harness import processes
from server.schemas import AgentStart


def reap(session: Session) -> list[RunView]:
    """Write down the runs whose process is gone, and return their cards to the backlog; what they were.

    One that was asked to stop has stopped; any other has crashed.
    """
    run = runs.latest_run(session)
    if run is None or not run.live or processes.is_alive(run.pid, run.process_started):
        return []
    dead = [run]
    if run.status == "stopping":
        runs.finish_run(session, run.id, run.token, "stopped", reason="stopped by a person")
    else:
        dead = runs.reap(session, processes.is_alive)
    for gone in dead:
        for agent in gone.agents:
            backlog.release_owner(session, agent, f"The process of {agent} is gone.")
    return dead


def close_paused(session: Session, run: RunView) -> None:
    """Let a run that ended paused or parked count as stopped.

    An ended run is history and stays as it is: a run without length after it says what became of it.
    """
    runs.clear_parked(session, run.id)
    pid = os.getpid()
    start = RunStart(
        pid=pid,
        process_started=processes.start_time(pid) or 0.0,
        model=run.model,
        policy=run.policy,
        limits=run.limits,
    )
    closing = runs.start_run(session, start, processes.is_alive)
    reason = f"stopped by a person while {run.status}"
    runs.finish_run(session, closing.id, closing.token, "stopped", reason=reason)


def options_of(run: RunView) -> AgentStart:
    """How a run was started that no server started, as far as it wrote that down."""
    budget, sessions = run.limits.get("budget_usd"), run.limits.get("max_sessions")
    agents, tests = run.limits.get("concurrency"), run.limits.get("testing_ratio")
    batch = run.limits.get("batch_size")
    return AgentStart(
        concurrency=agents if isinstance(agents, int) and agents > 0 else None,
        testing_ratio=tests if isinstance(tests, int) else None,
        batch_size=batch if isinstance(batch, int) else None,
        model=run.model,
        budget_usd=budget if isinstance(budget, int | float) and budget > 0 else None,
        max_iterations=sessions if isinstance(sessions, int) and sessions > 0 else None,
        yolo=run.policy == "off",
    )


def note(session: Session, line: str) -> None:
    """Say something to whoever reads the project's log."""
    record(session, Log(line=line, level="warning"))
