"""Frames, batches and bounded queues."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from api.runs.schemas import StoredEvent
from server.services import hub
from server.services.hub import Batch, Channel, Closed, Subscriber, TooSlow


def batch(first: int, last: int) -> Batch:
    return Batch.of([StoredEvent(seq, f'{{"type":"log","line":"é {seq}"}}') for seq in range(first, last + 1)])


def seqs(found: Batch) -> Sequence[int]:
    return [message["seq"] for message in json.loads(found.packed)["messages"]]


def test_frames_are_the_stored_json_with_its_seq() -> None:
    made = batch(3, 4)
    assert json.loads(made.frames[0]) == {"seq": 3, "type": "log", "line": "é 3"}
    assert seqs(made) == [3, 4]


@pytest.mark.parametrize(("after", "left"), [(2, [3, 4, 5]), (3, [4, 5]), (4, [5]), (5, None), (9, None)])
def test_what_was_seen_is_left_out(after: int, left: list[int] | None) -> None:
    found = batch(3, 5).after(after)
    assert (None if found is None else seqs(found)) == left


async def test_subscribers_get_what_comes_after_their_place() -> None:
    channel = Channel(10)
    with channel.subscribe(12) as ahead, channel.subscribe(10) as behind:
        channel.publish(batch(11, 14))
        assert seqs(await behind.next()) == [11, 12, 13, 14]
        assert seqs(await ahead.next()) == [13, 14]
    assert (channel.head, len(channel)) == (14, 0)


async def test_a_subscription_below_the_head_would_miss_something() -> None:
    with pytest.raises(AssertionError, match="replay up to 10"), Channel(10).subscribe(9):
        pass


async def test_next_waits_for_the_next_batch() -> None:
    channel = Channel(0)
    with channel.subscribe(0) as subscriber:
        waiting = asyncio.create_task(subscriber.next())
        await asyncio.sleep(0)
        assert not waiting.done()
        channel.publish(batch(1, 1))
        assert seqs(await waiting) == [1]


async def test_who_is_too_slow_is_cut_off_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MOST_WAITING", 100)
    channel = Channel(0)
    with channel.subscribe(0) as slow, channel.subscribe(0) as quick:
        for first in range(1, 152, 50):
            channel.publish(batch(first, first + 49))
            await quick.next()
        with pytest.raises(TooSlow):
            await slow.next()


async def test_one_batch_is_never_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MOST_WAITING_BYTES", 10)
    subscriber = Subscriber(0)
    subscriber.put(batch(1, 500))
    assert len(seqs(await subscriber.next())) == 500
    subscriber.put(batch(501, 502))
    subscriber.put(batch(503, 504))
    with pytest.raises(TooSlow):
        await subscriber.next()


async def test_a_closed_channel_delivers_what_waits_first() -> None:
    channel = Channel(0)
    with channel.subscribe(0) as subscriber:
        channel.publish(batch(1, 1))
        channel.close(4004, "gone")
        channel.publish(batch(2, 2))
        assert seqs(await subscriber.next()) == [1]
        with pytest.raises(Closed) as closed:
            await subscriber.next()
    assert (closed.value.code, closed.value.reason) == (4004, "gone")
