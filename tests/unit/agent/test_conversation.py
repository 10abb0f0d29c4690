import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from agent.conversation import converse
from agent.messages import Ended, LimitNotice, Retrying, Said, SessionMessage, Spent
from api.events import now

DONE = Ended("success", failed=False, cost_usd=0.5)


class ScriptedTalk:
    """A session that says what it is given; an Event in the script is waited for."""

    def __init__(self, *script: SessionMessage | asyncio.Event, ended_by_gate: str | None = None) -> None:
        self.script = script
        self.ended_by_gate = ended_by_gate
        self.interrupted = asyncio.Event()

    async def run(self, prompt: str) -> AsyncIterator[SessionMessage]:
        for step in self.script:
            if isinstance(step, asyncio.Event):
                await step.wait()
            else:
                yield step

    async def interrupt(self) -> None:
        self.interrupted.set()


class Notes:
    def __init__(self) -> None:
        self.heard: list[object] = []
        self.spent: list[Spent] = []
        self.first = asyncio.Event()

    def hear(self, message: object) -> None:
        self.heard.append(message)
        self.first.set()

    async def charge(self, spent: Spent) -> None:
        self.spent.append(spent)

    @property
    def turns(self) -> int:
        return len(self.spent)


def never() -> asyncio.Event:
    return asyncio.Event()


async def test_everything_said_and_spent_is_recorded() -> None:
    notes, spent = Notes(), Spent("m1", 1, 2, 3, 4)
    conclusion = await converse(ScriptedTalk(Said("a"), spent, Said("b"), DONE), "go", notes, never())
    assert (conclusion.outcome.kind, conclusion.ended) == ("completed", DONE)
    assert notes.heard == [Said("a"), Said("b")]
    assert notes.spent == [spent]


async def test_a_request_to_stop_interrupts_the_session() -> None:
    notes, stop = Notes(), asyncio.Event()
    talk = ScriptedTalk(Said("working"), Ended("x", failed=True, terminal_reason="aborted_tools"))
    talk.script = (Said("working"), talk.interrupted, talk.script[1])
    running = asyncio.create_task(converse(talk, "go", notes, stop))
    await notes.first.wait()
    stop.set()
    assert (await running).outcome.kind == "interrupted"
    assert talk.interrupted.is_set()


def said(number: int) -> Spent:
    return Spent(f"m{number}", 1, 2, 3, 4)


async def test_a_turn_too_many_interrupts_the_session_at_once() -> None:
    talk, aborted = ScriptedTalk(), Ended("x", failed=True, cost_usd=0.5, terminal_reason="aborted_tools")
    talk.script = (said(1), said(2), said(3), talk.interrupted, aborted)
    async with asyncio.timeout(5):
        conclusion = await converse(talk, "go", Notes(), never(), max_turns=2)
    assert (conclusion.outcome.kind, conclusion.ended) == ("max_turns", aborted)
    assert conclusion.outcome.detail == "The session used all of the 2 turns it had."


async def test_a_session_may_use_all_of_its_turns() -> None:
    conclusion = await converse(ScriptedTalk(said(1), said(2), DONE), "go", Notes(), never(), max_turns=2)
    assert conclusion.outcome.kind == "completed"


async def test_a_silent_session_is_ended() -> None:
    talk = ScriptedTalk()
    talk.script = (talk.interrupted, Ended("x", failed=True))
    conclusion = await converse(talk, "go", Notes(), never(), silence=0.01)
    assert conclusion.outcome.kind == "died"
    assert "said nothing" in conclusion.outcome.detail


async def test_a_provider_that_asks_for_an_hour_is_a_limit() -> None:
    talk = ScriptedTalk()
    talk.script = (Retrying(1, 3600, 429), talk.interrupted, Ended("x", failed=True))
    outcome = (await converse(talk, "go", Notes(), never())).outcome
    assert outcome.kind == "usage_limit"
    assert outcome.until is not None
    assert outcome.until > now() + timedelta(minutes=50)


async def test_the_providers_notice_decides_what_a_failure_was() -> None:
    until = now() + timedelta(hours=1)
    talk = ScriptedTalk(LimitNotice(True, until, "five_hour", 1.0), Ended("success", failed=True, text="no more"))
    assert (await converse(talk, "go", Notes(), never())).outcome.until == until


async def test_a_session_ended_by_the_gate_says_so() -> None:
    talk = ScriptedTalk(DONE, ended_by_gate="The same call 10 times.")
    assert (await converse(talk, "go", Notes(), never())).outcome.detail == "The same call 10 times."


async def test_a_session_without_a_result_died() -> None:
    assert (await converse(ScriptedTalk(Said("x")), "go", Notes(), never())).outcome.kind == "died"
