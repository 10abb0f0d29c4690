"""One at a time, and a dead holder holds nothing."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from harness import processes
from harness.verification.turns import turn


def ignore() -> None:
    """Nobody wants to know."""


async def test_the_second_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []
    held = asyncio.Event()

    async def first() -> None:
        async with turn(tmp_path / "x/lock", ignore):
            held.set()
            await waiting.wait()
            order.append("first")

    waiting = asyncio.Event()
    task = asyncio.create_task(first())
    await held.wait()
    async with turn(tmp_path / "x/lock", waiting.set):
        order.append("second")
    await task
    assert order == ["first", "second"]


async def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    code = (
        "import asyncio, os, sys, pathlib\n"
        "from harness.verification.turns import turn\n"
        "async def main():\n"
        "    async with turn(pathlib.Path(sys.argv[1]), lambda: None):\n"
        f"        os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
        "asyncio.run(main())\n"
    )
    done = await asyncio.to_thread(processes.run, [sys.executable, "-c", code, tmp_path / "lock"])
    assert done.exit_code == -signal.SIGKILL, done
    waited: list[bool] = []
    async with turn(tmp_path / "lock", lambda: waited.append(True)):
        pass
    assert waited == []
