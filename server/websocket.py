"""`/ws/projects/{project}`: what was stored, then what is stored from now on; without a gap, without a duplicate."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Query, WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

from api.database import Database
from api.errors import AppError
from api.events import AgentStatus, Progress, encode
from api.runs import service as runs
from api.runs.schemas import LogBounds
from server.services.databases import Databases
from server.services.hub import Batch, Channel, Closed, TooSlow
from server.services.overview import agent_status, progress
from server.services.watcher import CHUNK, Watchers

UNKNOWN_PROJECT: Final = 4004
TOO_SLOW: Final = 4008
POLICY_VIOLATION: Final = 1008
MOST_GARBAGE: Final = 20  # frames that say nothing we know
CLOSING_SECONDS: Final = 10.0  # for what is on its way to a slow client, and the close frame behind it
READY: Final = '{{"type":"ready","seq":{}}}'
PONG: Final = '{"type":"pong"}'

router = APIRouter()


@router.websocket("/ws/projects/{project}")
async def project_socket(
    websocket: WebSocket,
    project: str,
    after: Annotated[int | None, Query(ge=0)] = None,
    batch: Annotated[bool, Query()] = False,
) -> None:
    """Events of one project. `after`: the last `seq` the client has; without it only what comes from now on."""
    await websocket.accept()
    databases: Databases = websocket.app.state.databases
    watchers: Watchers = websocket.app.state.watchers
    try:
        folder, database = await asyncio.to_thread(_open, databases, project)
    except AppError as error:
        await _close(websocket, UNKNOWN_PROJECT, error.detail)
        return
    async with watchers.watch(folder) as channel:
        connection = _Connection(websocket, database, channel, batch=batch)
        await connection.serve(after)


class _Connection:
    """One client. Two tasks: one sends events, one answers what the client says; the end of either ends both."""

    def __init__(self, websocket: WebSocket, database: Database, channel: Channel, *, batch: bool) -> None:
        self._websocket = websocket
        self._database = database
        self._channel = channel
        self._batch = batch

    async def serve(self, after: int | None) -> None:
        tasks = {asyncio.create_task(self._send(after)), asyncio.create_task(self._answer())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            await self._end(task.exception())

    async def _end(self, error: BaseException | None) -> None:
        match error:
            case TooSlow():
                await _close(self._websocket, TOO_SLOW, "Too slow: connect again with after=SEQ.")
            case Closed():
                await _close(self._websocket, error.code, error.reason)
            case AppError():
                await _close(self._websocket, UNKNOWN_PROJECT, error.detail)
            case None | WebSocketDisconnect():
                pass
            case _:
                raise error

    async def _send(self, after: int | None) -> None:
        bounds = await asyncio.to_thread(self._bounds)
        cursor = bounds.newest if after is None else after
        if after is None:
            await self._send_present()
        elif after < bounds.oldest - 1 or after > bounds.newest:
            reset = {"type": "reset", "oldest": bounds.oldest, "newest": bounds.newest}
            await self._websocket.send_text(json.dumps(reset, separators=(",", ":")))
            cursor = bounds.newest
        cursor = await self._replay(cursor)
        with self._channel.subscribe(cursor) as subscriber:
            await self._websocket.send_text(READY.format(cursor))
            while True:
                await self._deliver(await subscriber.next())

    async def _replay(self, cursor: int) -> int:
        """Send what is stored, at the client's own pace, until nothing is missing between it and what is live.

        Nothing is awaited between the last comparison with the channel's head and the subscription that follows.
        """
        while cursor < self._channel.head:
            batch = await asyncio.to_thread(self._read, cursor)
            if batch is None:  # the newest were pruned
                return self._channel.head
            await self._deliver(batch)
            cursor = batch.last
        return cursor

    async def _deliver(self, batch: Batch) -> None:
        if self._batch:
            await self._websocket.send_text(batch.packed)
            return
        for frame in batch.frames:
            await self._websocket.send_text(frame)

    async def _send_present(self) -> None:
        """For a client without a past: how things stand."""
        for frame in await asyncio.to_thread(self._present):
            await self._websocket.send_text(frame)

    async def _answer(self) -> None:
        """Answer pings; what is no JSON object with a known type gets a sentence, too much of it the door."""
        garbage = 0
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if _type_of(message.get("text")) == "ping":
                await self._websocket.send_text(PONG)
                continue
            garbage += 1
            if garbage > MOST_GARBAGE:
                raise Closed(POLICY_VIOLATION, "Too many frames that this server does not know.")
            detail = 'Unknown frame: send {"type":"ping"}, or nothing.'
            await self._websocket.send_text(json.dumps({"type": "error", "detail": detail}))

    def _bounds(self) -> LogBounds:
        with self._database.read() as session:
            return runs.log_bounds(session)

    def _read(self, after: int) -> Batch | None:
        with self._database.read() as session:
            events = runs.events(session, after=after, limit=CHUNK)
        return Batch.of(events) if events else None

    def _present(self) -> list[str]:
        with self._database.read() as session:
            status, counted = agent_status(session), progress(session)
        frames = [encode(Progress(**counted.model_dump()))]
        if status.status != "idle":
            now = AgentStatus(status=status.status, run_id=status.run_id, reason=status.reason, until=status.until)
            frames.append(encode(now))
        return frames


def _open(databases: Databases, project: str) -> tuple[Path, Database]:
    folder = databases.find(project).path
    return folder, databases.project(folder)


def _type_of(text: str | None) -> object:
    try:
        frame = json.loads(text or "")
    except ValueError:
        return None
    return frame.get("type") if isinstance(frame, dict) else None


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Close with `code`; a client that does not read is not waited for much longer."""
    if websocket.client_state is WebSocketState.DISCONNECTED:
        return
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(CLOSING_SECONDS):
            await websocket.close(code, reason.encode()[:120].decode(errors="ignore"))
