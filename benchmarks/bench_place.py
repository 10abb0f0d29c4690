"""A place against its floors, measured in the same run: open, command, client command, output, memory.

usage: python -m benchmarks.bench_place [--provider NAME] [--rounds N] [--lines N]

Floors: bubblewrap around a program that does nothing, `bash -c true` as a child, a pipe read by the same event loop.
Prints Markdown; ratios count, milliseconds are of one machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil

from harness import processes
from harness.sandboxes.base import Place, PlaceSpec, Provider
from harness.sandboxes.bubblewrap import WALLS, find_bwrap
from harness.sandboxes.registry import provider
from harness.sandboxes.runner_process import base_python


async def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", default="bubblewrap")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--lines", type=int, default=500_000)
    given = parser.parse_args()
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}"
    print(f"{given.provider}; {machine}; medians of {given.rounds}\n")
    print("| what | ours | floor | ratio |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="bench-place-") as folder:
        spec = PlaceSpec(Path(folder, "workspace"), Path(folder, "run"))
        spec.workspace.mkdir()
        await measure_opening(provider(given.provider), spec, given.rounds)
        place = await provider(given.provider).open(spec)
        try:
            await measure_commands(place, given.rounds)
            await measure_output(place, given.lines)
            measure_memory()
        finally:
            await place.close()


async def measure_opening(opener: Provider, spec: PlaceSpec, rounds: int) -> None:
    """Open and close, against bubblewrap that starts Python and ends."""
    opening, closing = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        place = await opener.open(spec)
        opened = time.perf_counter()
        await place.close()
        opening.append(opened - begun)
        closing.append(time.perf_counter() - opened)
    program = find_bwrap(os.environ)
    around = [] if program is None else [str(program), *WALLS, "--ro-bind", "/", "/", "--proc", "/proc", "--"]
    python = [*around, str(base_python()), "-I", "-S", "-c", ""]
    floor = await median(lambda: processes.run_async(python), rounds)
    row("open (floor: bubblewrap + bare Python)", statistics.median(opening), floor)
    row("close", statistics.median(closing), None)


async def measure_commands(place: Place, rounds: int) -> None:
    """One command from the owner, one through the client program."""
    bare = ["bash", "-c", "true"]
    row(
        "command (floor: bash as a child)",
        await median(lambda: place.run("true"), rounds * 3),
        await median(lambda: processes.run_async(bare), rounds * 3),
    )
    client = ["bash", "-c", place.client_command("true")]
    python = ["bash", "-c", f"{base_python()} -I -S -c ''; bash -c true"]
    row(
        "client command (floor: bash, bare Python, bash)",
        await median(lambda: processes.run_async(client), rounds),
        await median(lambda: processes.run_async(python), rounds),
    )


async def measure_output(place: Place, lines: int) -> None:
    """Lines a second from a command to a callback, and through the client program."""
    command = (
        f"yes 'a line of output as a compiler or a test runner prints it, of some eighty characters' | head -n {lines}"
    )
    floor = await rate(lambda take: processes.run_async(["bash", "-c", command], on_output=take))

    def through_place(take: Callable[[bytes], None]) -> Awaitable[object]:
        return place.run(command, on_output=lambda text: take(text.encode()))

    def through_client(take: Callable[[bytes], None]) -> Awaitable[object]:
        return processes.run_async(["bash", "-c", place.client_command(command)], on_output=take)

    for name, ours in (("output", through_place), ("output through the client", through_client)):
        found = await rate(ours)
        print(f"| {name} (floor: a pipe) | {found:,.0f} lines/s | {floor:,.0f} lines/s | {found / floor:.2f} |")


def measure_memory() -> None:
    """What an open place holds while nothing runs in it."""
    ours = [child for child in psutil.Process().children(recursive=True) if child.is_running()]
    held = sum(child.memory_full_info().pss for child in ours)
    print(f"| memory of an idle place, {len(ours)} processes (PSS) | {held / 2**20:.1f} MiB | | |")


async def median(action: Callable[[], Awaitable[object]], rounds: int) -> float:
    """Seconds that `action` takes, after one that does not count."""
    await action()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await action()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


async def rate(action: Callable[[Callable[[bytes], None]], Awaitable[object]]) -> float:
    """Lines a second, the best of three: what is in the way is the machine's other work."""
    best = 0.0
    for _ in range(3):
        seen = 0

        def take(data: bytes) -> None:
            nonlocal seen
            seen += data.count(b"\n")

        begun = time.perf_counter()
        await action(take)
        best = max(best, seen / (time.perf_counter() - begun))
    return best


def row(name: str, ours: float, floor: float | None) -> None:
    """One line of the table, in milliseconds."""
    rest = "| |" if floor is None else f"{floor * 1000:.1f} ms | {ours / floor:.2f} |"
    print(f"| {name} | {ours * 1000:.1f} ms | {rest}")


if __name__ == "__main__":
    asyncio.run(main())
