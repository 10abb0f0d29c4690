"""Reading what children print, and telling when they end, without a thread for each."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Sequence
from typing import IO, Protocol

GLANCE = 0.02  # seconds between two looks at a child, where the system does not tell its end
PIPE = 4_096  # bytes that every pipe takes at once


class Child(Protocol):
    """A process of ours, as subprocess knows it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code once it has ended."""
        ...


class Tail:
    """The last `limit` bytes of what comes through a pipe. `take` reads what is there."""

    def __init__(self, handle: int, limit: int) -> None:
        self.handle = handle
        self.open = True
        self._limit = limit
        self._kept = bytearray()

    def take(self) -> None:
        """Read once; it is not open any more when its other end is closed."""
        chunk = os.read(self.handle, 65536)
        self.open = bool(chunk)
        self._kept.extend(chunk)
        del self._kept[: -self._limit]

    def text(self, encoding: str = "utf-8") -> str:
        """What was kept."""
        return self._kept.decode(encoding, "replace")


def read_until_end(process: Child, tails: Sequence[Tail], seconds: float) -> bool:
    """Read what our child prints until it ends; False when it does not within `seconds`.

    It is not reaped where the system can tell without that, so that its group keeps its number.
    """
    deadline = time.monotonic() + seconds
    end = _end_of(process)
    try:
        while (left := deadline - time.monotonic()) > 0:
            ended = end is None and process.poll() is not None
            ready = _take(tails, left if end is not None else min(left, GLANCE), end)
            if ended or ready:
                return True
        return False
    finally:
        if end is not None:
            os.close(end)


def read_out(tails: Sequence[Tail], seconds: float) -> None:
    """Read what is left; a grandchild that holds a pipe open is not waited for longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while any(tail.open for tail in tails) and (left := deadline - time.monotonic()) > 0:
        _take(tails, left, None)


def _take(tails: Sequence[Tail], seconds: float, end: int | None) -> bool:
    """Wait for `end`, or for something to read, and read it; whether it was the end."""
    poll = select.poll()  # unlike select(), takes any file descriptor number
    known = {tail.handle: tail for tail in tails if tail.open}
    for handle in (*known, *(() if end is None else (end,))):
        poll.register(handle, select.POLLIN)
    ready = [handle for handle, _ in poll.poll(seconds * 1000)]
    for handle in ready:
        if handle in known:
            known[handle].take()
    return end in ready


def _end_of(process: Child) -> int | None:
    """A handle that can be read once our child has ended; None where there is no such thing."""
    try:
        return os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not Linux, or no more file descriptors
        return None


def feed(stream: IO[bytes], data: bytes) -> None:
    """Write `data` and close the stream, without waiting for a reader."""

    def write() -> None:
        with contextlib.suppress(BrokenPipeError), stream:
            stream.write(data)

    if len(data) <= PIPE:
        write()
    else:
        threading.Thread(target=write, daemon=True).start()


def read_head(handle: int, size: int, seconds: float) -> bytes:
    """The first `size` bytes that come, or what came before the end or in `seconds`."""
    deadline = time.monotonic() + seconds
    found = b""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    while len(found) < size and poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        chunk = os.read(handle, size - len(found))
        if not chunk:
            break
        found += chunk
    return found
