"""The web server against its floors, measured in the same run: start, memory, board, log stream.

usage: python -m benchmarks.bench_server [--rounds N] [--lines N]

Floors: a bare FastAPI application on uvicorn; a WebSocket server that sends ready-made batches from memory to the same
clients. Ours also writes every line into SQLite first, from another process. Prints Markdown; ratios count.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import PERSON
from api.database import open_database
from api.projects import service as projects

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "bench"
BOARD = f"/api/projects/{PROJECT}/features?view=board"
CARDS = 10_000


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lines", type=int, default=200_000)
    given = parser.parse_args()
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}"
    print(f"{machine}, medians of {given.rounds}\n")
    print("| what | ours | floor | ratio or bar |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="bench-server-") as folder:
        home = Path(folder)
        database = make_project(home)
        measure_start(home, given.rounds)
        measure_memory(home)
        measure_board(home, given.rounds)
        for clients, bar in ((1, 60_000), (20, 12_000)):
            measure_burst(home, database, clients, given.lines // (1 if clients == 1 else 4), bar)
        measure_latency(home, database)


def row(what: str, ours: str, floor: str, verdict: str) -> None:
    """One line of the table, as soon as it is known."""
    print(f"| {what} | {ours} | {floor} | {verdict} |", flush=True)


def measure_start(home: Path, rounds: int) -> None:
    """Spawn to the first 200: of /health, of the page, and of a request that needs the database."""
    floors, times = [], {path: list[float]() for path in ("/health", "/", "/api/projects")}
    for _ in range(rounds):
        floors.append(start_to_200(bare, "/health", home))
        for path, found in times.items():
            found.append(start_to_200(ours, path, home))
    floor = statistics.median(floors)
    for path, found in times.items():
        took = statistics.median(found)
        row(
            f"start -> first 200 of `{path}`",
            f"{took:.2f} s",
            f"{floor:.2f} s bare FastAPI",
            f"{took / floor:.2f} (1.6)",
        )


def measure_memory(home: Path) -> None:
    """PSS of a server that has answered everything once and has nothing to do."""
    with bare(home) as (port, process):
        get(port, "/health")
        floor = pss(process)
    with ours(home) as (port, process):
        for path in ("/", "/api/projects", BOARD, "/api/setup/status"):
            get(port, path)
        used = pss(process)
    row("idle memory (PSS)", f"{used:.0f} MB", f"{floor:.0f} MB bare FastAPI", "80 MB")


def measure_board(home: Path, rounds: int) -> None:
    """The whole board of 10,000 cards: new, unchanged, and how long others wait meanwhile."""
    made, unchanged, waits = [], [], []
    size = raw = 0
    with ours(home) as (port, _):
        get(port, "/api/projects")
        database = open_database(home / PROJECT / "features.db", "project")
        for number in range(rounds):
            with database.write() as session:
                backlog.create(session, FeatureCreate(category="bench", name=f"card {number}"), PERSON)
            with pinging(port) as pings:
                took, answer, body = get(port, BOARD)
            made.append(took)
            waits.append(max(pings, default=0.0))
            size, raw = len(body), len(gzip.decompress(body))
            tag = answer.getheader("etag") or ""
            unchanged.append(min(get(port, BOARD, {"if-none-match": tag})[0] for _ in range(5)))
        database.close()
    took = statistics.median(made) * 1e3
    row(f"board of {CARDS:,} cards", f"{took:.0f} ms, {size / 1e6:.2f} MB gzip ({raw / 1e6:.1f} MB)", "", "60 ms, 1 MB")
    row("the same, unchanged (304)", f"{statistics.median(unchanged) * 1e3:.1f} ms", "", "5 ms")
    row("longest wait of others meanwhile", f"{statistics.median(waits) * 1e3:.0f} ms", "", "20 ms")


def measure_burst(home: Path, database: Path, clients: int, lines: int, bar: int) -> None:
    """Lines a second to each client, written by another process and read from the store."""
    floor = bare_burst(clients, lines)
    with (
        ours(home) as (port, _),
        listening(f"ws://127.0.0.1:{port}/ws/projects/{PROJECT}?batch=1", clients, lines) as read,
    ):
        started = time.monotonic()
        subprocess.run([sys.executable, "-m", "benchmarks.log_writer", database, str(lines)], cwd=ROOT, check=True)
        seconds = max(read()["seconds"])
        assert seconds < time.monotonic() - started
    rate = lines / seconds
    row(
        f"log burst, {clients} client{'s' * (clients > 1)}, lines/s each",
        f"{rate:,.0f} persisted and delivered",
        f"{floor:,.0f} from memory",
        f"{rate / floor:.2f} ({bar:,}/s)",
    )


def bare_burst(clients: int, lines: int) -> float:
    """The same number of lines in ready-made batches."""
    port = free_port()
    command = ["benchmarks.bare_websocket", str(port), str(clients), str(lines)]
    with (
        running(command),
        listening(f"ws://127.0.0.1:{port}", clients, lines) as read,
    ):
        return float(lines / max(read()["seconds"]))


def measure_latency(home: Path, database: Path) -> None:
    """500 lines a second to 20 clients for 6 s: how long a line is on its way."""
    lines = 3_000
    with ours(home) as (port, _), listening(f"ws://127.0.0.1:{port}/ws/projects/{PROJECT}?batch=1", 20, lines) as read:
        subprocess.run(
            [sys.executable, "-m", "benchmarks.log_writer", database, str(lines), "500"], cwd=ROOT, check=True
        )
        delays = sorted(read()["delays"])
    p50, p99 = (delays[int(len(delays) * share)] * 1e3 for share in (0.5, 0.99))
    row("500 lines/s to 20 clients, delay p50 / p99", f"{p50:.0f} / {p99:.0f} ms persisted", "", "p99 60 ms")


def make_project(home: Path) -> Path:
    """A registered project with 10,000 cards; its database."""
    folder = home / PROJECT
    folder.mkdir()
    (home / "home").mkdir()
    registry = open_database(home / "home" / "registry.db", "registry")
    with registry.write() as session:
        projects.register(session, PROJECT, folder, created_by_us=False, kind="web_app")
    registry.close()
    database = open_database(folder / "features.db", "project")
    words = ["reading", "list", "search", "filter", "export", "import", "statistics", "theme", "shelf", "note"]
    for start in range(0, CARDS, 500):
        new = [
            FeatureCreate(category=words[n % 10], name=f"The {words[n % 7]} of a {words[n % 9]} is shown as number {n}")
            for n in range(start, start + 500)
        ]
        with database.write() as session:
            backlog.create_bulk(session, new, PERSON)
    database.close()
    return folder / "features.db"


@contextlib.contextmanager
def ours(home: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Our server with the home in `home`."""
    port = free_port()
    environ = {**environment(home), "AUTOCODER_HOME": str(home / "home")}
    command = [str(ROOT / "start_ui.py"), "--no-browser", "--no-build", "--port", str(port), "--strict-port"]
    with running(command, environ) as process:
        yield port, process


@contextlib.contextmanager
def bare(home: Path) -> Iterator[tuple[int, psutil.Process]]:
    """A bare FastAPI application."""
    port = free_port()
    with running(["benchmarks.bare_fastapi", str(port)], environment(home)) as process:
        yield port, process


def start_to_200(start: Any, path: str, home: Path) -> float:  # Any: one of the two above
    """Seconds from the spawn to the first 200 of `path`."""
    started = time.monotonic()
    with start(home) as (port, _):
        while get(port, path)[1].status != 200:
            time.sleep(0.002)
        return time.monotonic() - started


@contextlib.contextmanager
def running(command: list[str], environ: dict[str, str] | None = None) -> Iterator[psutil.Process]:
    """A Python program, or module; ended with the block."""
    argv = [sys.executable, *(command if command[0].endswith(".py") else ["-m", *command])]
    process = psutil.Popen(argv, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def listening(url: str, clients: int, lines: int) -> Iterator[Any]:  # Any: a function that answers JSON
    """Clients of `url`, connected; the function waits for their end and says what they measured."""
    port = urlsplit(url).port or 80
    until_listening(port)
    command = [sys.executable, "-m", "benchmarks.log_clients", url, str(clients), str(lines)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield lambda: json.loads(process.communicate()[0])


@contextlib.contextmanager
def pinging(port: int) -> Iterator[list[float]]:
    """How long requests for /health take while the block runs, one after the other."""
    found: list[float] = []
    stop = threading.Event()

    def ping() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while not stop.is_set():
            started = time.monotonic()
            connection.request("GET", "/health")
            connection.getresponse().read()
            found.append(time.monotonic() - started)
        connection.close()

    thread = threading.Thread(target=ping)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[float, http.client.HTTPResponse, bytes]:
    """Seconds, the answer, its body as it travelled. Waits for the server to listen."""
    until_listening(port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.monotonic()
    connection.request("GET", path, headers={"accept": "text/html", "accept-encoding": "gzip", **(headers or {})})
    answer = connection.getresponse()
    body = answer.read()
    took = time.monotonic() - started
    connection.close()
    return took, answer, body


def until_listening(port: int) -> None:
    """Wait until something accepts connections."""
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.002)


def pss(process: psutil.Process) -> float:
    """Proportional memory in MB, after a moment of rest."""
    time.sleep(2)
    return float(process.memory_full_info().pss / 2**20)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def environment(home: Path) -> dict[str, str]:
    """Bytecode is written, as on a person's machine; no account, no settings of the one who measures."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPYCACHEPREFIX") if name in os.environ}
    return {**kept, "HOME": str(home)}


if __name__ == "__main__":
    main()
