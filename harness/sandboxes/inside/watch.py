"""Holds the commands of a contained place to its limits where the system has none for a whole place.

rlimits hold for one process (memory) or not at all for root (number of processes); control groups would hold for
all together but need rights that an ordinary user does not have everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from harness.sandboxes.inside.command import Command
from harness.sandboxes.inside.process_table import ProcessTable, end_session, pids

PATIENCE = 0.1  # seconds between two looks; each takes a fifth of a millisecond in an idle place
BREACHES = 20  # looks in a row that found too much: what is there cannot be stopped one by one
OVERRUN = 1000  # processes above the limit at which nothing is stopped one by one any more


def hold(limits: tuple[int, int], commands: Mapping[int, Command], breaches: int) -> int:
    """Look once; stop the session that uses most of what there is too little of.

    `limits` are processes and bytes of memory; `breaches` how many looks in a row found too much, the new number is
    returned. When stopping did not help, or so much got started between two looks that it would not, the runner ends:
    the place's init ends with it, and with that, at once and by the kernel, everything.
    """
    most_processes, most_memory = limits
    if len(pids()) > most_processes + OVERRUN:  # counted without a look at each: there is no time for that
        os._exit(1)
    table = ProcessTable()
    sessions = table.sessions()
    threads = {session: sum(table.entries[pid].threads for pid in members) for session, members in sessions.items()}
    if sum(threads.values()) > most_processes:
        used, why = threads, f"more than {most_processes} processes and threads"
    elif sum(entry.resident for entry in table.entries.values()) > most_memory:
        used = {session: sum(map(table.own_memory, members)) for session, members in sessions.items()}
        why = f"more than {most_memory >> 20} MiB of memory"
        if sum(used.values()) <= most_memory:
            return 0
    else:
        return 0
    if breaches >= BREACHES:
        os._exit(1)
    session = max(used, key=used.__getitem__)
    if session in commands:
        commands[session].stopped_because = f"the place used {why}"
    end_session(session)
    return breaches + 1
