"""The one way out of a place: an HTTP proxy that knows a list of hosts, and keeps count of whom it turned away.

It runs in the owner's process. Its socket is made by the runner inside the place's own network, so commands find it
at 127.0.0.1, and nothing of it is on the host's loopback. It understands CONNECT and `GET http://...`; a name is
resolved once, and the connection goes to an address that was looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.sandboxes.allowlist import Allowlist, as_address, normalise
from harness.sandboxes.base import Refusal

HEAD = 65_536  # bytes of a request before its body
HURRY = 30.0  # seconds for a client to say what it wants, and for a host to answer the call
REMEMBERED = 500  # different refusals
HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"te", b"upgrade", b"host"}


@dataclass(frozen=True)
class Wish:
    """Whom a client wants to talk to, and what has to be said to that host first."""

    host: str
    port: int
    opening: bytes | None  # None for a tunnel


class TurnedAway(Exception):
    """A request that is not met: the status, and a sentence."""

    def __init__(self, status: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class EgressProxy:
    """Serves `listener` until it is closed."""

    def __init__(self, listener: socket.socket, entries: Sequence[str]) -> None:
        self._listener = listener
        self._allowlist = Allowlist(entries)
        self._refusals: Counter[tuple[str, int, str]] = Counter()
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to serve."""
        self._server = await asyncio.start_server(self._accept, sock=self._listener, limit=HEAD)

    async def close(self) -> None:
        """Stop serving, and cut what is under way."""
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def refused(self) -> tuple[Refusal, ...]:
        """Whom commands were not let through to, in the order of the first try."""
        return tuple(Refusal(host, port, why, times) for (host, port, why), times in self._refusals.items())

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(self._serve(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            try:
                async with asyncio.timeout(HURRY):
                    wish = parse(await reader.readuntil(b"\r\n\r\n"))
                    far_reader, far_writer = await self._call(wish)
            except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                return
            except TimeoutError:
                writer.write(_answer("504 Gateway Timeout", "no answer in time"))
                return
            except TurnedAway as refusal:
                writer.write(_answer(refusal.status, str(refusal)))
                return
            with contextlib.closing(far_writer):
                if wish.opening is None:
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    far_writer.write(wish.opening)
                async with asyncio.TaskGroup() as both:
                    both.create_task(_pass_on(reader, far_writer))
                    both.create_task(_pass_on(far_reader, writer))

    async def _call(self, wish: Wish) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if objection := self._allowlist.objection(wish.host, wish.port):
            raise self._turn_away(wish, objection)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(wish.host, wish.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise TurnedAway("502 Bad Gateway", f"{wish.host} is not known: {error.strerror}") from error
        addresses = [address for *_, place in found if (address := as_address(str(place[0]))) is not None]
        objections = {a: self._allowlist.objection_to_address(a, wish.port) for a in dict.fromkeys(addresses)}
        permitted = [address for address, objection in objections.items() if not objection]
        if not permitted:
            raise self._turn_away(wish, next(iter(objections.values()), "it has no address"))
        failure = ""
        for address in permitted:
            try:
                return await asyncio.open_connection(str(address), wish.port)
            except OSError as error:
                failure = str(error)
        raise TurnedAway("502 Bad Gateway", f"{wish.host} cannot be reached: {failure}")

    def _turn_away(self, wish: Wish, why: str) -> TurnedAway:
        key = (wish.host, wish.port, why)
        if key not in self._refusals and len(self._refusals) >= REMEMBERED:
            key = ("(others)", 0, "more hosts than are remembered")
        self._refusals[key] += 1
        return TurnedAway("403 Forbidden", f"{wish.host}:{wish.port} was refused: {why}")


def parse(head: bytes) -> Wish:
    """What a request's head asks for; TurnedAway when it is not for a proxy."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    try:
        method, target, version = first.decode("ascii").split(" ")
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        host, port = normalise(parts.hostname or ""), parts.port or (0 if tunnel else 80)
    except ValueError:
        raise TurnedAway("400 Bad Request", "this is no request that a proxy understands") from None
    if not host or not port or parts.username is not None or parts.scheme != ("" if tunnel else "http"):
        raise TurnedAway("400 Bad Request", "this is a proxy; ask it for a host by CONNECT or by http://HOST/PATH")
    if tunnel:
        return Wish(host, port, None)
    shown = f"[{host}]" if ":" in host else host
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [line for line in lines if line.split(b":", 1)[0].strip().lower() not in HOP_BY_HOP]
    opening = [f"{method} {path} {version}".encode(), f"Host: {shown}:{port}".removesuffix(":80").encode(), *kept]
    return Wish(host, port, b"\r\n".join([*opening, b"Connection: close", b"", b""]))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the end, and pass the end on too; a broken connection is an end."""
    with contextlib.suppress(OSError):
        while data := await reader.read(HEAD):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()


def _answer(status: str, sentence: str) -> bytes:
    body = f"AutoCoder: {sentence}.\n".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
