"""The tools over streamable HTTP: loopback only, behind a bearer token."""

from __future__ import annotations

import secrets
import socket
from typing import Final

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import Unavailable
from mcp_server.server import FeatureServer

HOST: Final = "127.0.0.1"


class BearerGuard:
    """Answers 401 to everything that does not carry the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4001})
            return
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not secrets.compare_digest(given, self._expected):
                detail = "Send the header 'Authorization: Bearer TOKEN' with the token this server printed."
                refusal = JSONResponse({"error": "unauthorized", "detail": detail}, 401, {"WWW-Authenticate": "Bearer"})
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; `port` 0 takes a free one. Unavailable when the port is taken."""
    # The protocol by its name: only then does asyncio send every answer at once.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((HOST, port))
        opened.listen(128)
    except OSError as error:
        opened.close()
        raise Unavailable(f"Port {port} cannot be used ({error.strerror}): give another one with --http.") from error
    return opened


def web_app(server: FeatureServer, port: int, token: str) -> ASGIApp:
    """The guarded application. No page of a browser may call it: every Origin is refused."""
    allowed = TransportSecuritySettings(allowed_hosts=[f"{HOST}:{port}", f"localhost:{port}"], allowed_origins=[])
    return BearerGuard(server.streamable_http_app(host=HOST, transport_security=allowed), token)


async def serve(server: FeatureServer, opened: socket.socket, token: str) -> None:
    """Serve on `opened` until the process is asked to end."""
    port = opened.getsockname()[1]
    settings = uvicorn.Config(web_app(server, port, token), log_level="warning", lifespan="on")
    await uvicorn.Server(settings).serve(sockets=[opened])
