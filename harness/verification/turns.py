"""One verification at a time per project, across processes: a lock the system takes back when its holder dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOOKED_EVERY: Final = 0.05  # seconds


@contextlib.asynccontextmanager
async def turn(path: Path, on_wait: Callable[[], None]) -> AsyncIterator[None]:
    """Hold the lock file `path` for the block; `on_wait` is called once when another has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _try_lock(handle):
            on_wait()
            while not _try_lock(handle):  # noqa: ASYNC110 - the holder may be another process, which sets no event
                await asyncio.sleep(_LOOKED_EVERY)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
