"""The control-plane guard: one ASGI middleware before everything else, for HTTP and WebSocket alike.

A web page elsewhere, a rebound DNS name, or the application being built must not be able to drive AutoCoder.
`judge` is pure; the class around it reads a scope and answers.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import json
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.settings import LOOPBACK_NAMES, Settings

WS_UNAUTHENTICATED: Final = 4001
WS_FOREIGN: Final = 4003
MOST_BODY: Final = 8 * 2**20  # bytes; one that comes without its length is stopped there while it is read
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES: Final = frozenset({"same-origin", "none"})  # "same-site" is not enough: every localhost port is one site

SECURITY_HEADERS: Final = {
    "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # Not "no-referrer": with it browsers send `Origin: null` with their own pages' requests.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True)
class Facts:
    """What is known of a request before anything reads it. Header values are as sent; None where absent."""

    kind: Literal["http", "websocket"]
    method: str
    path: str
    client: str | None
    host: str | None
    origin: str | None
    fetch_site: str | None
    authorization: str | None
    token: str | None = None
    length: int = 0
    """Bytes of the body, as announced."""


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused. `status` is HTTP's; a WebSocket gets `code`."""

    status: int
    code: int
    error: str
    detail: str


@dataclass(frozen=True)
class Rules:
    """What is allowed."""

    ports: frozenset[int]
    dev_port: int | None
    allow_remote: bool
    names: frozenset[str]
    sign_in: tuple[str, str] | None

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        """The rules that follow from `settings`."""
        ports = {settings.port} | ({settings.dev_port} if settings.dev_port else set())
        return cls(frozenset(ports), settings.dev_port, settings.allow_remote, settings.allowed_hosts, settings.sign_in)


def judge(facts: Facts, rules: Rules) -> Refusal | None:
    """Whether a request may pass: None, or the first reason why not."""
    if facts.path == "/health" and facts.method in SAFE_METHODS and facts.kind == "http":
        return None
    remote = not is_loopback(facts.client)
    if remote and not rules.allow_remote:
        return _forbidden("This server answers only its own machine: set AUTOCODER_ALLOW_REMOTE=1 to change that.")
    if remote and rules.sign_in is None:
        return _forbidden("Other machines must sign in: set BASIC_AUTH_USERNAME and BASIC_AUTH_PASSWORD on the server.")
    if not _host_allowed(facts.host, rules):
        return _forbidden(
            f"The address {facts.host!r} is not one of this server's: use http://localhost:{min(rules.ports)}, or add "
            "the name to AUTOCODER_ALLOWED_HOSTS."
        )
    if facts.origin is not None and not _origin_is_own(facts.origin, facts.host or "", rules):
        return _forbidden(f"A page of {facts.origin} may not use this server: open AutoCoder's own page.")
    if facts.length > MOST_BODY:
        return Refusal(413, WS_FOREIGN, "too_large", f"A request body may have at most {MOST_BODY >> 20} MiB.")
    unsafe = facts.kind == "websocket" or facts.method not in SAFE_METHODS
    if unsafe and facts.fetch_site is not None and facts.fetch_site not in OWN_SITES:
        return _forbidden("Another site's page may not change anything here: open AutoCoder's own page.")
    if rules.sign_in is not None and not _signed_in(facts, rules.sign_in):
        return Refusal(
            401, WS_UNAUTHENTICATED, "unauthenticated", "Sign in with the user name and password set on the server."
        )
    return None


def is_loopback(client: str | None) -> bool:
    """Whether a peer's address is this machine's; a Unix socket has none."""
    if client is None:
        return True
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _forbidden(detail: str) -> Refusal:
    return Refusal(403, WS_FOREIGN, "not_allowed", detail)


def _host_allowed(host: str | None, rules: Rules) -> bool:
    """Exact names and ports. A remote server also goes by any IP literal: a name can be rebound, a literal cannot."""
    if not host:
        return False
    host = host.lower()
    name, port = _split(host)
    if name in LOOPBACK_NAMES and port in rules.ports:
        return True
    if host in rules.names or name in rules.names:
        return True
    return rules.allow_remote and rules.sign_in is not None and (name in LOOPBACK_NAMES or _is_literal(name))


def _origin_is_own(origin: str, host: str, rules: Rules) -> bool:
    scheme, _, netloc = origin.lower().partition("://")
    if scheme not in {"http", "https"}:
        return False
    if netloc == host.lower():
        return True
    name, port = _split(netloc)  # Vite's page talks to this server by way of Vite's proxy
    return rules.dev_port is not None and port == rules.dev_port and name in LOOPBACK_NAMES and scheme == "http"


def _split(netloc: str) -> tuple[str, int | None]:
    """("name", port); the port of plain HTTP where none is written, None where it is no number."""
    name, colon, port = netloc.rpartition(":")
    if not colon or netloc.endswith("]"):
        return netloc, 80
    return name, int(port) if port.isdecimal() and len(port) <= 5 else None


def _is_literal(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _signed_in(facts: Facts, expected: tuple[str, str]) -> bool:
    scheme, _, given = (facts.authorization or "").partition(" ")
    if scheme.lower() != "basic" or not given.strip():
        given = facts.token or ""
    try:
        decoded = base64.b64decode(given.strip().replace("-", "+").replace("_", "/") + "==")
    except (binascii.Error, ValueError):
        return False
    # One comparison of the whole pair: how long it takes says nothing about which half was wrong.
    return hmac.compare_digest(decoded, f"{expected[0]}:{expected[1]}".encode())


class Guard:
    """Lets through what `judge` allows; everything that goes out carries the security headers."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = judge(_read(scope), self._rules)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
            else:
                await _close(receive, send, refusal)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        if refusal is None:
            await self._app(scope, receive, secured)
        else:
            await _answer(secured, refusal)


def _read(scope: Scope) -> Facts:
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    client = scope.get("client")
    return Facts(
        kind=scope["type"],
        method=scope.get("method", "GET"),
        path=scope["path"],
        client=client[0] if client else None,
        host=hosts[0] if len(hosts) == 1 else None,
        origin=headers.get("origin"),
        fetch_site=headers.get("sec-fetch-site"),
        authorization=headers.get("authorization"),
        token=_take_token(scope) if scope["type"] == "websocket" else None,
        length=_length(headers.get("content-length", "")),
    )


def _length(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _take_token(scope: Scope) -> str | None:
    """The `token` of a WebSocket's query, taken out of it: what is logged later must not carry it."""
    pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    found = [value for name, value in pairs if name == "token"]
    if not found:
        return None
    scope["query_string"] = urlencode([pair for pair in pairs if pair[0] != "token"]).encode()
    return str(found[0]).replace(" ", "+")  # "+" in a query means a blank, in base64 itself


async def _answer(send: Send, refusal: Refusal) -> None:
    body = json.dumps({"error": refusal.error, "detail": refusal.detail}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers.append((b"cache-control", b"no-store"))
    if refusal.status == 401:
        headers.append((b"www-authenticate", b'Basic realm="AutoCoder", charset="UTF-8"'))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _close(receive: Receive, send: Send, refusal: Refusal) -> None:
    """Accept, then close: a browser shows its page the close code only of a connection that was opened."""
    if (await receive())["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": refusal.code, "reason": _reason(refusal.detail)})


def _reason(text: str) -> str:
    """What fits into a close frame: 123 bytes."""
    return text.encode()[:120].decode(errors="ignore")
