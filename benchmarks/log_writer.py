"""Writes log lines into a project's database, as an agent's journal does: in batches of 500, one transaction each.

usage: python -m benchmarks.log_writer FEATURES_DB LINES [LINES_PER_SECOND]

With a rate, each line tells the moment it was written, and a batch is what 15 ms bring.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from api.database import append_events, open_database
from api.events import Log

BATCH = 500
BATCH_SECONDS = 0.015
LINE = "GET /api/books 200 in 12 ms: 24 rows, from the cache; a line of output about as long as most are"


def main(path: Path, lines: int, rate: float | None) -> None:
    """Write them all."""
    database = open_database(path, "project")
    written, started = 0, time.monotonic()
    while written < lines:
        if rate is None:
            count = min(BATCH, lines - written)
            append_events(database, [Log(line=LINE, origin="result", agent="agent-1", session_id=1)] * count)
        else:
            due = int((time.monotonic() - started) * rate)
            count = min(due, lines) - written
            if count > 0:
                append_events(database, [Log(line=f"at {time.time():.6f}", agent="agent-1")] * count)
            time.sleep(BATCH_SECONDS)
        written += count
    database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else None)
