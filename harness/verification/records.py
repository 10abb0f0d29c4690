"""The rows of checks that run again: begun, kept alive, and brought to exactly one end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from api.backlog import service as backlog
from api.backlog.schemas import GreenCheck, VerificationResult
from api.backlog.statuses import HARNESS, Actor
from api.database import Database
from api.errors import NotFound, StaleClaim
from harness.verification.verdicts import Ran, State

PASSED_OUTPUT: Final = 4_000  # characters


@dataclass(frozen=True)
class Record:
    """The row of a check that runs again. `patient`: it gives way to every other verification."""

    feature_id: int
    verification_id: int
    patient: bool = True


@dataclass(frozen=True)
class Entry:
    """What is written into it."""

    state: State
    detail: str
    ran: Ran | None = None
    commit: str | None = None
    tree: str | None = None

    def result(self) -> VerificationResult:
        """As the backlog takes it."""
        ran = self.ran
        return VerificationResult(
            verdict=self.state,
            commit=self.commit,
            tree=self.tree,
            exit_head=None if ran is None else ran.exit_code,
            seconds=None if ran is None else ran.seconds,
            output=self._output(),
            detail=self.detail,
        )

    def _output(self) -> str:
        """What was printed; of the many passes only the end is worth its room."""
        if self.ran is None:
            return ""
        return self.ran.output[-PASSED_OUTPUT:] if self.state == "passed" else self.ran.output


class Records:
    """Writes them for `executor`. Each method is one transaction."""

    def __init__(self, database: Database, executor: str, lease_seconds: float) -> None:
        self._database = database
        self.executor = executor
        self._lease_seconds = lease_seconds

    def greens(self) -> list[GreenCheck]:
        """Every card that a check turned green, the oldest pass first."""
        with self._database.read() as session:
            return backlog.green_checks(session)

    def name_of(self, feature_id: int) -> str | None:
        """The name of a card; None when it is gone."""
        try:
            with self._database.read() as session:
                return backlog.get(session, feature_id).name
        except NotFound:
            return None

    def others(self, mine: int) -> list[int]:
        """The verifications that are queued or running besides `mine`."""
        with self._database.read() as session:
            return backlog.active_verifications(session, besides=mine)

    def begin(self, feature_id: int, actor: Actor = HARNESS) -> Record:
        """Begin, or take over what another left; StaleClaim or Conflict where that cannot be.

        What a person asked for does not give way.
        """
        with self._database.write() as session:
            view = backlog.begin_recheck(
                session, feature_id, actor=actor, executor=self.executor, lease_seconds=self._lease_seconds
            )
        return Record(feature_id, view.id, patient=actor == HARNESS)

    async def beat(self, record: Record) -> None:
        """Renew the lease until cancelled; StaleClaim when the row came to an end without us."""
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            await asyncio.to_thread(self._renew, record)

    def pass_(self, record: Record, entry: Entry) -> None:
        """The check passed again."""
        with self._database.write() as session:
            backlog.refresh(session, record.verification_id, entry.result(), executor=self.executor)

    def condemn(self, record: Record, entry: Entry, reason: str) -> None:
        """The card is failing for `reason`."""
        with self._database.write() as session:
            backlog.condemn(session, record.verification_id, entry.result(), reason, executor=self.executor)

    def set_aside(self, record: Record, entry: Entry) -> None:
        """The runs could not say anything about the card: its receipt is stale."""
        with self._database.write() as session:
            backlog.finish_verification(session, record.verification_id, entry.result(), executor=self.executor)
            backlog.mark_stale(session, [record.feature_id])

    def abandon(self, record: Record, detail: str) -> None:
        """End it without a verdict; nothing when it has ended."""
        try:
            with self._database.write() as session:
                backlog.abandon_recheck(session, record.verification_id, detail, executor=self.executor)
        except StaleClaim:
            return

    def _renew(self, record: Record) -> None:
        with self._database.write() as session:
            backlog.advance_verification(session, record.verification_id, self.executor, self._lease_seconds)
