"""The backlog against its floor: raw SQLite in process, a bare MCP tool over stdio, five writers on one file.

usage: python -m benchmarks.bench_backlog [--sizes 200,2000,10000] [--calls N]

Ours and the floor alternate on the same machine and the same kind of file. Prints Markdown; ratios count, times move
with the machine. `python -m benchmarks.bench_backlog --echo` is the bare MCP server of the floor.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple

import mcp
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.server import MCPServer

from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import Actor
from api.database import Database, append_events, open_database
from api.events import Log

ROOT = Path(__file__).resolve().parents[1]
INITIALIZER, CODER = Actor("initializer", "initializer"), Actor("agent-1", "coder")
WORKERS, SHARED = 5, 200


class Line(NamedTuple):
    """A row of the table."""

    what: str
    ours: str
    floor: str
    bar: str


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="200,2000,10000", help="numbers of features")
    parser.add_argument("--calls", type=int, default=150, help="calls for each median")
    parser.add_argument("--echo", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.echo:
        echo_server().run("stdio")
        return
    lines: list[Line] = []
    for size in (int(part) for part in given.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="bench-backlog-") as folder:
            lines += in_process(Path(folder), size, given.calls)
            lines += asyncio.run(over_stdio(Path(folder), size, given.calls))
    with tempfile.TemporaryDirectory(prefix="bench-backlog-") as folder:
        lines.append(side_by_side(Path(folder)))
        lines.append(appending(Path(folder)))
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}\n")
    print("| what | ours | floor | bar |\n| --- | --- | --- | --- |")
    for line in lines:
        print(f"| {line.what} | {line.ours} | {line.floor} | {line.bar} |")


def fill(database: Database, size: int) -> None:
    """`size` features with up to two dependencies each."""
    chance = random.Random(1)
    with database.write() as session:
        for start in range(0, size, 500):
            batch = []
            for place in range(min(500, size - start)):
                needs = {chance.randrange(place) for _ in range(chance.choice([0, 0, 1, 2]))} if place else set()
                batch.append(
                    FeatureCreate(
                        category="core",
                        name=f"feature {start + place}",
                        description="As a user I can " + "do this and that " * 12,
                        steps=["open the page and look"] * 5,
                        depends_on_indices=sorted(needs),
                    )
                )
            backlog.create_bulk(session, batch, INITIALIZER)


def median_ms(call: Callable[[], object], calls: int) -> float:
    """The median time of a call in milliseconds."""
    call()
    return statistics.median(timed(call) for _ in range(calls)) * 1_000


def timed(call: Callable[[], object]) -> float:
    """Seconds one call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def in_process(folder: Path, size: int, calls: int) -> list[Line]:
    """Claim, pass, get, ready and the board beside the plain statements they cannot do without."""
    database = open_database(folder / "features.db", "project")
    fill(database, size)
    held: list[int] = []
    claims, passes = [], []
    for _ in range(min(calls, size // 2)):
        claims.append(timed(lambda: held.append(claim(database, CODER.name) or 0)))
        passes.append(timed(lambda: finish(database, held[-1], CODER)))
    raw = RawBacklog(folder / "floor.db", size)

    def get() -> None:
        with database.read() as session:
            backlog.get(session, held[-1])

    def ready() -> None:
        with database.read() as session:
            backlog.ready(session, 20)

    def board() -> None:
        with database.read() as session:
            backlog.board_json(session)

    ours = [statistics.median(claims) * 1_000, statistics.median(passes) * 1_000, median_ms(get, calls)]
    ours += [median_ms(ready, calls), median_ms(board, 10)]
    floor = [median_ms(raw.change, calls), median_ms(raw.change, calls), median_ms(raw.get, calls)]
    floor += [median_ms(raw.ready, calls), median_ms(raw.all, 10)]
    database.close()
    names = ["claim", "pass", "get", "20 ready features", "board"]
    bars = ["flat in N", "flat in N", "flat in N", "5 ms", ""]
    return [
        Line(f"{name}, in process, {size} features", f"{mine:.2f} ms", f"{bare:.2f} ms SQLite", bar)
        for name, mine, bare, bar in zip(names, ours, floor, bars, strict=True)
    ]


class RawBacklog:
    """The floor: one table, one index, plain statements."""

    def __init__(self, path: Path, size: int) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;"
            "CREATE TABLE card (id INTEGER PRIMARY KEY, status TEXT, priority INTEGER, body TEXT);"
            "CREATE INDEX ready ON card (priority) WHERE status = 'pending';"
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT);"
        )
        self.connection.executemany(
            "INSERT INTO card VALUES (?, 'pending', ?, ?)", [(n, n, "x" * 400) for n in range(1, size + 1)]
        )

    def change(self) -> None:
        """Take the first card in a transaction (it goes to the end), and note it in a log."""
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        (card,) = run("SELECT id FROM card WHERE status = 'pending' ORDER BY priority LIMIT 1").fetchone()
        run("UPDATE card SET priority = priority + 1000000 WHERE id = ?", (card,))
        run("INSERT INTO event (body) VALUES (?)", ("x" * 800,))
        run("COMMIT")

    def get(self) -> None:
        """Read one card."""
        self.connection.execute("SELECT * FROM card WHERE id = 7").fetchone()

    def ready(self) -> None:
        """Read twenty."""
        query = "SELECT * FROM card WHERE status = 'pending' ORDER BY priority LIMIT 20"
        self.connection.execute(query).fetchall()

    def all(self) -> None:
        """Read all."""
        self.connection.execute("SELECT * FROM card ORDER BY priority").fetchall()


def claim(database: Database, owner: str) -> int | None:
    """Take the next card."""
    with database.write() as session:
        card = backlog.claim_next(session, owner, 600.0)
    return None if card is None else card.id


def finish(database: Database, card: int, actor: Actor) -> None:
    """Turn a card green on the agent's word."""
    with database.write() as session:
        backlog.mark_passing(session, card, actor=actor, proof="unproven")


def echo_server() -> MCPServer[object]:
    """The floor of a tool call: a server whose only tool gives back what it got."""
    server: MCPServer[object] = MCPServer("echo", log_level="WARNING")

    @server.tool()
    async def echo(feature_id: int) -> str:
        """Give it back."""
        return str(feature_id)

    return server


async def over_stdio(folder: Path, size: int, calls: int) -> list[Line]:
    """The same calls by an outside client, beside a bare tool."""
    module = ["-m", "mcp_server.feature_mcp", "--project-dir", str(folder), "--owner", "bench"]
    ours: dict[str, list[float]] = {"claim": [], "skip": [], "get": []}
    floor: list[float] = []
    async with (
        mcp.Client(stdio_client(server_parameters(*module))) as tools,
        mcp.Client(stdio_client(server_parameters("-m", "benchmarks.bench_backlog", "--echo"))) as bare,
    ):
        card = 1
        for _ in range(calls):
            for name, tool in (("claim", "feature_get_next"), ("get", "feature_get_by_id"), ("skip", "feature_skip")):
                floor.append((await called(bare, "echo", feature_id=card))[0])
                given = {} if name == "claim" else {"feature_id": card}
                seconds, card = await called(tools, tool, **given)
                ours[name].append(seconds)
    echo = f"{statistics.median(floor) * 1_000:.2f} ms bare tool"
    return [
        Line(f"{name}, over stdio, {size} features", f"{statistics.median(times) * 1_000:.2f} ms", echo, "1.5 ms")
        for name, times in ours.items()
    ]


def server_parameters(*arguments: str) -> StdioServerParameters:
    """A Python program of ours as an MCP server."""
    return StdioServerParameters(command=sys.executable, args=list(arguments), cwd=ROOT)


async def called(client: mcp.Client, tool: str, **arguments: object) -> tuple[float, int]:
    """Seconds a call takes, and the feature it answers."""
    started = time.perf_counter()
    result = await client.call_tool(tool, arguments)
    seconds = time.perf_counter() - started
    assert not result.is_error, result.content
    return seconds, int((result.structured_content or {}).get("id", 0))


class Share(NamedTuple):
    """What one of several processes did: calls, cards, and when (epoch seconds)."""

    calls: int
    cards: list[int]
    began: float
    ended: float


def side_by_side(folder: Path) -> Line:
    """Five processes that claim and pass two hundred features; the floor writes as often without rules."""
    database = open_database(folder / "features.db", "project")
    fill(database, SHARED)
    database.close()
    RawBacklog(folder / "floor.db", SHARED * 10).connection.close()
    ours = in_workers(share_backlog, folder / "features.db")
    bare = in_workers(share_raw, folder / "floor.db")
    cards = [card for share in ours for card in share.cards]
    doubles, lost = len(cards) - len(set(cards)), SHARED - len(set(cards))
    return Line(
        f"{WORKERS} processes claiming and passing {SHARED} features",
        f"{rate(ours):,.0f} calls/s, {doubles} doubles, {lost} lost",
        f"{rate(bare):,.0f} transactions/s SQLite",
        "2,500 calls/s, 0, 0",
    )


def in_workers(work: Callable[[Path, str, Barrier], Share], path: Path) -> list[Share]:
    """Run `work` in five processes that begin together."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(WORKERS)
    with context.Pool(WORKERS, initializer=keep_barrier, initargs=(barrier,)) as pool:
        return pool.starmap(with_barrier, [(work, path, f"agent-{number}") for number in range(WORKERS)], chunksize=1)


_BARRIERS: list[Barrier] = []  # a barrier reaches a worker only while it is made


def keep_barrier(barrier: Barrier) -> None:
    """Remember the barrier in a new worker."""
    _BARRIERS.append(barrier)


def with_barrier(work: Callable[[Path, str, Barrier], Share], path: Path, name: str) -> Share:
    """Call `work` with this worker's barrier."""
    return work(path, name, _BARRIERS[-1])


def share_backlog(path: Path, name: str, barrier: Barrier) -> Share:
    """Claim and pass until nothing is left."""
    database = open_database(path, "project")
    with database.write() as session:
        backlog.stats(session)
    barrier.wait()
    calls, cards, began = 0, [], time.time()
    while True:
        card = claim(database, name)
        if card is None:
            with database.read() as session:
                stats = backlog.stats(session)
            if stats.passing + stats.in_progress == stats.total:
                break
            continue
        finish(database, card, Actor(name, "coder"))
        calls += 2
        cards.append(card)
    return Share(calls, cards, began, time.time())


def share_raw(path: Path, _name: str, barrier: Barrier) -> Share:
    """As many bare transactions as the backlog needs."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=15)
    connection.execute("PRAGMA synchronous = NORMAL")
    raw = RawBacklog.__new__(RawBacklog)
    raw.connection = connection
    barrier.wait()
    began = time.time()
    calls = 2 * SHARED // WORKERS
    for _ in range(calls):
        raw.change()
    return Share(calls, [], began, time.time())


def rate(shares: list[Share]) -> float:
    """Calls a second of all together."""
    return sum(share.calls for share in shares) / (max(s.ended for s in shares) - min(s.began for s in shares))


def appending(folder: Path) -> Line:
    """Log lines a second into the event log, in batches of 500."""
    database = open_database(folder / "log.db", "project")
    lines = [Log(line=f"line {n} of what a tool printed", session_id=1, feature_id=3, agent="a") for n in range(50_000)]

    def ours() -> None:
        for start in range(0, len(lines), 500):
            append_events(database, lines[start : start + 500])

    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE event (body TEXT)")

    def bare() -> None:
        for start in range(0, len(lines), 500):
            connection.execute("BEGIN IMMEDIATE")
            rows = [(event.line,) for event in lines[start : start + 500]]
            connection.executemany("INSERT INTO event VALUES (?)", rows)
            connection.execute("COMMIT")

    mine, floor = len(lines) / timed(ours), len(lines) / timed(bare)
    database.close()
    connection.close()
    return Line("log lines persisted, batches of 500", f"{mine:,.0f}/s", f"{floor:,.0f}/s SQLite", "100,000/s")


if __name__ == "__main__":
    main()
