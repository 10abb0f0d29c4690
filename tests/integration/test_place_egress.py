"""The egress proxy, talked to over the loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence

import pytest

from harness.sandboxes import egress
from harness.sandboxes.base import Refusal
from harness.sandboxes.egress import EgressProxy

PATIENCE = 10.0
CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@contextlib.asynccontextmanager
async def proxy(*entries: str) -> AsyncIterator[tuple[EgressProxy, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    found = EgressProxy(listener, entries)
    await found.start()
    try:
        yield found, listener.getsockname()[1]
    finally:
        await found.close()


@contextlib.asynccontextmanager
async def shouting() -> AsyncIterator[int]:
    """A server that says everything back in capitals once the other side is done; its port."""

    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.read()).upper())
        writer.close()

    server = await asyncio.start_server(shout, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def say(port: int, *parts: bytes, until: Sequence[bytes] = ()) -> bytes:
    """Send `parts`, waiting for each of `until` in between, and return all that comes back."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(writer):
            heard = b""
            for at, part in enumerate(parts):
                writer.write(part)
                if at < len(until):
                    heard += await reader.readuntil(until[at])
            writer.write_eof()
            return heard + await reader.read()


def tunnel(host: str, port: int) -> bytes:
    return f"CONNECT {host}:{port} HTTP/1.1\r\n\r\n".encode()


async def test_a_tunnel_carries_both_ways_and_the_end_too() -> None:
    async with shouting() as far, proxy(f"127.0.0.1:{far}") as (_, port):
        body = b"x" * 300_000
        assert await say(port, tunnel("127.0.0.1", far), body, until=[b"\r\n\r\n"]) == CONNECTED + body.upper()


async def test_a_plain_request_is_passed_on() -> None:
    async with shouting() as far, proxy(f"127.0.0.1:{far}") as (found, port):
        heard = await say(port, f"GET http://127.0.0.1:{far}/a?b HTTP/1.1\r\nX-A: b\r\n\r\n".encode())
        assert heard == f"GET /A?B HTTP/1.1\r\nHOST: 127.0.0.1:{far}\r\nX-A: B\r\nCONNECTION: CLOSE\r\n\r\n".encode()
        assert found.refused() == ()


async def test_a_host_not_listed_is_refused_and_counted() -> None:
    async with proxy("pypi.org") as (found, port):
        for _ in range(2):
            heard = await say(port, tunnel("example.org", 443))
        assert heard.startswith(b"HTTP/1.1 403 Forbidden")
        assert b"example.org:443 was refused: this host is not on the list" in heard
        await say(port, b"GET http://10.0.0.1/ HTTP/1.1\r\n\r\n")
        assert [(one.host, one.port, one.times) for one in found.refused()] == [
            ("example.org", 443, 2),
            ("10.0.0.1", 80, 1),
        ]


async def test_a_listed_name_does_not_lead_to_this_machine() -> None:
    async with shouting() as far, proxy(f"localhost:{far}") as (found, port):
        heard = await say(port, tunnel("localhost", far))
        assert b"private address" in heard
        assert [(one.host, one.port) for one in found.refused()] == [("localhost", far)]


async def test_a_listed_name_leads_to_a_listed_address() -> None:
    async with shouting() as far, proxy(f"localhost:{far}", "127.0.0.1", "::1") as (_, port):
        assert await say(port, tunnel("localhost", far), b"hello", until=[b"\r\n\r\n"]) == CONNECTED + b"HELLO"


async def test_an_unknown_name_is_a_bad_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere)
    async with proxy("name.invalid") as (found, port):
        assert (await say(port, tunnel("name.invalid", 443))).startswith(b"HTTP/1.1 502 Bad Gateway")
        assert found.refused() == ()


async def test_a_host_that_does_not_answer_is_a_bad_gateway() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = server.getsockname()[1]
    async with proxy(f"127.0.0.1:{silent}") as (_, port):
        assert (await say(port, tunnel("127.0.0.1", silent))).startswith(b"HTTP/1.1 502 Bad Gateway")


@pytest.mark.parametrize("head", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
async def test_nonsense_is_told_so(head: bytes) -> None:
    async with proxy() as (_, port):
        assert (await say(port, head)).startswith(b"HTTP/1.1 400 Bad Request")


@pytest.mark.parametrize("head", [b"GET", b"X" * 200_000])
async def test_half_a_request_or_an_endless_one_is_hung_up_on(head: bytes) -> None:
    async with proxy() as (_, port):
        with contextlib.suppress(ConnectionError):
            assert await say(port, head) == b""


async def test_a_client_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress, "HURRY", 0.05)
    async with proxy() as (_, port), asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(writer):
            assert (await reader.read()).startswith(b"HTTP/1.1 504")


async def test_refusals_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress, "REMEMBERED", 2)
    async with proxy() as (found, port):
        for name in ("a.org", "b.org", "c.org", "d.org", "a.org"):
            await say(port, tunnel(name, 443))
        assert [(one.host, one.times) for one in found.refused()] == [("a.org", 2), ("b.org", 1), ("(others)", 2)]
        assert isinstance(found.refused()[0], Refusal)


async def test_closing_cuts_what_is_under_way() -> None:
    async with shouting() as far, proxy(f"127.0.0.1:{far}") as (found, port), asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(tunnel("127.0.0.1", far))
        assert await reader.readuntil(b"\r\n\r\n") == CONNECTED
        await found.close()
        with contextlib.closing(writer), contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", port)
