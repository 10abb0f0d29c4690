"""A ceiling on the processes of a namespace that the kernel holds, for root, whom RLIMIT_NPROC does not hold.

Since Linux 6.14 `kernel.pid_max` belongs to a process namespace, and numbers of processes in it cannot pass it. Older
kernels have one for the whole machine, which is never touched: there the runner's own watch is all there is.
"""

from __future__ import annotations

import os
import platform
import re

from harness import processes

SINCE = (6, 14)
RESERVED = 300  # numbers the kernel gives out once and never again, so they do not count for long
SPARE = 50
_SECONDS = 5.0


def hold(init: int, count: int) -> bool:
    """Let the namespace whose init is `init` have about `count` processes at most; whether the kernel holds it."""
    if os.geteuid() != 0 or not init or not available(platform.release()):
        return False
    # Never without --pid: the same file outside a namespace of its own would be the machine's.
    entering = ["nsenter", "--target", str(init), "--pid", "--", "sh", "-c"]
    try:
        done = processes.run([*entering, f"echo {ceiling(count)} > /proc/sys/kernel/pid_max"], timeout=_SECONDS)
    except FileNotFoundError:
        return False
    return done.ok


def ceiling(count: int) -> int:
    """The highest number of a process, so that `count` of them can live at once however many there were before."""
    return RESERVED + count + SPARE


def available(release: str) -> bool:
    """Whether the kernel `release` ("6.18.4-generic") gives each process namespace a ceiling of its own."""
    found = re.match(r"(\d+)\.(\d+)", release)
    return found is not None and (int(found[1]), int(found[2])) >= SINCE
