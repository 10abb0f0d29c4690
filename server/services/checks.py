"""Runs a card's check when a person asks for it, beside everything else; the board hears how it goes as events."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from api.backlog import service as backlog
from api.backlog.schemas import VerificationView
from api.backlog.statuses import PERSON
from api.database import Database
from api.errors import Unavailable
from harness.verification import Verdict
from mcp_server.verifying import FolderVerification

POLL_SECONDS: Final = 0.02
BEGIN_SECONDS: Final = 60.0  # for the repository to be prepared and the check to be queued


class Checks:
    """The checks a server runs. Every method belongs to the event loop."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._running: set[asyncio.Task[Verdict] | asyncio.Task[None]] = set()

    async def begin(self, database: Database, folder: Path, feature_id: int) -> VerificationView:
        """Start the check of a card on the integration branch with the user's commits; the row it writes to.

        Conflict when there is nothing to check. A check that is under way already is joined.
        """
        verification = FolderVerification(database, folder, self._environ, lambda: PERSON)
        task = asyncio.create_task(verification.verify(feature_id))
        self._running.add(task)
        task.add_done_callback(self._forget)
        deadline = asyncio.get_running_loop().time() + BEGIN_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            ended, _ = await asyncio.wait({task}, timeout=POLL_SECONDS)
            number = task.result().verification_id if ended else None
            found = await asyncio.to_thread(_read, database, feature_id, number)
            if found is not None:
                return found
        raise Unavailable(f"The check of feature {feature_id} did not begin in time: look at it again in a moment.")

    def settle(self, database: Database, folder: Path) -> None:
        """Run the stale checks of a project again, beside everything else; where a run does so already, it goes on."""
        verification = FolderVerification(database, folder, self._environ, lambda: PERSON)
        task = asyncio.create_task(verification.settle(asyncio.Event()))
        self._running.add(task)
        task.add_done_callback(self._forget)

    async def close(self) -> None:
        """Interrupt what runs; their rows say so, and another process may take them over."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _forget(self, task: asyncio.Task[Verdict] | asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # its row, or the answer to the request, has said what it was


def _read(database: Database, feature_id: int, verification_id: int | None) -> VerificationView | None:
    with database.read() as session:
        number = verification_id or backlog.get(session, feature_id).verification_id
        return None if number is None else backlog.verification(session, number)
