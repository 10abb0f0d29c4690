"""The owner's end of a runner: requests over its socket, answers bounded whatever comes out of the place."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from api.errors import AppError, Conflict, InvalidInput, NotAllowed, NotFound, Unavailable
from harness.sandboxes.inside import wire

NAME = "door"  # of the socket in the place's run_dir
ADDRESS = 104  # bytes an address of a Unix socket may have everywhere
PATIENCE = 15.0  # seconds a runner has for making a connection
CLOSED = "The place is closed; open a new one."
NONSENSE = "The place answers nonsense; close it."
KINDS: dict[str, type[AppError]] = {
    kind.kind: kind for kind in (InvalidInput, NotFound, Conflict, NotAllowed, Unavailable)
}


@dataclass(frozen=True)
class Answer:
    """How a request ended: the exit code and the facts that came with it."""

    exit_code: int
    cwd: str
    seconds: float
    timed_out: bool
    truncated: bool


class Link:
    """Where a runner is reached: a socket in `run_dir`, which only the owner's side can see."""

    def __init__(self, run_dir: Path) -> None:
        self._folder = os.open(run_dir, os.O_RDONLY | os.O_DIRECTORY)
        path = run_dir / NAME
        # An address may have only 107 bytes; through the open folder it is short however deep that is.
        short = sys.platform == "linux" and len(os.fsencode(path)) > ADDRESS
        self._address = f"/proc/self/fd/{self._folder}/{NAME}" if short else str(path)
        self._open: set[asyncio.StreamWriter] = set()
        self.closed = False

    def listener(self) -> socket.socket:
        """The socket for the runner to accept from."""
        listener = socket.socket(socket.AF_UNIX)
        try:
            listener.bind(self._address)
            listener.listen(128)
        except OSError as error:
            listener.close()
            raise InvalidInput(f"No socket can be made at {self._address}: {error}.", field="run_dir") from error
        return listener

    def close(self) -> None:
        """Cut the requests that are under way; every later one is refused."""
        if not self.closed:
            self.closed = True
            os.close(self._folder)
            for writer in self._open:
                writer.transport.abort()

    async def run(self, request: wire.Request, on_output: Callable[[str], None]) -> Answer:
        """Run a command, `on_output` getting its output as text; giving up ends the command."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        async with self._ask(request) as reader:
            async for payload in _outputs(reader):
                if isinstance(payload, Answer):
                    if rest := decoder.decode(b"", final=True):
                        on_output(rest)
                    return payload
                if text := decoder.decode(payload):
                    on_output(text)
        raise Unavailable(CLOSED)

    async def fetch(self, request: wire.Request, data: bytes = b"", *, limit: int = 0) -> bytes:
        """Send `data` after the request and take at most `limit` bytes back."""
        taken = bytearray()
        async with self._ask(request, data) as reader:
            async for payload in _outputs(reader):
                if isinstance(payload, Answer):
                    return bytes(taken)
                taken += payload
                if len(taken) > limit:
                    raise InvalidInput(f"{request.path} has more than {limit} bytes; read it in the place instead.")
        raise Unavailable(CLOSED)

    async def connect(self, request: wire.Request) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection a `forward` request asks for: the runner makes it and hands the socket itself over."""
        loop = asyncio.get_running_loop()
        with self._refusing_when_closed(), socket.socket(socket.AF_UNIX) as asking:
            asking.setblocking(False)
            await loop.sock_connect(asking, self._address)
            await loop.sock_sendall(asking, request.line())
            async with asyncio.timeout(PATIENCE):  # a TimeoutError is an OSError
                data, found = await receive_sockets(asking, 1)
        if not found:
            raise _refusal(data[wire.HEAD :]) if data else Unavailable(CLOSED)
        try:
            return await asyncio.open_connection(sock=found[0])
        except ValueError as error:
            found[0].close()
            raise Unavailable(NONSENSE) from error

    @contextlib.asynccontextmanager
    async def _ask(self, request: wire.Request, data: bytes = b"") -> AsyncIterator[asyncio.StreamReader]:
        with self._refusing_when_closed():
            reader, writer = await asyncio.open_unix_connection(self._address, limit=wire.FRAME)
            self._open.add(writer)
            if self.closed:  # meanwhile
                writer.transport.abort()
            try:
                writer.write(request.line() + data)
                await writer.drain()
                yield reader
            finally:
                self._open.discard(writer)
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    @contextlib.contextmanager
    def _refusing_when_closed(self) -> Iterator[None]:
        if self.closed:
            raise Unavailable(CLOSED)
        try:
            yield
        except (OSError, asyncio.IncompleteReadError) as error:
            raise Unavailable(CLOSED) from error


async def _outputs(reader: asyncio.StreamReader) -> AsyncIterator[bytes | Answer]:
    """The output frames of an answer, then its end; a refusal is raised."""
    while True:
        head = await reader.readexactly(wire.HEAD)
        kind, length = head[:1], int.from_bytes(head[1:], "big")
        if length > wire.FRAME:
            raise Unavailable(NONSENSE)
        payload = await reader.readexactly(length)
        if kind == wire.OUTPUT:
            yield payload
        elif kind == wire.END:
            yield parse_ending(payload)
            return
        else:
            raise _refusal(payload)


def parse_ending(payload: bytes) -> Answer:
    """The end of an answer; Unavailable when it is none."""
    try:
        code, _, text = payload.partition(b" ")
        facts = json.loads(text)
        return Answer(
            int(code),
            str(facts.get("cwd", "")),
            float(facts.get("seconds", 0.0)),
            bool(facts.get("timed_out")),
            bool(facts.get("truncated")),
        )
    except (ValueError, AttributeError, TypeError) as error:
        raise Unavailable(NONSENSE) from error


def _refusal(payload: bytes) -> AppError:
    try:
        said = json.loads(payload)
        return KINDS[said["kind"]](str(said["detail"]))
    except (ValueError, KeyError, TypeError):
        return Unavailable(NONSENSE)


async def receive_sockets(control: socket.socket, most: int) -> tuple[bytes, list[socket.socket]]:
    """What the other end says next and the sockets that come with it; Unavailable when it hands over anything else."""
    await readable(control)
    data, handles, _, _ = socket.recv_fds(control, 4096, most)
    found: list[socket.socket] = []
    try:
        for handle in handles:
            found.append(socket.socket(fileno=handle))  # noqa: PERF401 - on a failure those before it are closed
    except OSError as error:
        for one in found:
            one.detach()
        for handle in handles:
            os.close(handle)
        raise Unavailable(NONSENSE) from error
    return data, found


async def readable(handle: socket.socket | int) -> None:
    """Wait until there is something to read."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(handle, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(handle)
