"""One verification at a time per project, across processes: a lock the system takes back when its holder dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from harness.workspaces.locks import LOOKED_EVERY, open_lock, try_lock


@contextlib.asynccontextmanager
async def turn(path: Path, on_wait: Callable[[], None]) -> AsyncIterator[None]:
    """Hold the lock file `path` for the block; `on_wait` is called once when another has it."""
    handle = open_lock(path)
    try:
        if not try_lock(handle):
            on_wait()
            while not try_lock(handle):  # noqa: ASYNC110 - the holder may be another process, which sets no event
                await asyncio.sleep(LOOKED_EVERY)
        yield
    finally:
        os.close(handle)
