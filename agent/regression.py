"""Green cards are tried again without a model: beside the sessions, and what is stale once more before a run ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from agent.journal import Journal
from agent.wishes import Wishes
from api.events import Log
from harness.verification.rechecks import SHARE, Rechecks

AT_THE_END = 1.0  # of one processor: nobody else is at work any more


class Regression:
    """The re-runs of one run. `checks` makes what runs them, given a share of one processor; None: there are none."""

    def __init__(self, checks: Callable[[float], Rechecks] | None, wishes: Wishes, journal: Journal) -> None:
        self._checks = checks
        self._wishes = wishes
        self._journal = journal
        self._beside: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """While the block runs, checks of green cards run again at their gentle pace."""
        self._go()
        try:
            yield
        finally:
            await self._halt()

    async def settle(self) -> None:
        """Run what is stale again, now, until nothing is, or something is asked of the run."""
        if self._checks is None:
            return
        await self._halt()  # only one at a time works on a project
        await self._guarded(self._checks(AT_THE_END).settle(self._wishes.asked))
        self._go()

    def _go(self) -> None:
        if self._checks is not None:
            self._beside = asyncio.create_task(self._guarded(self._checks(SHARE).run(asyncio.Event())))

    async def _halt(self) -> None:
        task, self._beside = self._beside, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the sessions go on without it
            line = f"Green features are not tried again for now: {type(error).__name__}: {error}"
            self._journal.write(Log(line=line, level="error"))
