"""The features of one session: one, or several small ones after each other, each taken when the one before is green."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from agent.jobs import GoOn, Job
from api.errors import AppError
from mcp_server.context import Sequel

END = "Feature #{} is green. That was the last one of this session: end it now."
NOT_PAID = "Feature #{} is green. What this session may still spend is too little for another one: end it now."
NOT_COMMITTED = "Feature #{} is green, but files in the workspace are not committed: end the session now."
NOT_BEGUN = "Feature #{} is green. The next one cannot be begun ({}): end the session now."


class Batch:
    """How far a session has come with its features; `job` is for the one it is at.

    `pays_another` tells whether there is money for another feature, `is_tidy` whether nothing in the workspace would be
    left behind, `go_on` claims the next feature, `begin` puts the workspace on its branch and returns what the session
    is told, given the job before and the new one.
    """

    def __init__(
        self,
        job: Job,
        go_on: GoOn,
        *,
        most: int,
        pays_another: Callable[[], bool],
        is_tidy: Callable[[], Awaitable[bool]],
        begin: Callable[[Job, Job], Awaitable[str]],
    ) -> None:
        self.job = job
        self._go_on = go_on
        self._most = most
        self._pays_another = pays_another
        self._is_tidy = is_tidy
        self._begin = begin
        self._turns: dict[int, asyncio.Task[Sequel]] = {}

    @property
    def green(self) -> tuple[int, ...]:
        """The features that it has turned green so far, in order."""
        return tuple(self._turns)

    @property
    def has_room(self) -> bool:
        """Whether another feature may follow the present one."""
        return len(self._turns) + 1 < self._most

    async def follow(self, feature_id: int) -> Sequel | None:
        """What comes after `feature_id`, which is green (mcp_server.context.Follow).

        A call that is given up half-way changes nothing: the turn goes on, and whoever asks again is told the same.
        """
        if feature_id == self.job.feature_id and feature_id not in self._turns:
            self._turns[feature_id] = asyncio.create_task(self._turn(self.job), name=f"after feature {feature_id}")
        if feature_id not in self._turns:
            return None
        return await asyncio.shield(list(self._turns.values())[-1])

    async def settle(self) -> None:
        """Wait until no turn is under way."""
        await asyncio.gather(*self._turns.values(), return_exceptions=True)

    async def _turn(self, job: Job) -> Sequel:
        try:
            if self.has_room and not self._pays_another():
                return Sequel(None, NOT_PAID.format(job.feature_id))
            if not await self._is_tidy():
                return Sequel(None, NOT_COMMITTED.format(job.feature_id))
            following = await self._go_on(job, len(self._turns))
            if following is None:
                return Sequel(None, END.format(job.feature_id))
            self.job = following
            return Sequel(following.feature, await self._begin(job, following))
        except AppError as error:
            return Sequel(None, NOT_BEGUN.format(job.feature_id, error))
