"""Delivers stored events to the sockets of a project. Every method runs on the event loop.

Each subscriber has a bounded queue of its own. Nobody waits for a slow one: when its queue is full its stream ends,
and it comes back with the last `seq` it saw.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

MOST_WAITING: Final = 60_000  # frames a subscriber may be behind
MOST_WAITING_BYTES: Final = 32 * 2**20


class Stored(Protocol):
    """A stored event: its place in the log and its JSON."""

    @property
    def seq(self) -> int:
        """Strictly increasing."""
        ...

    @property
    def body(self) -> str:
        """A JSON object without `seq`."""
        ...


@dataclass(frozen=True)
class Batch:
    """Consecutive events as frames, made once for all subscribers. `packed` is all of them as one frame."""

    last: int
    seqs: tuple[int, ...]
    frames: tuple[str, ...]
    packed: str

    @classmethod
    def of(cls, events: Iterable[Stored]) -> Batch:
        """Frames are spliced from the stored JSON: nothing is decoded."""
        rows = [(event.seq, f'{{"seq":{event.seq},{event.body[1:]}') for event in events]
        seqs, frames = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
        return cls(seqs[-1], seqs, frames, pack(frames))

    def after(self, seq: int) -> Batch | None:
        """What of it comes after `seq`; None when nothing does."""
        if self.last <= seq:
            return None
        if self.seqs[0] > seq:
            return self
        first = next(place for place, found in enumerate(self.seqs) if found > seq)
        frames = self.frames[first:]
        return Batch(self.last, self.seqs[first:], frames, pack(frames))


def pack(frames: Iterable[str]) -> str:
    """Many frames in one."""
    return f'{{"type":"batch","messages":[{",".join(frames)}]}}'


class TooSlow(Exception):
    """The subscriber did not keep up, and its stream has ended."""


class Closed(Exception):
    """The channel ended with a close code of the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(eq=False)
class Subscriber:
    """One socket's queue."""

    after: int
    _waiting: deque[Batch] = field(default_factory=deque)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _frames: int = 0
    _bytes: int = 0
    _end: TooSlow | Closed | None = None

    async def next(self) -> Batch:
        """The next batch. Raises TooSlow or Closed at the end of the stream."""
        while not self._waiting:
            if self._end is not None:
                raise self._end
            self._arrived.clear()
            await self._arrived.wait()
        if isinstance(self._end, TooSlow):
            raise self._end
        batch = self._waiting.popleft()
        self._frames -= len(batch.frames)
        self._bytes -= len(batch.packed)
        return batch

    def put(self, batch: Batch) -> None:
        """Queue what this subscriber has not seen yet; never waits."""
        new = batch.after(self.after)
        if new is None or self._end is not None:
            return
        self.after = new.last
        self._waiting.append(new)
        self._frames += len(new.frames)
        self._bytes += len(new.packed)
        if len(self._waiting) > 1 and (self._frames > MOST_WAITING or self._bytes > MOST_WAITING_BYTES):
            self._waiting.clear()
            self._end = TooSlow()
        self._arrived.set()

    def end(self, closed: Closed) -> None:
        """Deliver what waits, then end the stream."""
        self._end = self._end or closed
        self._arrived.set()


class Channel:
    """The sockets of one project. `head` is the last `seq` that was published."""

    def __init__(self, head: int) -> None:
        self.head = head
        self._subscribers: set[Subscriber] = set()

    def __len__(self) -> int:
        return len(self._subscribers)

    @contextmanager
    def subscribe(self, after: int) -> Iterator[Subscriber]:
        """Events after `after`, which must not be older than `head`: between them nothing would be delivered."""
        assert after >= self.head, f"replay up to {self.head} first"
        subscriber = Subscriber(after)
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    def publish(self, batch: Batch) -> None:
        """Hand `batch` to everyone."""
        self.head = max(self.head, batch.last)
        for subscriber in tuple(self._subscribers):
            subscriber.put(batch)

    def close(self, code: int, reason: str) -> None:
        """End every stream with this close code."""
        for subscriber in tuple(self._subscribers):
            subscriber.end(Closed(code, reason))
