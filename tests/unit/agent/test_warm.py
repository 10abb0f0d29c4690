import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from agent.messages import Ended, Said, SessionMessage
from agent.warm import WarmTalk
from api.errors import Unavailable


class Talk:
    ended_by_gate = "because"

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.interrupted = asyncio.Event()

    async def run(self, prompt: str) -> AsyncIterator[SessionMessage]:
        self.prompts.append(prompt)
        yield Said("hello")
        await self.interrupted.wait()
        yield Ended("success", failed=False)

    async def interrupt(self) -> None:
        self.interrupted.set()


class Session(contextlib.AbstractAsyncContextManager[Talk]):
    def __init__(self, fault: Exception | None = None) -> None:
        self.talk, self.fault = Talk(), fault
        self.up, self.left = asyncio.Event(), asyncio.Event()
        self.entered_by: asyncio.Task[object] | None = None

    async def __aenter__(self) -> Talk:
        self.entered_by = asyncio.current_task()
        if self.fault is not None:
            raise self.fault
        self.up.set()
        return self.talk

    async def __aexit__(self, *_: object) -> None:
        assert asyncio.current_task() is self.entered_by
        gone = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, gone.set)  # a CLI takes its time to go
        await gone.wait()
        self.left.set()


async def test_it_comes_up_before_it_is_asked_anything() -> None:
    session = Session()
    warm = WarmTalk(session)
    async with asyncio.timeout(5):
        await session.up.wait()
    assert session.talk.prompts == []
    await warm.close()
    assert session.left.is_set()


async def test_what_is_said_comes_in_order_and_an_interrupt_goes_through() -> None:
    warm = WarmTalk(Session())
    said = []
    async for message in warm.run("go"):
        said.append(message)
        await warm.interrupt()
    assert said == [Said("hello"), Ended("success", failed=False)]
    assert warm.ended_by_gate == "because"
    await warm.close()


async def test_one_that_does_not_come_up_says_why() -> None:
    warm = WarmTalk(Session(Unavailable("No CLI here.")))
    assert [message async for message in warm.run("go")] == [Ended("died", failed=True, text="No CLI here.")]
    await warm.interrupt()
    assert warm.ended_by_gate is None
    await warm.close()


async def test_a_bug_is_not_swallowed() -> None:
    warm = WarmTalk(Session(ZeroDivisionError()))
    assert [message async for message in warm.run("go")] == []
    with pytest.raises(ZeroDivisionError):
        await warm.close()


async def test_leaving_is_waited_for_after_the_last_word() -> None:
    session = Session()
    warm = WarmTalk(session)
    session.talk.interrupted.set()
    async for message in warm.run("go"):
        if isinstance(message, Ended):
            break
    await warm.close()
    assert session.left.is_set()


async def test_one_that_is_still_talking_is_ended_in_order() -> None:
    session = Session()
    warm = WarmTalk(session)
    async for _ in warm.run("go"):
        break
    await warm.close()
    assert session.left.is_set()


async def test_one_that_is_still_coming_up_is_ended_in_order() -> None:
    session = Session()
    warm = WarmTalk(session)
    await asyncio.sleep(0)
    await warm.close()
    assert session.left.is_set() or session.entered_by is None
