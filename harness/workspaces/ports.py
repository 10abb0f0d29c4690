"""Ports for agents that share the machine's network: a range each, leased by a lock that dies with its holder."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import Unavailable
from harness.workspaces.locks import open_lock, try_lock

FIRST: Final = 14_000
RANGES: Final = 100
WIDTH: Final = 10  # ports of one lease


@dataclass(frozen=True)
class PortLease:
    """The ports `base` .. `base` + WIDTH - 1 on this machine's loopback; `close` gives them back."""

    base: int
    handle: int

    @property
    def variables(self) -> dict[str, str]:
        """What commands are told: `PORT` for the application, `AUTOCODER_PORT_BASE` for the whole range."""
        return port_variables(self.base)

    def close(self) -> None:
        """Give the range back; when this process dies, the system does."""
        os.close(self.handle)


def port_variables(base: int) -> dict[str, str]:
    """The environment of commands whose ports begin at `base`."""
    return {"PORT": str(base), "AUTOCODER_PORT_BASE": str(base)}


def lease_ports(home: Path, first: int = FIRST, ranges: int = RANGES) -> PortLease:
    """A range that nobody else on this AutoCoder home has, and on which nothing listens. Unavailable without any."""
    for base in range(first, first + ranges * WIDTH, WIDTH):
        handle = open_lock(home / "ports" / str(base))
        if try_lock(handle) and all(map(_is_free, range(base, base + WIDTH))):
            return PortLease(base, handle)
        os.close(handle)
    raise Unavailable(
        f"All ports from {first} to {first + ranges * WIDTH - 1} are taken: stop other agents, or what listens there."
    )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
