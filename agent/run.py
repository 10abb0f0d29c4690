"""One run: the loop that leads session after session until nothing is left to do, and then says why it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from agent.budget import Limits, Spendings, left, reservation
from agent.decisions import Backlog, End, History, Implement, Initialise, decide_next
from agent.journal import Journal
from agent.limits import Outcome
from agent.options import RunOptions
from agent.project import OpenProject
from agent.worker import LEASE_SECONDS, Report, Worker, WorkRole
from api.backlog import service as backlog
from api.database import Database
from api.errors import AppError, StaleClaim
from api.events import Log
from api.runs import service as runs
from api.runs.schemas import RunStart, RunView
from harness import processes

AGENT = "agent-1"
HEARTBEAT_SECONDS = 1.0
# The event log keeps this much output; the history of the backlog is never pruned.
LOG_ROWS = 500_000
LOG_SECONDS = 60 * 86_400.0

Request = Literal["pause", "stop"]


class Wishes:
    """What is asked of the run, by Ctrl+C or by another process: first to pause, then to stop."""

    def __init__(self) -> None:
        self.request: Request | None = None
        self.asked = asyncio.Event()
        self.stop = asyncio.Event()

    def ask(self, request: Request) -> None:
        """Note a request; a stop is never weakened to a pause."""
        if self.request != "stop":
            self.request = request
        self.asked.set()
        if self.request == "stop":
            self.stop.set()

    def resume(self) -> None:
        """Take back a request to pause that has not been met yet."""
        if self.request == "pause":
            self.request = None
            self.asked.clear()

    def interrupt(self) -> None:
        """One more Ctrl+C."""
        self.ask("pause" if self.request is None else "stop")


@contextlib.contextmanager
def signals_ask(wishes: Wishes, journal: Journal) -> Iterator[None]:
    """While the block runs, Ctrl+C asks `wishes` to pause, then to stop; SIGTERM and SIGHUP ask to stop."""
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        wishes.interrupt()
        if wishes.request == "pause":
            line = "Pausing when this session is done. Press Ctrl+C again to stop at once."
            journal.write(Log(line=line, level="warning"))

    handlers = {signal.SIGINT: interrupt}
    handlers |= {number: lambda: wishes.ask("stop") for number in (signal.SIGTERM, signal.SIGHUP)}
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


def begin(project: OpenProject, options: RunOptions, proof: str) -> RunView:
    """Take the project's lease. Conflict when another run is alive; what a dead one held goes back to the backlog."""
    pid = os.getpid()
    start = RunStart(
        pid=pid,
        process_started=processes.start_time(pid) or 0.0,
        model=options.model,
        policy=proof,
        limits={"budget_usd": options.budget_usd, "max_sessions": options.max_sessions},
    )
    with project.database.write() as session:
        view = runs.start_run(session, start, processes.is_alive)
        backlog.release_owner(session, AGENT, "The run that held it is gone.")
        runs.prune(session, max_rows=LOG_ROWS, max_age_seconds=LOG_SECONDS)
    return view


@dataclass
class Run:
    """A run that has begun. `execute` leads it to its end, which it also writes down."""

    view: RunView
    options: RunOptions
    database: Database
    limits: Limits
    worker: Worker
    wishes: Wishes
    journal: Journal

    async def execute(self) -> End:
        """Session after session, until something ends the run."""
        history = History(max_sessions=self.options.max_sessions)
        async with self._heartbeats():
            while True:
                spent = await asyncio.to_thread(self._spendings)
                history = replace(history, request=self.wishes.request, budget_left=left(self.limits, spent))
                step = decide_next(await asyncio.to_thread(self._backlog), history)
                if isinstance(step, End):
                    return step
                report = await self._take(step, reservation(self.limits, spent))
                history = count(history, step, report)
                await self._breathe(history)

    def finish(self, end: End) -> None:
        """Write down how the run ended. A run that another program ended has nothing to say any more."""
        self.journal.flush()
        with contextlib.suppress(StaleClaim), self.database.write() as session:
            backlog.release_owner(session, AGENT, "The run ended.")
            runs.finish_run(session, self.view.id, self.view.token, end.status, reason=end.reason, until=end.until)

    async def _take(self, step: Initialise | Implement, budget: float | None) -> Report | None:
        working: Awaitable[Report | None]
        working = self.worker.initialise(budget) if isinstance(step, Initialise) else self.worker.implement(budget)
        try:
            return await working
        except AppError as error:
            return Report(Outcome("died", str(error)), 0.0)

    async def _breathe(self, history: History) -> None:
        """The pause between two sessions, in which the next CLI gets up; a request ends it early."""
        if self.wishes.asked.is_set():
            return
        spent = await asyncio.to_thread(self._spendings)
        history = replace(history, budget_left=left(self.limits, spent))
        next_step = decide_next(await asyncio.to_thread(self._backlog), history)
        if isinstance(next_step, End):
            return
        role: WorkRole = "initializer" if isinstance(next_step, Initialise) else "coder"
        self.worker.warm_up(role, reservation(self.limits, spent))
        if self.options.delay > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wishes.asked.wait(), self.options.delay)

    @contextlib.asynccontextmanager
    async def _heartbeats(self) -> AsyncIterator[None]:
        beating = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating

    async def _beat(self) -> None:
        while True:
            try:
                control = await asyncio.to_thread(self._heartbeat)
            except StaleClaim as error:
                self.journal.write(Log(line=str(error), level="error"))
                self.wishes.ask("stop")
                return
            if control == "resume":
                self.wishes.resume()
            elif control is not None and self.wishes.request != "stop":
                self.wishes.ask(control)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    def _heartbeat(self) -> Literal["pause", "stop", "resume"] | None:
        with self.database.write() as session:
            backlog.renew(session, AGENT, LEASE_SECONDS)
            return runs.heartbeat(session, self.view.id, self.view.token)

    def _spendings(self) -> Spendings:
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        with self.database.read() as session:
            run = runs.usage_totals(session, run_id=self.view.id)
            day = runs.usage_totals(session, since=midnight.timestamp())
            project = runs.usage_totals(session)
        return Spendings(*(used.cost_usd + used.reserved_usd for used in (run, project, day)))

    def _backlog(self) -> Backlog:
        with self.database.read() as session:
            stats = backlog.stats(session)
        return Backlog(
            total=stats.total,
            passing=stats.passing,
            ready=stats.ready,
            in_progress=stats.in_progress,
            failing=stats.failing,
            needs_input=stats.needs_input,
            blocked=stats.blocked,
        )


def count(history: History, step: Initialise | Implement, report: Report | None) -> History:
    """`history` after one more session."""
    if report is None:
        return history
    outcome = report.outcome
    return replace(
        history,
        sessions=history.sessions + 1,
        initializer_sessions=history.initializer_sessions + (isinstance(step, Initialise) and outcome.blames_feature),
        provider_failures=history.provider_failures + 1 if outcome.is_trouble else 0,
        last_failure=outcome.detail or history.last_failure,
        fatal=outcome.detail if outcome.kind in ("refused_key", "unknown_model") else None,
        parked_until=outcome.until if outcome.kind == "usage_limit" else None,
    )
