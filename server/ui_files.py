"""The built web app: whole files from memory, compressed once; any other address a person opens gets index.html.

Only names found in the folder beforehand are served, so no path can lead out of it.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

WS_UNKNOWN: Final = 4004
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_COMPRESSED_ALREADY: Final = frozenset({".png", ".ico", ".woff2"})
_IMMUTABLE: Final = "public, max-age=31536000, immutable"  # their names carry a hash of what is in them
_NOT_BUILT: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>AutoCoder</title>
<body style="font:1rem/1.6 system-ui;max-width:36rem;margin:15vh auto;padding:0 1rem">
<h1>The web app is not built yet</h1>
<p>The server runs, and its API answers. To see the board, stop it and start it with <code>./start_ui.sh</code>, which
builds the web app (Node.js 20.19 or newer), or run <code>npm install &amp;&amp; npm run build</code> in
<code>ui/</code> and reload this page.</p></body></html>"""


@dataclass(frozen=True)
class _File:
    content: bytes
    compressed: bytes | None
    tag: str
    media_type: str


class UiFiles:
    """Serves one folder. What has been asked for once stays in memory until the folder is built anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._built: float | None = None
        self._names: dict[str, Path] = {}
        self._loaded: dict[str, _File] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer whatever no route was found for."""
        if scope["type"] == "websocket":
            await WebSocketClose(WS_UNKNOWN, "There is no such WebSocket.")(scope, receive, send)
            return
        response = await self._response(scope)
        await response(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        path, headers = scope["path"], Headers(scope=scope)
        if path.startswith(("/api/", "/ws/")) or path in {"/api", "/ws"}:
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"allow": "GET, HEAD"})
        name = path.lstrip("/")
        file = await to_thread.run_sync(self._find, name or "index.html")
        if file is None and "text/html" in headers.get("accept", ""):
            name, file = "index.html", await to_thread.run_sync(self._find, "index.html")
            if file is None:
                return HTMLResponse(_NOT_BUILT, 503, {"retry-after": "10"})
        if file is None:
            raise HTTPException(404)
        return _serve(file, headers, immutable=name.startswith("assets/"))

    def _find(self, name: str) -> _File | None:
        with self._lock:
            self._look()
            path = self._names.get(name)
            if path is None:
                return None
            if name not in self._loaded:
                self._loaded[name] = _load(path)
            return self._loaded[name]

    def _look(self) -> None:
        """List the folder anew when its index.html is another one than before."""
        try:
            built = (self._folder / "index.html").stat().st_mtime_ns
        except OSError:
            built = None
        if built == self._built:
            return
        self._built = built
        self._loaded.clear()
        self._names = {}
        if built is not None:
            files = (path for path in self._folder.rglob("*") if path.is_file() and not path.is_symlink())
            self._names = {path.relative_to(self._folder).as_posix(): path for path in files}


def _load(path: Path) -> _File:
    content = path.read_bytes()
    packed = None if path.suffix in _COMPRESSED_ALREADY else gzip.compress(content, 9, mtime=0)
    if packed is not None and len(packed) >= len(content):
        packed = None
    tag = hashlib.sha256(content).hexdigest()[:20]
    return _File(content, packed, tag, _TYPES.get(path.suffix, "application/octet-stream"))


def _serve(file: _File, headers: Headers, *, immutable: bool) -> Response:
    answer = {
        "cache-control": _IMMUTABLE if immutable else "no-cache",
        "etag": f'W/"{file.tag}"',
        "vary": "accept-encoding",
    }
    if file.tag in headers.get("if-none-match", ""):
        return Response(status_code=304, headers=answer)
    if file.compressed is not None and "gzip" in headers.get("accept-encoding", ""):
        return Response(file.compressed, headers=answer | {"content-encoding": "gzip"}, media_type=file.media_type)
    return Response(file.content, headers=answer, media_type=file.media_type)
