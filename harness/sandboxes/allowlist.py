"""Which hosts a place may reach: a pure decision on names, ports and the addresses that names turn out to have."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from api.errors import InvalidInput

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WEB_PORTS = frozenset({80, 443})
NAME = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class _Name:
    name: str  # without the `*.` of a wildcard
    wildcard: bool
    port: int | None

    def permits(self, host: str, port: int) -> bool:
        matches = host.endswith(f".{self.name}") if self.wildcard else host == self.name
        return matches and (port in WEB_PORTS if self.port is None else port == self.port)


@dataclass(frozen=True)
class _Range:
    network: Network
    port: int | None

    def holds(self, address: Address, port: int) -> bool:
        return address in self.network and self.port in (None, port)


class Allowlist:
    """Entries: `name`, `*.name`, an address or a network, each with or without `:port` (without: 80 and 443).

    A name that turns out to have an address of a private network, or of this machine, is let through only when that
    address (or its network) is an entry too: whoever answers for a name must not choose where inside it leads.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        parsed = [_parse(entry) for entry in entries]
        self._names = [entry for entry in parsed if isinstance(entry, _Name)]
        self._ranges = [entry for entry in parsed if isinstance(entry, _Range)]

    def objection(self, host: str, port: int) -> str:
        """Why `host` may not be asked for at all; "" when it may."""
        if (address := as_address(host)) is not None:
            listed = any(
                entry.holds(address, port) and (entry.port is not None or port in WEB_PORTS) for entry in self._ranges
            )
            return "" if listed else "this address is not on the list of hosts this place may reach"
        if any(entry.permits(host, port) for entry in self._names):
            return ""
        if any(entry.permits(host, entry.port or 443) for entry in self._names):
            return f"port {port} of this host is not on the list of what this place may reach"
        return "this host is not on the list of hosts this place may reach"

    def objection_to_address(self, address: Address, port: int) -> str:
        """Why a permitted host may not be reached at `address`, which its name has; "" when it may."""
        if any(entry.holds(address, port) for entry in self._ranges) or is_public(address):
            return ""
        return f"its name has the private address {address}; to permit that, put {address} on the list too"


def normalise(host: str) -> str:
    """A host name or address in the one spelling that is compared; "" when it is none."""
    host = host.strip().lower().removeprefix("[").removesuffix("]").removesuffix(".")
    if as_address(host) is not None:
        return str(as_address(host))
    return host if len(host) <= 253 and NAME.fullmatch(host) and not host.startswith("*") else ""


def as_address(host: str) -> Address | None:
    """The address that `host` is, an IPv4 one in an IPv6 coat undressed; None for a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, also where it carries another one inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inner: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
        inner += address.teredo or []
        if address in NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if not all(is_public(carried) for carried in inner if carried is not None):
            return False
        if address in NAT64:
            return True
    return address.is_global and not address.is_multicast


def _parse(entry: str) -> _Name | _Range:
    text = entry.strip().lower()
    host, port = text, None
    if found := re.fullmatch(r"(\[[^\]]+\]|[^:]+):(\d{1,5})", text):
        host, port = found[1], int(found[2])
    bare = host.removeprefix("[").removesuffix("]")
    try:
        return _Range(ipaddress.ip_network(bare, strict=False), port)
    except ValueError:
        if not NAME.fullmatch(host) or len(host) > 253 or (port is not None and not 0 < port < 65536):
            raise InvalidInput(
                f"{entry!r} names no host; give a name, *.name, an address or a network, with :port if it is not "
                "80 or 443.",
                field="egress",
            ) from None
    return _Name(host.removeprefix("*."), host.startswith("*."), port)
