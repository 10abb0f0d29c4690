"""Several processes on one backlog: nothing twice, nothing lost, whatever is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.database import Database, execute
from api.events import FeatureUpdate
from tests import backlogs

# Claims and passes until nothing is left; prints what it passed. With "die" it kills itself inside a transaction.
WORKER = """
import os, signal, sys, time
from pathlib import Path
from api.backlog import service as backlog
from api.backlog.statuses import Actor
from api.database import open_database

path, name, mode = sys.argv[1:]
database = open_database(Path(path), "project")
print("ready", flush=True)
sys.stdin.readline()
while True:
    with database.write() as session:
        card = backlog.claim_next(session, name, 60.0)
    if card is None:
        with database.read() as session:
            stats = backlog.stats(session)
        if stats.in_progress == 0:
            break
        time.sleep(0.01)
        continue
    with database.write() as session:
        backlog.mark_passing(session, card.id, actor=Actor(name, "coder"), proof="unproven")
        if mode == "die" and card.id % 7 == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    print(card.id, flush=True)
"""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def start(stack: ExitStack, path: Path, name: str, mode: str = "work") -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path), name, mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(worker.kill)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def passed_by(worker: subprocess.Popen[str]) -> list[int]:
    out, _ = worker.communicate("\n", timeout=60)
    return [int(line) for line in out.splitlines()]


def go(workers: list[subprocess.Popen[str]]) -> None:
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()


def needs(count: int) -> list[list[int]]:
    """A card in three waits for an earlier one."""
    return [[place // 2] if place % 3 == 2 else [] for place in range(count)]


def test_five_processes_take_every_card_once(database: Database, stack: ExitStack) -> None:
    with database.write() as session:
        ids = backlogs.fill(session, needs(200))
    workers = [start(stack, database.path, f"agent-{number}") for number in range(5)]
    go(workers)
    passed = [card for worker in workers for card in passed_by(worker)]
    assert sorted(passed) == ids
    with database.read() as session:
        assert backlog.stats(session).passing == 200
        changes = [event.change for event in backlogs.events(session) if isinstance(event, FeatureUpdate)]
        assert (changes.count("claimed"), changes.count("passed")) == (200, 200)
        waiting = {key for key, (waits, _) in backlogs.stored_schedule(session).items() if waits}
        assert waiting == set()


def test_a_kill_inside_a_transaction_leaves_a_whole_backlog(database: Database, stack: ExitStack) -> None:
    with database.write() as session:
        backlogs.fill(session, needs(40))
    dying = start(stack, database.path, "agent-1", "die")
    passed = passed_by(dying)
    assert dying.returncode == -signal.SIGKILL
    with database.read() as session:
        assert execute(session, "PRAGMA quick_check").fetchone()[0] == "ok"
        assert {card.id for card in backlog.listing(session, status=["passing"])} == set(passed)
        (claim,) = backlog.claimed(session)
        assert claim.owner == "agent-1"
        assert claim.feature_id % 7 == 0
    with database.write() as session:
        assert backlog.expire(session, time.time() + 120) == [claim.feature_id]
    finishing = start(stack, database.path, "agent-2")
    assert len(passed) + len(passed_by(finishing)) == 40


def test_a_watcher_sees_the_commit_of_another_process(database: Database, stack: ExitStack) -> None:
    with database.write() as session:
        backlogs.fill(session, needs(3))
        before = backlogs.newest(session)
    worker = start(stack, database.path, "agent-1")
    passed_by(worker)
    with database.read() as session:
        assert backlogs.newest(session) > before


OPENER = """
import sys
from pathlib import Path
from api.database import open_database
print("ready", flush=True)
sys.stdin.readline()
open_database(Path(sys.argv[1]), "project").close()
"""


def test_processes_that_open_one_new_file_at_once_do_not_collide(tmp_path: Path, stack: ExitStack) -> None:
    path = tmp_path / "features.db"
    openers = []
    for _ in range(6):
        opener = subprocess.Popen(
            [sys.executable, "-c", OPENER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        stack.callback(opener.kill)
        openers.append(opener)
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    go(openers)
    assert [opener.communicate(timeout=60)[1] for opener in openers] == [""] * 6
    assert [opener.returncode for opener in openers] == [0] * 6
