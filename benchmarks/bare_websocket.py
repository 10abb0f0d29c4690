"""The floor of the log stream: a bare WebSocket server that sends ready-made batches from memory.

usage: python -m benchmarks.bare_websocket PORT CLIENTS LINES
"""

from __future__ import annotations

import asyncio
import json
import sys

from websockets.asyncio.server import ServerConnection, serve

from benchmarks.log_writer import BATCH, LINE


async def serve_batches(port: int, clients: int, lines: int) -> None:
    """Send every client the same batches, when all are there."""
    line = json.dumps({"seq": 123456, "timestamp": "2026-01-01T00:00:00.000000Z", "type": "log", "line": LINE,
                       "level": "info", "origin": "result", "tool": None, "session_id": 1, "feature_id": None,
                       "agent": "agent-1"}, separators=(",", ":"))  # fmt: skip
    batch = f'{{"type":"batch","messages":[{",".join([line] * BATCH)}]}}'
    everyone = asyncio.Barrier(clients)
    finished = asyncio.Barrier(clients + 1)

    async def handle(connection: ServerConnection) -> None:
        await connection.send('{"type":"ready","seq":0}')
        await everyone.wait()
        for _ in range(lines // BATCH):
            await connection.send(batch)
        await connection.wait_closed()
        await finished.wait()

    async with serve(handle, "127.0.0.1", port, compression=None):
        await finished.wait()


if __name__ == "__main__":
    asyncio.run(serve_batches(*(int(argument) for argument in sys.argv[1:4])))
