"""The web server. It finds route modules by itself, so a feature only adds a file to `folio/routes`."""

import importlib
import pkgutil
import re
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import folio.routes
from folio.page import STATIC, build_page
from folio.web import Problem, Request, Response, reply

MAX_BODY = 2_000_000  # bytes
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
}


class App:
    """The application: where its data lives and which routes it has."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.routes = [(method, re.compile(pattern), handler) for method, pattern, handler in find_routes()]

    def answer(self, request: Request) -> Response:
        """The response to `request`; problems become JSON with their status."""
        try:
            return self._dispatch(request)
        except Problem as problem:
            return reply({"error": problem.detail}, problem.status)

    def _dispatch(self, request: Request) -> Response:
        if request.method == "GET" and request.path == "/":
            return Response(build_page().encode(), CONTENT_TYPES[".html"])
        if request.method == "GET" and request.path.startswith("/static/"):
            return serve_static(request.path[len("/static/") :])
        other_methods = []
        for method, pattern, handler in self.routes:
            found = pattern.fullmatch(request.path)
            if found and method == request.method:
                return handler(replace(request, values=found.groupdict()))
            if found:
                other_methods.append(method)
        if other_methods:
            raise Problem(405, f"{request.path} answers {', '.join(sorted(other_methods))} only.")
        raise Problem(404, f"There is nothing at {request.path}.")


def find_routes() -> list:
    """The ROUTES of every module in `folio/routes`, in order of module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(folio.routes.__path__))
    modules = [importlib.import_module(f"folio.routes.{name}") for name in names]
    return [route for module in modules for route in module.ROUTES]


def serve_static(name: str) -> Response:
    """A file below `folio/static`, and nothing outside it."""
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in CONTENT_TYPES or not path.is_file():
        raise Problem(404, f"There is no file {name}.")
    return Response(path.read_bytes(), CONTENT_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})


class Handler(BaseHTTPRequestHandler):
    """Turns HTTP into requests and responses."""

    protocol_version = "HTTP/1.1"
    app: App

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        if size > MAX_BODY:
            self.close_connection = True
            self._send(reply({"error": "The body is too large."}, 413))
            return
        body = self.rfile.read(size)
        query = dict(parse_qsl(parts.query))
        request = Request(self.command, unquote(parts.path), self.app.data, query=query, body=body)
        self._send(self.app.answer(request))

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        headers = {"Content-Type": response.content_type, "Content-Length": str(len(response.body))}
        for name, value in {**headers, **SECURITY_HEADERS, **response.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, *_: object) -> None:
        """Keep the terminal quiet."""


class Server(ThreadingHTTPServer):
    """One thread a request; none of them keeps the program alive."""

    daemon_threads = True


def make_server(app: App, *, port: int) -> Server:
    """A server for `app` on 127.0.0.1; port 0 means any free one."""
    handler = type("FolioHandler", (Handler,), {"app": app})
    return Server(("127.0.0.1", port), handler)
