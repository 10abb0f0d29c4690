"""Ports."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from api.errors import Unavailable
from server.listening import listen


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def close(sockets: list[socket.socket]) -> int:
    port: int = sockets[0].getsockname()[1]
    for opened in sockets:
        opened.close()
    return port


def test_the_next_free_port(taken: int) -> None:
    assert taken < close(listen("127.0.0.1", taken)) <= taken + 50


def test_strictly_this_port(taken: int) -> None:
    with pytest.raises(Unavailable, match=f"Port {taken} is taken"):
        listen("127.0.0.1", taken, strict=True)


def test_any_port_on_every_address_of_localhost() -> None:
    sockets = listen("localhost", 0)
    ports = {opened.getsockname()[1] for opened in sockets}
    close(sockets)
    assert len(ports) == 1


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_another_program_at_the_ipv6_address_counts() -> None:
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with other:
        port = other.getsockname()[1]
        assert close(listen("127.0.0.1", port)) != port


def test_an_address_of_another_machine() -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        listen("192.0.2.1", 0)


async def test_answers_are_sent_at_once() -> None:
    """Otherwise a kept connection waits 40 ms for each answer: head and body are sent one after the other."""
    accepted: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    sockets = listen("127.0.0.1", 0)
    server = await asyncio.start_server(lambda _reader, writer: accepted.put_nowait(writer), sock=sockets[0])
    async with server:
        _, ours = await asyncio.open_connection(*sockets[0].getsockname()[:2])
        theirs = await accepted.get()
        found = theirs.get_extra_info("socket")
        assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        for writer in (ours, theirs):
            writer.close()
            await writer.wait_closed()
    for opened in sockets:
        opened.close()
