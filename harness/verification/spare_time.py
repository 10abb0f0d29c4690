"""Work that is done only while nobody else verifies, and gives way at once when somebody wants to."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Final, TypeVar

from harness.verification.records import Records
from harness.verification.turns import turn
from harness.workspaces.locks import open_lock, try_lock

PATIENCE: Final = 3  # times a piece of work gives way before it has its turn like everybody else
LONGEST_WAIT: Final = 300.0  # seconds until it takes its turn among others who are never done
LOOKED_EVERY: Final = 0.2  # seconds
DEAD_AFTER: Final = 2.0  # seconds a queued verification leaves a free lock alone: whoever queued it is gone

Found = TypeVar("Found")


class SpareTime:
    """Turns of the verification lock `path` that nobody else wants. `used` counts the seconds that work took."""

    def __init__(self, records: Records, path: Path) -> None:
        self._records = records
        self._path = path
        self.used = 0.0

    async def spend(self, mine: int, work: Callable[[], Awaitable[Found]], *, patience: int = PATIENCE) -> Found:
        """Do `work` for the verification `mine`, from its beginning each time somebody else came in between."""
        for _ in range(patience):
            dead = await self._quiet(mine)
            if (found := await self._interruptibly(mine, work, dead)) is not None:
                return found[0]
        async with turn(self._path, _nobody_listens):
            return await self._timed(work)

    async def _quiet(self, mine: int) -> frozenset[int]:
        """Wait until nobody else verifies; the verifications that need not be waited for.

        Those are of programs that seem to be gone; or all, where others never come to an end.
        """
        seen: frozenset[int] = frozenset()
        began = since = time.monotonic()
        while others := frozenset(await asyncio.to_thread(self._records.others, mine)):
            if others != seen or not self._is_free():
                seen, since = others, time.monotonic()
            elif time.monotonic() - since > DEAD_AFTER:
                break
            if time.monotonic() - began > LONGEST_WAIT:
                break
            await asyncio.sleep(LOOKED_EVERY)
        return others

    def _is_free(self) -> bool:
        handle = open_lock(self._path)
        try:
            return try_lock(handle)
        finally:
            os.close(handle)

    async def _interruptibly(
        self, mine: int, work: Callable[[], Awaitable[Found]], dead: Collection[int]
    ) -> tuple[Found] | None:
        """What came of `work`; None when it was interrupted for somebody else's verification."""
        async with turn(self._path, _nobody_listens):
            working = asyncio.ensure_future(self._timed(work))
            wanted = asyncio.ensure_future(self._wanted(mine, dead))
            try:
                await asyncio.wait({working, wanted}, return_when=asyncio.FIRST_COMPLETED)
                return (working.result(),) if working.done() else None
            finally:
                for task in (working, wanted):
                    task.cancel()
                await asyncio.gather(working, wanted, return_exceptions=True)

    async def _wanted(self, mine: int, dead: Collection[int]) -> None:
        """Wait until somebody else wants to verify."""
        while set(await asyncio.to_thread(self._records.others, mine)).issubset(dead):  # noqa: ASYNC110 - others are other processes, which set no event
            await asyncio.sleep(LOOKED_EVERY)

    async def _timed(self, work: Callable[[], Awaitable[Found]]) -> Found:
        began = time.monotonic()
        try:
            return await work()
        finally:
            self.used += time.monotonic() - began


def _nobody_listens() -> None:
    """Nobody is told that we wait."""
