"""The checks of green cards run again after others landed: what went red is found, and so is who broke it.

No model is asked. One check runs at a time and only while nobody else verifies; its commands give way to everything
else on the machine, and after each there is a pause in proportion to what it took.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from api.backlog.schemas import GreenCheck
from api.backlog.statuses import Actor
from api.database import Database
from api.errors import AppError, Conflict, StaleClaim
from harness.sandboxes import leftovers
from harness.sandboxes.base import Provider
from harness.verification import aging, selection
from harness.verification.gentle import GentleProvider
from harness.verification.records import Record, Records
from harness.verification.retrial import Finding, Means, Retrial
from harness.verification.spare_time import SpareTime
from harness.verification.trial import Conditions, Trials
from harness.verification.verdicts import Verdict
from harness.workspaces.history import History
from harness.workspaces.locks import open_lock, try_lock
from harness.workspaces.repository import ProjectRepository

SHARE: Final = 0.1  # of one processor, on average
IDLE_SECONDS: Final = 5.0  # between two looks when there is nothing to do, or it could not be done

FRESH_SECONDS: Final = 600.0  # for which a pass is good enough while the machine is busy, unless the card is stale
ASLEEP_SECONDS: Final = 60.0  # for which nothing is due when nothing was and the branch did not move
LONGEST_SECONDS: Final = 300.0  # between two tries while it cannot be done


@dataclass(frozen=True)
class Recheck:
    """What became of one card's check; `guilty` is the commit that broke it, where the card is failing for that."""

    feature_id: int
    verdict: Verdict
    guilty: str | None = None


class Rechecks:
    """Runs the checks of one project again. Any number of processes may hold one: one of them works at a time.

    `busy` tells whether the machine has better things to do than to confirm what passed a little while ago.
    """

    def __init__(
        self,
        database: Database,
        repository: ProjectRepository,
        provider: Provider,
        conditions: Conditions | None = None,
        *,
        share: float = SHARE,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        conditions = conditions or Conditions()
        self._database = database
        self._repository = repository
        self._share = share
        self._busy = busy
        self._records = Records(database, f"recheck@{os.getpid()}-{secrets.token_hex(2)}", conditions.lease_seconds)
        self._trials = Trials(repository, GentleProvider(provider), conditions)
        self._spare = SpareTime(self._records, self._trials.lock)
        self._means = Means(repository, self._trials, self._spare, self._records)
        self._troubles = 0  # cycles in a row that could not be
        self._history: History | None = None
        self._asleep_until = 0.0  # while the branch stays where it is
        self._spoiled: dict[int, str] = {}  # the tree about which a card's check could not say anything

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again, until `stop`; what is under way then is interrupted."""
        await _unless(stop, self._forever(stop))

    async def settle(self, stop: asyncio.Event) -> None:
        """Run the stale checks again, at the same pace, until none is left, or `stop`."""
        await _unless(stop, self._settled(stop))

    async def cycle(self) -> Recheck | None:
        """Run the check of the one card again that needs it most; None when none does, or another process is at it.

        A card whose check is red twice is failing afterwards, with the merge that broke it in its reason. Raises
        Unavailable when this machine offers no place.
        """
        with self._alone() as free:
            if not free:
                return None
            for green in await asyncio.to_thread(self._due):
                try:
                    record = await asyncio.to_thread(self._records.begin, green.feature_id)
                except (StaleClaim, Conflict):  # moved meanwhile, or another program has it
                    continue
                return await self._recheck(green, record)
        return None

    async def recheck(self, feature_id: int, *, actor: Actor) -> Recheck | None:
        """Run the check of this card again, at once; None when no check turned it green, or another runs it already."""
        greens = await asyncio.to_thread(self._records.greens)
        green = next((found for found in greens if found.feature_id == feature_id), None)
        if green is None:
            return None
        try:
            record = await asyncio.to_thread(self._records.begin, feature_id, actor)
        except (StaleClaim, Conflict):
            return None
        return await self._recheck(green, record)

    async def _forever(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._step(stop)

    async def _settled(self, stop: asyncio.Event) -> None:
        while any(green.stale for green in await asyncio.to_thread(self._due)) and await self._step(stop):
            pass

    async def _step(self, stop: asyncio.Event) -> bool:
        """One cycle and the pause after it; whether there was anything to do."""
        self._spare.used = 0.0
        try:
            found = await self.cycle()
        except AppError:  # no place, no folder, a full disk: perhaps not for ever
            found = None
            self._troubles += 1
        else:
            self._troubles = 0
        idle = found is None or found.verdict.state in {"broken", "cancelled"}
        pause = max(
            min(IDLE_SECONDS * 2**self._troubles, LONGEST_SECONDS) if idle else 0.0,
            rest_after(self._spare.used, self._share),
        )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        return found is not None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        handle = open_lock(self._trials.lock.with_name("rechecks.lock"))
        try:
            yield try_lock(handle)
        finally:
            os.close(handle)

    def _due(self) -> list[GreenCheck]:
        """The cards whose check is to run again, in their order. What a crash left is cleared away before."""
        repository = self._repository
        leftovers.sweep(repository.home / "places")
        repository.recover()
        with contextlib.suppress(Conflict):
            repository.absorb()
        history = self._remembered()
        if history is not None and time.monotonic() < self._asleep_until:
            return []
        history = self._history = history or repository.history()
        greens = aging.age(self._database, repository, history)
        fresh_since = datetime.now(UTC) - timedelta(seconds=FRESH_SECONDS) if self._busy() else None
        due = selection.due(greens, repository.tree_of(history.tip), self._spoiled, fresh_since)
        self._asleep_until = 0.0 if due or fresh_since else time.monotonic() + ASLEEP_SECONDS
        return due

    def _remembered(self) -> History | None:
        """The history as it was read last, if it is still true."""
        known = self._history
        return known if known is not None and known.tip == self._repository.integration_tip() else None

    async def _recheck(self, green: GreenCheck, record: Record) -> Recheck:
        """Decide it while the lease is renewed; whatever happens, the row comes to an end."""
        retrial = Retrial(self._means, green, record)
        work = asyncio.create_task(retrial.decide())
        beat = asyncio.create_task(self._records.beat(record))
        try:
            await asyncio.wait({work, beat}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                beat.result()  # raises why the lease could not be renewed
            return await asyncio.to_thread(self._write, green, record, work.result())
        except StaleClaim as error:
            return Recheck(green.feature_id, Verdict("cancelled", error.detail, "", record.verification_id))
        except AppError as error:
            self._records.abandon(record, error.detail)
            raise
        except BaseException:
            self._records.abandon(record, "it was interrupted")
            raise
        finally:
            for task in (work, beat):
                task.cancel()
            await asyncio.gather(work, beat, return_exceptions=True)

    def _write(self, green: GreenCheck, record: Record, finding: Finding) -> Recheck:
        entry = finding.entry
        if entry.state == "passed":
            self._records.pass_(record, entry)
        elif finding.reason is not None:
            self._records.condemn(record, entry, finding.reason)
        else:
            self._records.set_aside(record, entry)
            self._spoiled[green.feature_id] = entry.tree or ""
        output = "" if entry.ran is None else entry.ran.output
        verdict = Verdict(entry.state, entry.detail, output, record.verification_id, entry.commit)
        return Recheck(green.feature_id, verdict, finding.guilty)


def rest_after(used: float, share: float) -> float:
    """How long to rest after `used` seconds of work, so that work takes `share` of the time."""
    return used * (1 / share - 1)


async def _unless(stop: asyncio.Event, work: Awaitable[None]) -> None:
    """Do `work`; it is cancelled when `stop` is set."""
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, stopped):
            task.cancel()
        await asyncio.gather(working, stopped, return_exceptions=True)
