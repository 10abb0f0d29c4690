"""The workers of a run, all in one process: begins a session wherever there is something to do and somebody free."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from agent.budget import Limits, Spendings, left, reservation
from agent.decisions import (
    Backlog,
    End,
    Exercise,
    History,
    Implement,
    Initialise,
    Session,
    Step,
    Wait,
    begun,
    decide_next,
    ended,
    goes_on,
)
from agent.desk import Desk
from agent.jobs import GoOn, Job, Report, WorkRole, agent_name, tester_name
from agent.limits import Outcome
from agent.options import RunOptions
from agent.wishes import Wishes
from api.errors import AppError


class Member(Protocol):
    """One who does the work (agent.worker.Worker)."""

    async def work(self, job: Job, go_on: GoOn) -> Report:
        """Lead one session to its end; `go_on` gives it further features."""
        ...

    def warm_up(self, role: WorkRole, budget: float | None) -> None:
        """Begin starting the CLI of the next session."""
        ...

    async def close(self) -> None:
        """Leave for good."""
        ...


# A Ctrl+C also hits programs that are just being started, so a failure may be none the next time.
HIRE_ATTEMPTS = 2

Hire = Callable[[str], Awaitable[Member]]


@dataclass(frozen=True)
class _View:
    """What a decision was made from."""

    backlog: Backlog
    spent: Spendings


class Crew:
    """Decides and begins, one step after the other; the sessions themselves go on side by side.

    `hire` opens the worker of a name. An agent stays until the run ends, a tester for one session. `look_back` runs
    before a run is called finished: it may find that something green is broken.
    """

    def __init__(
        self,
        desk: Desk,
        options: RunOptions,
        limits: Limits,
        hire: Hire,
        wishes: Wishes,
        *,
        look_back: Callable[[], Awaitable[None]],
    ) -> None:
        self.agents = [agent_name(number) for number in range(1, options.agents + 1)]
        self.testers = [tester_name(number) for number in range(1, options.agents + 1)]
        self._desk = desk
        self._options = options
        self._limits = limits
        self._hire = hire
        self._wishes = wishes
        self._look_back = look_back
        self._looked_back = False
        self._history = History(agents=options.agents, max_sessions=options.max_sessions)
        self._members: dict[str, Member] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._keepers: dict[int, str] = {}

    async def lead(self) -> End:
        """Session after session, until something ends the run; then nobody is at work any more."""
        self._keepers = await asyncio.to_thread(self._desk.keepers)
        try:
            while True:
                changed = self._wishes.bell.listen()
                self._let_go_of_the_ready()
                step, view = await self._decide()
                if isinstance(step, End):
                    if step.status != "finished" or self._looked_back:
                        return step
                    self._looked_back = True
                    await self._look_back()
                elif isinstance(step, Wait) or not await self._begin(step, view):
                    await changed.wait()
        finally:
            await self._dismiss()

    async def _decide(self) -> tuple[Step, _View]:
        # The history from before the look: whoever ends meanwhile rings, and it is decided again.
        history = self._history
        view = _View(*await asyncio.to_thread(self._desk.look))
        return decide_next(view.backlog, self._present(history, view)), view

    def _present(self, history: History, view: _View) -> History:
        """`history`, with what is asked of the run now and what it may still spend."""
        return replace(history, request=self._wishes.request, budget_left=left(self._limits, view.spent))

    async def _begin(self, step: Session, view: _View) -> bool:
        """Begin the session of `step`; False when nobody is free for it, or nothing is there after all."""
        if len(self._busy) >= self._options.agents:
            return False
        budget = self._reservation(view)
        job = await self._open(step, budget)
        if job is None:
            return False
        if job.feature is not None:
            self._keepers[job.feature.id] = job.agent
        self._history = begun(self._history, step)
        self._looked_back = False
        task = asyncio.create_task(self._serve(step, job), name=job.agent)
        task.add_done_callback(lambda _task: self._wishes.bell.ring())
        self._busy[job.agent] = task
        return True

    async def _open(self, step: Session, budget: float | None) -> Job | None:
        free = [name for name in self.agents if name not in self._busy]
        match step:
            case Initialise():
                return await asyncio.to_thread(self._desk.open_job, self.agents[0], "initializer", budget)
            case Implement() if not free:
                return None
            case Implement():
                keepers = dict(self._keepers)
                return await asyncio.to_thread(self._desk.claim_job, free, keepers, self.agents, budget)
            case Exercise():
                tester = next(name for name in self.testers if name not in self._busy)
                return await asyncio.to_thread(self._desk.open_job, tester, "tester", budget)

    async def _serve(self, step: Session, job: Job) -> None:
        """One session and the pause after it, in which the next CLI gets up."""
        try:
            member = await self._member(job.agent)
        except AppError as error:
            await self._do_without(job, error)
            self._history = ended(self._history, step, Outcome("died", str(error)))
            return
        report = await member.work(job, self._go_on)
        if job.role == "tester":
            del self._members[job.agent]
            with contextlib.suppress(AppError):  # what it leaves is cleared away before the next one
                await member.close()
        for feature_id in report.green:
            self._keepers.pop(feature_id, None)
        green = len(report.green)
        self._history = ended(self._history, step, report.outcome, green=green, tests=self._options.tests * green)
        self._wishes.bell.ring()
        await self._rest(None if job.role == "tester" else member)

    async def _go_on(self, job: Job, green: int) -> Job | None:
        """Another feature for the session of `job`, which has turned `green` of them green; None when it is to end."""
        view = _View(*await asyncio.to_thread(self._desk.look))
        history = self._present(self._history, view)
        if not goes_on(history, green, self._options.batch, job.budget):
            return None
        keepers = {feature_id: name for feature_id, name in self._keepers.items() if feature_id != job.feature_id}
        following = await asyncio.to_thread(self._desk.claim_more, job, keepers, self.agents)
        if following is not None and following.feature is not None:
            self._keepers.pop(job.feature_id or 0, None)
            self._keepers[following.feature.id] = job.agent
        self._wishes.bell.ring()  # what has turned green may have made others ready
        return following

    async def _member(self, name: str) -> Member:
        for attempt in range(1, HIRE_ATTEMPTS + 1):
            if name in self._members:
                break
            try:
                self._members[name] = await self._hire(name)
            except AppError:
                if attempt == HIRE_ATTEMPTS:
                    raise
        return self._members[name]

    async def _do_without(self, job: Job, error: AppError) -> None:
        """An agent that cannot be equipped leaves the crew; the last one's error is raised."""
        await asyncio.to_thread(self._desk.drop, job, f"{job.agent} cannot work: {error}")
        if self.agents == [job.agent]:
            raise error
        self.agents = [name for name in self.agents if name != job.agent]

    async def _rest(self, member: Member | None) -> None:
        """The pause between two sessions; a request ends it early."""
        if self._wishes.asked.is_set():
            return
        step, view = await self._decide()
        budget = self._reservation(view)
        steady = self._options.agents == 1 or left(self._limits, view.spent) is None
        if member is not None and steady and isinstance(step, Initialise | Implement):
            member.warm_up("initializer" if isinstance(step, Initialise) else "coder", budget)
        if self._options.delay > 0 and not isinstance(step, End):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wishes.asked.wait(), self._options.delay)

    def _reservation(self, view: _View) -> float | None:
        """What the next session may spend: sessions that could begin beside it get as much."""
        free = self._options.agents - self._history.running
        return reservation(self._limits, view.spent, min(free, max(1, view.backlog.ready)))

    def _let_go_of_the_ready(self) -> None:
        """Whoever has rested is free again; what went wrong inside a task is raised here."""
        for name in [name for name, task in self._busy.items() if task.done()]:
            self._busy.pop(name).result()

    async def _dismiss(self) -> None:
        for task in self._busy.values():
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)
        await asyncio.gather(*(member.close() for member in self._members.values()))
