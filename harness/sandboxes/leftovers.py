"""Who owns an open place, written where the next start finds it: an owner that was killed cleans up nothing."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from harness import processes
from harness.sandboxes.inside.process_table import end_marked

NAME = "owner.json"


@dataclass(frozen=True)
class Owner:
    """The process that opened a place, and the one it started for it; `started` in seconds since the epoch.

    `mark` is what the environment of every command in the place carries.
    """

    pid: int
    started: float
    child: int
    child_started: float
    mark: str


def record(run_dir: Path, *, child: int, mark: str) -> None:
    """Write down that this process owns the place in `run_dir`, run by the process `child` (0: by none yet)."""
    pid = os.getpid()
    child_started = processes.start_time(child) if child else None
    owner = Owner(pid, processes.start_time(pid) or 0.0, child, child_started or 0.0, mark)
    (run_dir / NAME).write_text(json.dumps(asdict(owner)), encoding="utf-8")


def sweep(run_root: Path) -> list[Path]:
    """Remove what dead owners left of places under `run_root`, processes included; the folders removed.

    A folder without a readable owner is left alone: it is somebody else's, or is just being made.
    """
    return [run_dir for run_dir in sorted(run_root.iterdir()) if sweep_one(run_dir)] if run_root.is_dir() else []


def sweep_one(run_dir: Path) -> bool:
    """Remove what a dead owner left of the place in `run_dir`; whether there was such a thing."""
    owner = _owner(run_dir)
    if owner is None or processes.is_alive(owner.pid, owner.started):
        return False
    if owner.child > 1 and processes.is_alive(owner.child, owner.child_started):
        processes.kill_group(owner.child)
    if owner.mark:
        end_marked(owner.mark)
    shutil.rmtree(run_dir, ignore_errors=True)
    return True


def _owner(run_dir: Path) -> Owner | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Owner(**json.loads((run_dir / NAME).read_text(encoding="utf-8")))
    return None
