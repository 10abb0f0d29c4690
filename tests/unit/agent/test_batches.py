"""A session goes from one feature to the next: when, with which, and what it is told."""

import asyncio
from dataclasses import dataclass, field, replace

from agent.batches import Batch
from agent.jobs import Job
from api.backlog.schemas import FeatureView
from api.errors import AppError, Unavailable
from mcp_server.context import Sequel


def feature(number: int) -> FeatureView:
    fields: dict[str, object] = {"id": number, "name": f"f{number}"}
    return FeatureView.model_construct(**fields)  # type: ignore[arg-type]  # only these matter here


@dataclass
class Desk:
    """Hands out the features that are left, and notes what it is asked."""

    left: list[int]
    tidy: bool = True
    gate: asyncio.Event | None = None
    fails: AppError | None = None
    rich: bool = True
    asked: list[tuple[int | None, int]] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[tuple[int | None, int | None]] = field(default_factory=list)

    def batch(self, first: int = 1, most: int = 3) -> Batch:
        job = Job("agent-1", "coder", 7, feature=feature(first))
        return Batch(job, self.go_on, most=most, pays_another=lambda: self.rich, is_tidy=self.is_tidy, begin=self.begin)

    async def is_tidy(self) -> bool:
        return self.tidy

    async def go_on(self, job: Job, green: int) -> Job | None:
        self.asked.append((job.feature_id, green))
        self.was_asked.set()
        if self.gate is not None:
            await self.gate.wait()
        return replace(job, feature=feature(self.left.pop(0))) if self.left else None

    async def begin(self, before: Job, job: Job) -> str:
        if self.fails is not None:
            raise self.fails
        self.begun.append((before.feature_id, job.feature_id))
        return f"Go on with {job.feature_id}."


async def following(batch: Batch, feature_id: int) -> Sequel:
    sequel = await batch.follow(feature_id)
    assert sequel is not None
    return sequel


def number_of(sequel: Sequel) -> int | None:
    return None if sequel.feature is None else sequel.feature.id


async def test_one_feature_follows_the_other_until_there_is_none() -> None:
    desk = Desk([2, 3])
    batch = desk.batch()
    rooms = [batch.has_room]
    first = await following(batch, 1)
    assert (number_of(first), first.message) == (2, "Go on with 2.")
    assert number_of(await following(batch, 2)) == 3
    rooms.append(batch.has_room)
    assert rooms == [True, False]
    last = await following(batch, 3)
    assert (number_of(last), last.message) == (
        None,
        "Feature #3 is green. That was the last one of this session: end it now.",
    )
    assert (batch.green, batch.job.feature_id) == ((1, 2, 3), 3)
    assert desk.asked == [(1, 1), (2, 2), (3, 3)]
    assert desk.begun == [(1, 2), (2, 3)]


async def test_asking_again_takes_no_further_feature() -> None:
    desk = Desk([2, 3])
    batch = desk.batch()
    assert [number_of(await following(batch, 1)) for _ in range(3)] == [2, 2, 2]
    await following(batch, 2)
    assert number_of(await following(batch, 1)) == 3  # what the session is at, whichever of its features is named
    assert len(desk.asked) == 2


async def test_two_calls_at_once_are_one_turn() -> None:
    desk = Desk([2, 3], gate=asyncio.Event())
    batch = desk.batch()
    calls = [asyncio.create_task(following(batch, 1)) for _ in range(2)]
    await desk.was_asked.wait()
    assert desk.gate is not None
    desk.gate.set()
    assert [number_of(await call) for call in calls] == [2, 2]
    assert desk.asked == [(1, 1)]


async def test_a_call_that_is_given_up_loses_nothing() -> None:
    desk = Desk([2], gate=asyncio.Event())
    batch = desk.batch()
    call = asyncio.create_task(batch.follow(1))
    await desk.was_asked.wait()
    call.cancel()
    assert desk.gate is not None
    desk.gate.set()
    await batch.settle()
    assert batch.job.feature_id == 2
    assert number_of(await following(batch, 1)) == 2


async def test_a_feature_of_somebody_else_is_followed_by_nothing() -> None:
    desk = Desk([2])
    assert await desk.batch().follow(9) is None
    assert desk.asked == []


async def test_files_that_are_not_committed_end_the_session() -> None:
    desk = Desk([2], tidy=False)
    batch = desk.batch()
    assert "not committed: end the session" in (await following(batch, 1)).message
    assert (desk.asked, batch.green, batch.job.feature_id) == ([], (1,), 1)


async def test_a_session_without_enough_money_claims_nothing_more() -> None:
    desk = Desk([2], rich=False)
    batch = desk.batch()
    assert "too little for another one: end it now" in (await following(batch, 1)).message
    assert (desk.asked, batch.green, batch.job.feature_id) == ([], (1,), 1)


async def test_a_next_feature_that_cannot_be_begun_ends_the_session_which_is_at_it() -> None:
    desk = Desk([2], fails=Unavailable("The disk is full."))
    batch = desk.batch()
    told = await following(batch, 1)
    assert (number_of(told), "The disk is full." in told.message) == (None, True)
    assert (batch.green, batch.job.feature_id) == ((1,), 2)  # so that whoever winds it up gives it back
