"""File locks that the system takes back when their holder dies."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.errors import Conflict

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOOKED_EVERY: Final = 0.02  # seconds


def open_lock(path: Path) -> int:
    """A handle on the lock file `path`, not locked yet; closing it unlocks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(handle: int) -> bool:
    """Lock without waiting; whether it worked."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def held(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock file `path` for the block; Conflict when another has it for longer than `timeout` seconds."""
    handle = open_lock(path)
    deadline = time.monotonic() + timeout
    try:
        while not try_lock(handle):
            if time.monotonic() > deadline:
                raise Conflict(f"Another program holds {path.name} for over {timeout:.0f} s: try again.")
            time.sleep(LOOKED_EVERY)
        yield
    finally:
        os.close(handle)
