"""Leads one session to its end: records what it says and costs, and stops it when it must be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Set
from dataclasses import dataclass, field
from typing import Literal, Protocol

from agent.limits import Outcome, classify, retry_is_a_limit
from agent.messages import Ended, LimitNotice, Retrying, Said, SessionMessage, Spent, ToolCalled, ToolReturned
from api.events import now

# A session that says nothing for this long is stuck: tools are bounded by shorter limits than this.
SILENCE_SECONDS = 20 * 60.0
# After an interrupt the CLI gets this long to end its session in order.
INTERRUPT_SECONDS = 10.0


class Talk(Protocol):
    """What is needed of a model session (agent.session.ModelSession)."""

    @property
    def ended_by_gate(self) -> str | None:
        """Why the tool gate ended it, if it did."""
        ...

    def run(self, prompt: str) -> AsyncIterator[SessionMessage]:
        """Everything it says after `prompt`, ending with `Ended`."""
        ...

    async def interrupt(self) -> None:
        """Ask it to stop now."""
        ...


class Recorder(Protocol):
    """Where a session's words and costs go (agent.recorder.SessionRecorder)."""

    def hear(self, message: Said | ToolCalled | ToolReturned | Retrying | LimitNotice) -> None:
        """Note one message; returns at once."""
        ...

    async def charge(self, spent: Spent) -> None:
        """Note what one model message used."""
        ...

    @property
    def turns(self) -> int:
        """Model messages so far for the feature the session is at."""
        ...


@dataclass(frozen=True)
class Conclusion:
    """How a session ended, and the CLI's last word, which has its totals."""

    outcome: Outcome
    ended: Ended


async def converse(
    talk: Talk,
    prompt: str,
    recorder: Recorder,
    stop: asyncio.Event,
    *,
    silence: float = SILENCE_SECONDS,
    max_turns: int | None = None,
) -> Conclusion:
    """Lead `talk` from `prompt` to its end.

    Setting `stop` interrupts it; so does `silence` seconds without a word, and a turn more than `max_turns` for one
    feature.
    """
    heard = _Heard(max_turns)
    listening = asyncio.create_task(_listen(talk, prompt, recorder, heard))
    stopping = asyncio.create_task(stop.wait())
    limited = asyncio.create_task(heard.limited.wait())
    try:
        why = await _watch(listening, {stopping, limited}, heard, silence)
        if why is not None:
            await talk.interrupt()
            await asyncio.wait({listening}, timeout=INTERRUPT_SECONDS)
        if not listening.done():
            listening.cancel()
            await asyncio.wait({listening})
            return Conclusion(why or Outcome("died", "The session did not end."), Ended("died", failed=True))
        ended = listening.result()
    finally:
        for task in (listening, stopping, limited):
            task.cancel()
        await asyncio.wait({stopping, limited})
    return Conclusion(why or _judge(talk, ended, heard), ended)


@dataclass
class _Heard:
    """What the listener noticed, for those who judge."""

    max_turns: int | None = None
    at: float = 0.0
    notice: LimitNotice | None = None
    limit: Outcome | None = None
    limited: asyncio.Event = field(default_factory=asyncio.Event)

    def reach(self, limit: Outcome) -> None:
        """Note a limit that the session must not go beyond."""
        self.limit = limit
        self.limited.set()


async def _listen(talk: Talk, prompt: str, recorder: Recorder, heard: _Heard) -> Ended:
    clock = asyncio.get_running_loop().time
    heard.at = clock()
    async for message in talk.run(prompt):
        heard.at = clock()
        match message:
            case Ended():
                return message
            case Spent():
                await recorder.charge(message)
                if heard.max_turns is not None and recorder.turns > heard.max_turns:
                    heard.reach(Outcome("max_turns", f"The session used all of the {heard.max_turns} turns it had."))
            case Retrying():
                if (limit := retry_is_a_limit(message, now=now())) is not None:
                    heard.reach(limit)
                recorder.hear(message)
            case LimitNotice():
                heard.notice = message
                recorder.hear(message)
            case _:
                recorder.hear(message)
    return Ended("died", failed=True, text="the session ended without a result")


async def _watch(
    listening: asyncio.Task[Ended], reasons: Set[asyncio.Task[Literal[True]]], heard: _Heard, silence: float
) -> Outcome | None:
    """Why the session must be interrupted, where one of the `reasons` is done; None when it ended by itself."""
    clock = asyncio.get_running_loop().time
    heard.at = clock()
    while not listening.done():
        left = heard.at + silence - clock()
        if any(reason.done() for reason in reasons):
            return heard.limit or Outcome("interrupted", "Stopped by request.")
        if left <= 0:
            return Outcome("died", f"The session said nothing for {silence:.0f} s.")
        await asyncio.wait({listening, *reasons}, timeout=min(left, 1.0), return_when=asyncio.FIRST_COMPLETED)
    return None


def _judge(talk: Talk, ended: Ended, heard: _Heard) -> Outcome:
    if talk.ended_by_gate is not None:
        return Outcome("interrupted", talk.ended_by_gate)
    return classify(ended, now=now(), notice=heard.notice)
