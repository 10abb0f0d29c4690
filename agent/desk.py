"""What a run reads and writes in the project's database between its sessions. Each method is one transaction."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.orm import Session

from agent.budget import Spendings
from agent.decisions import Backlog, End, match
from agent.jobs import Job, WorkRole, is_ours
from agent.options import RunOptions
from agent.project import OpenProject
from api.backlog import service as backlog
from api.backlog.schemas import FeatureView
from api.database import Database
from api.runs import service as runs
from api.runs.schemas import RunStart, RunView, SessionResult, SessionStart
from harness import processes

LEASE_SECONDS = 30 * 60.0
# The event log keeps this much output; the history of the backlog is never pruned.
LOG_ROWS = 500_000
LOG_SECONDS = 60 * 86_400.0
# How many runs back it is looked for whose clone holds the work on a feature.
RUNS_REMEMBERED = 5


def begin(project: OpenProject, options: RunOptions, proof: str) -> RunView:
    """Take the project's lease. Conflict when another run is alive; what a dead one held goes back to the backlog."""
    pid = os.getpid()
    start = RunStart(
        pid=pid,
        process_started=processes.start_time(pid) or 0.0,
        model=options.model,
        policy=proof,
        limits={
            "budget_usd": options.budget_usd,
            "max_sessions": options.max_sessions,
            "concurrency": options.agents,
            "testing_ratio": options.tests,
            "batch_size": options.batch,
        },
    )
    with project.database.write() as session:
        view = runs.start_run(session, start, processes.is_alive)
        _release_ours(session, "The run that held it is gone.")
        runs.prune(session, max_rows=LOG_ROWS, max_age_seconds=LOG_SECONDS)
    return view


def abandon(database: Database, view: RunView, reason: str) -> None:
    """Write down that the run failed before or outside its loop."""
    with database.write() as session:
        _release_ours(session, "The run failed.")
        runs.finish_run(session, view.id, view.token, "crashed", reason=reason)


def _release_ours(session: Session, reason: str) -> None:
    """Only one run works on a project at a time: whatever an agent of ours holds, it holds for that run."""
    for owner in sorted({claim.owner for claim in backlog.claimed(session) if is_ours(claim.owner)}):
        backlog.release_owner(session, owner, reason)


def _best(
    session: Session, free: Sequence[str], keepers: Mapping[int, str], crew: Collection[str]
) -> tuple[FeatureView, str] | None:
    """Which feature is to be taken next, and by whom of the `free`; None when nothing is ready."""
    backlog.expire(session)
    ready = {feature.id: feature for feature in backlog.ready(session, len(crew))}
    if not ready:
        return None
    feature_id, agent = match(list(ready), free, keepers, crew)
    return ready[feature_id], agent


@dataclass(frozen=True)
class Desk:
    """The books of the run `view`."""

    database: Database
    view: RunView

    def look(self) -> tuple[Backlog, Spendings]:
        """How the backlog stands and what was spent, at one moment."""
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        with self.database.read() as session:
            stats = backlog.stats(session)
            run = runs.usage_totals(session, run_id=self.view.id)
            day = runs.usage_totals(session, since=midnight.timestamp())
            project = runs.usage_totals(session)
        counts = Backlog(
            total=stats.total,
            passing=stats.passing,
            ready=stats.ready,
            in_progress=stats.in_progress,
            failing=stats.failing,
            needs_input=stats.needs_input,
            blocked=stats.blocked,
        )
        return counts, Spendings(*(used.cost_usd + used.reserved_usd for used in (run, project, day)))

    def open_job(self, agent: str, role: WorkRole, budget: float | None) -> Job:
        """Write down that a session of `agent` begins which is for no feature in particular."""
        with self.database.write() as session:
            row = runs.start_session(session, self._start(agent, role, budget))
        return Job(agent, role, row.id, budget)

    def claim_job(
        self, free: Sequence[str], keepers: Mapping[int, str], crew: Collection[str], budget: float | None
    ) -> Job | None:
        """Claim a feature for one of the `free` agents and write its session down; None when nothing is ready."""
        with self.database.write() as session:
            best = _best(session, free, keepers, crew)
            if best is None:
                return None
            feature, agent = best
            feature = backlog.claim(session, feature.id, agent, LEASE_SECONDS)
            row = runs.start_session(session, self._start(agent, "coder", budget, feature.id))
        return Job(agent, "coder", row.id, budget, feature)

    def claim_more(self, job: Job, keepers: Mapping[int, str], crew: Collection[str]) -> Job | None:
        """Claim another feature for the session of `job`, which holds none any more.

        It is the one that a new session of this agent would get. None when that is not small, or its work is in the
        clone of somebody else in the `crew`.
        """
        with self.database.write() as session:
            best = _best(session, [job.agent], keepers, crew)
            if best is None or backlog.current_claims(session, job.agent):
                return None
            feature, agent = best
            keeper = keepers.get(feature.id, agent)
            if not backlog.is_small(feature) or (keeper != agent and keeper in crew):
                return None
            feature = backlog.claim(session, feature.id, agent, LEASE_SECONDS)
            runs.continue_session(session, job.session_id, feature.id)
        return replace(job, feature=feature)

    def drop(self, job: Job, reason: str) -> None:
        """Write down that the session of `job` could not begin, and return its feature to the backlog."""
        with self.database.write() as session:
            backlog.release_owner(session, job.agent, reason)
            runs.finish_session(session, job.session_id, SessionResult(outcome="died", detail=reason, cost_usd=0.0))

    def keepers(self) -> dict[int, str]:
        """In whose clone unfinished work on a feature was left by the runs before this one."""
        found: dict[int, str] = {}
        with self.database.read() as session:
            for run in reversed(runs.runs(session, RUNS_REMEMBERED + 1)):
                for past in runs.sessions(session, run.id) if run.id != self.view.id else ():
                    if past.role == "coder" and past.feature_id is not None:
                        for feature_id in past.feature_ids:
                            found.pop(feature_id, None)  # green, all but the last
                        if past.outcome != "green":
                            found[past.feature_id] = past.agent
        return found

    def heartbeat(self, names: Collection[str]) -> Literal["pause", "stop", "resume"] | None:
        """Say that the run lives, renew what `names` hold; what is asked of the run. StaleClaim when it was ended."""
        with self.database.write() as session:
            for name in names:
                backlog.renew(session, name, LEASE_SECONDS)
            return runs.heartbeat(session, self.view.id, self.view.token)

    def finish(self, end: End) -> None:
        """Write down how the run ended. StaleClaim when another program has ended it."""
        with self.database.write() as session:
            _release_ours(session, "The run ended.")
            runs.finish_run(session, self.view.id, self.view.token, end.status, reason=end.reason, until=end.until)

    def _start(self, agent: str, role: WorkRole, budget: float | None, feature_id: int | None = None) -> SessionStart:
        return SessionStart(
            run_id=self.view.id, role=role, agent=agent, feature_id=feature_id, reservation_usd=budget or 0.0
        )
