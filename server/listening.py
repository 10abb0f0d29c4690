"""Finds a port and listens on it: on every address `localhost` stands for, so that no other program answers for us."""

from __future__ import annotations

import errno
import os
import socket
from typing import Final

from api.errors import Unavailable

TRIES: Final = 50
BACKLOG: Final = 512


def listen(host: str, port: int, *, strict: bool = False) -> list[socket.socket]:
    """Sockets that listen on `host` at `port`, or (unless `strict`) at the next one that is free; port 0 for any.

    Unavailable when there is none, or when the address is not this machine's.
    """
    last = port if strict or port == 0 else min(port + TRIES, 65535)
    for candidate in range(port, last + 1):
        try:
            return _bind(host, candidate)
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES} and candidate < last:
                continue
            if error.errno == errno.EADDRINUSE:
                raise Unavailable(f"Port {port} is taken: choose another with --port.") from error
            raise Unavailable(f"{host}:{candidate} cannot be used ({error.strerror}): choose another.") from error
    raise Unavailable(f"No port from {port} to {last} is free: choose another with --port.")


def _bind(host: str, port: int) -> list[socket.socket]:
    addresses = ["127.0.0.1", "::1"] if host in {"127.0.0.1", "localhost"} else [host]
    sockets: list[socket.socket] = []
    try:
        for address in addresses:
            bound = sockets[0].getsockname()[1] if sockets else port
            try:
                sockets.append(_open(address, bound))
            except OSError as error:
                if not sockets or error.errno == errno.EADDRINUSE:
                    raise  # a machine without IPv6 is no obstacle; another program at [::1] is
    except OSError:
        for opened in sockets:
            opened.close()
        raise
    return sockets


def _open(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # The protocol by its name: only then does asyncio send every answer at once.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((address, port))
        opened.listen(BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened
