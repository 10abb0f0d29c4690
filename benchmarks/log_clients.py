"""Clients of a log stream in a process of their own: they count lines, as fast as they come.

usage: python -m benchmarks.log_clients URL CLIENTS LINES

Prints "ready" when all are connected, then one JSON line: seconds from the first line to the last of each client, and
the delays of single lines, where a line says when it was written.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

from websockets.asyncio.client import connect

WRITTEN = re.compile(r'"line":"at (\d+\.\d+)')
LINE = '"type":"log"'


async def listen(url: str, lines: int, connected: asyncio.Event) -> tuple[float, list[float]]:
    """Read until `lines` have come; seconds from the first to the last, and the delay of those that tell their time."""
    seen, first, delays = 0, 0.0, list[float]()
    async with connect(url, max_size=None, compression=None) as client:
        async for text in client:
            assert isinstance(text, str)
            if '"type":"ready"' in text:
                connected.set()
            count = text.count(LINE)
            if count and not seen:
                first = time.monotonic()
            seen += count
            if "at " in text:
                now = time.time()
                delays += [now - float(written) for written in WRITTEN.findall(text)]
            if seen >= lines:
                return time.monotonic() - first, delays
    raise AssertionError(f"closed after {seen} of {lines} lines")


async def main(url: str, clients: int, lines: int) -> None:
    """Connect all, say so, read to the end."""
    connected = [asyncio.Event() for _ in range(clients)]
    tasks = [asyncio.create_task(listen(url, lines, event)) for event in connected]
    for event in connected:
        await event.wait()
    print("ready", flush=True)
    done = await asyncio.gather(*tasks)
    print(json.dumps({"seconds": [each[0] for each in done], "delays": [delay for each in done for delay in each[1]]}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
