"""One run: leads its crew to the end while its heart beats, and writes down why it ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from agent.crew import Crew
from agent.decisions import End
from agent.desk import Desk
from agent.journal import Journal
from agent.regression import Regression
from agent.wishes import Wishes
from api.errors import StaleClaim
from api.events import Log

HEARTBEAT_SECONDS = 1.0


@dataclass(frozen=True)
class Run:
    """A run that has begun. `execute` leads it to its end, `finish` writes that down."""

    desk: Desk
    crew: Crew
    wishes: Wishes
    journal: Journal
    regression: Regression

    async def execute(self) -> End:
        """Session after session, until something ends the run."""
        async with self._heartbeats(), self.regression.beside():
            return await self.crew.lead()

    def finish(self, end: End) -> None:
        """Write down how the run ended. A run that another program ended has nothing to say any more."""
        self.journal.flush()
        with contextlib.suppress(StaleClaim):
            self.desk.finish(end)

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
                control = await asyncio.to_thread(self.desk.heartbeat, self.crew.agents)
            except StaleClaim as error:
                self.journal.write(Log(line=str(error), level="error"))
                self.wishes.ask("stop")
                return
            if control == "resume":
                self.wishes.resume()
            elif control is not None and self.wishes.request != "stop":
                self.wishes.ask(control)
            self.wishes.bell.ring()  # other programs change the backlog too
            await asyncio.sleep(HEARTBEAT_SECONDS)
