"""What runs in a place, as /proc shows it, and how to end what a command started."""

# ruff: noqa: PTH112, PTH123, PTH208 - pathlib would add 8 ms to the opening of every place

from __future__ import annotations

import contextlib
import os
import signal
import time


class Entry:
    """One process: its state letter, parent, session, number of threads, start (in ticks) and resident bytes."""

    def __init__(self, stat: bytes, page: int) -> None:
        fields = stat.rpartition(b")")[2].split()
        self.state = fields[0].decode()
        self.parent = int(fields[1])
        self.session = int(fields[3])
        self.threads = int(fields[17])
        self.started = int(fields[19])
        self.resident = int(fields[21]) * page


class ProcessTable:
    """The processes at one moment; empty where there is no /proc."""

    def __init__(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        self.page = page
        self.entries: dict[int, Entry] = {}
        for pid in pids():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:
                self.entries[pid] = Entry(file.read(), page)

    def started_by(self, roots: set[int]) -> set[int]:
        """The living processes among `roots`, in the sessions they lead, and all descendants of these."""
        found = {pid for pid, entry in self.entries.items() if pid in roots or entry.session in roots}
        size = 0
        while len(found) > size:
            size = len(found)
            found |= {pid for pid, entry in self.entries.items() if entry.parent in found}
        return {pid for pid in found if self.entries[pid].state not in "ZX"}

    def same(self, known: dict[int, int]) -> set[int]:
        """Those of `known` (numbers and starts) that still are the same process."""
        return {pid for pid, started in known.items() if pid in self.entries and self.entries[pid].started == started}

    def sessions(self) -> dict[int, list[int]]:
        """The processes of each session but the runner's own and the outside's."""
        found: dict[int, list[int]] = {}
        for pid, entry in self.entries.items():
            if entry.session not in (0, os.getsid(0)):
                found.setdefault(entry.session, []).append(pid)
        return found

    def own_memory(self, pid: int) -> int:
        """Bytes of memory that only this process has."""
        with contextlib.suppress(OSError), open(f"/proc/{pid}/statm", "rb") as file:
            _, resident, shared, *_ = file.read().split()
            return (int(resident) - int(shared)) * self.page
        return 0


def pids() -> list[int]:
    """The numbers of all processes; none where there is no /proc."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()] if os.path.isdir("/proc/self") else []


def marked(mark: str) -> set[int]:
    """The processes whose environment carries `mark` (`NAME=value`)."""
    found = set()
    for pid in pids():
        with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:
            if mark.encode() in file.read().split(b"\0"):  # nothing is read of a corpse
                found.add(pid)
    return found


def end_marked(mark: str) -> None:
    """Kill all processes whose environment carries `mark`, also those they start meanwhile."""
    for _ in range(100):
        victims = marked(mark)
        if not victims:
            return
        kill(victims)
        time.sleep(0.002)


def kill(processes: set[int]) -> None:
    """SIGKILL each."""
    for pid in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def signal_group(leader: int, sign: int) -> None:
    """Send a signal to a whole process group at once: nothing in it can fork its way out."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, sign)


def end_session(leader: int) -> None:
    """Kill everything that the command led by `leader` started: its group, its session and all descendants.

    The group is stopped before anything is looked up: what forks faster than /proc is read would otherwise win.
    """
    signal_group(leader, signal.SIGSTOP)
    known: dict[int, int] = {}
    for _ in range(100):
        table = ProcessTable()
        victims = table.started_by({leader} | table.same(known))
        signal_group(leader, signal.SIGKILL)
        if not victims:
            return
        known.update({pid: table.entries[pid].started for pid in victims})
        kill(victims)
        time.sleep(0.002)
