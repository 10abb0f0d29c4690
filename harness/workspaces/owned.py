"""Folders that belong to one running process: named after it, and swept away once it is gone."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from harness import processes


def create(parent: Path, suffix: str = "") -> Path:
    """A new empty folder in `parent` that `sweep` leaves alone as long as this process lives."""
    pid = os.getpid()
    path = parent / f"{pid}-{int(processes.start_time(pid) or 0)}-{secrets.token_hex(6)}{suffix}"
    path.mkdir(parents=True)
    return path


@contextlib.contextmanager
def folder(parent: Path) -> Iterator[Path]:
    """A folder from `create`, removed afterwards unless it was renamed."""
    path = create(parent)
    try:
        yield path
    finally:
        remove(path)


def sweep(parent: Path) -> int:
    """Remove what processes that are gone left in `parent`; how many there were."""
    removed = 0
    for path in parent.glob("*-*-*"):
        pid, _, rest = path.name.partition("-")
        started = rest.partition("-")[0]
        alive = pid.isdigit() and started.isdigit() and processes.is_alive(int(pid), int(started))
        if not alive:
            remove(path)
            removed += 1
    return removed


def remove(path: Path) -> None:
    """Delete a folder that nobody uses any more, folders in it that were made read-only included."""
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        for parent, _, _ in os.walk(path):
            with contextlib.suppress(OSError):
                Path(parent).chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)
