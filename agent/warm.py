"""A model session that is started before it is needed: the CLI takes a third of a second to get up.

It lives in a task of its own, since the SDK must be left in the task that entered it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from agent.conversation import Talk
from agent.messages import Ended, SessionMessage
from api.errors import AppError

# Longer than the SDK takes to end a CLI that does not want to: 5 s to go by itself, 5 s to obey, then it is killed.
CLOSE_SECONDS = 15.0


class WarmTalk:
    """A `Talk` that begins connecting when it is made. `run` it at most once; always `close` it."""

    def __init__(self, session: AbstractAsyncContextManager[Talk]) -> None:
        self._prompt: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._said: asyncio.Queue[SessionMessage | None] = asyncio.Queue()
        self._talk: Talk | None = None
        self._talking = False
        self._life = asyncio.create_task(self._live(session), name="model session")

    @property
    def ended_by_gate(self) -> str | None:
        """Why the tool gate ended it, if it did."""
        return None if self._talk is None else self._talk.ended_by_gate

    async def run(self, prompt: str) -> AsyncIterator[SessionMessage]:
        """Everything the session says after `prompt`; a session that did not come up ends at once, with the reason."""
        self._prompt.set_result(prompt)
        while (message := await self._said.get()) is not None:
            yield message

    async def interrupt(self) -> None:
        """Ask it to stop now."""
        if self._talk is not None:
            await self._talk.interrupt()

    async def close(self) -> None:
        """End it, used or not, and wait until its CLI is gone.

        Leaving the session is never cancelled: a CLI that is left half-way lives on.
        """
        if not self._prompt.done():
            self._prompt.cancel()
        elif self._talking:
            self._life.cancel()
        await asyncio.wait({self._life}, timeout=CLOSE_SECONDS)
        if not self._life.done():
            self._life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._life

    async def _live(self, session: AbstractAsyncContextManager[Talk]) -> None:
        try:
            async with session as talk:
                self._talk = talk
                prompt = await self._prompt
                self._talking = True
                async for message in talk.run(prompt):
                    self._said.put_nowait(message)
                    self._talking = not isinstance(message, Ended)
        except AppError as error:
            self._said.put_nowait(Ended("died", failed=True, text=str(error)))
        finally:
            self._said.put_nowait(None)
