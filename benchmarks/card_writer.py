"""Turns cards of a project green by hand, one a transaction, at a steady rate.

usage: python -m benchmarks.card_writer FEATURES_DB CARDS CARDS_PER_SECOND
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from api.backlog import service as backlog
from api.backlog.statuses import PERSON
from api.database import open_database


def main(path: Path, cards: int, rate: float) -> None:
    """Turn the cards 1..`cards` green."""
    database = open_database(path, "project")
    started = time.monotonic()
    for number in range(cards):
        time.sleep(max(0.0, started + number / rate - time.monotonic()))
        with database.write() as session:
            backlog.mark_passing(session, number + 1, actor=PERSON, proof="unproven")
    database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
