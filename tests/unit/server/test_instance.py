"""One server for a home."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from server.instance import HomeLock, Running, address, answers, this_process


class Health(BaseHTTPRequestHandler):
    """Answers /health as the instance "mine"."""

    def do_GET(self) -> None:
        body = json.dumps({"instance": "mine"}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def card(port: int, instance: str = "mine") -> Running:
    return this_process("0.0.0.0", port, instance, 1.0)


def test_the_second_finds_the_first(tmp_path: Path, port: int) -> None:
    first, second = HomeLock(tmp_path), HomeLock(tmp_path)
    assert first.acquire()
    assert not second.acquire()
    first.announce(card(port))
    found = second.find()
    assert found is not None
    assert found.url == f"http://localhost:{port}"
    first.release()
    assert second.acquire()
    second.release()


def test_addresses_for_a_browser() -> None:
    assert address("0.0.0.0", 80) == address("127.0.0.1", 80) == "http://localhost:80"
    assert address("10.0.0.2", 80) == "http://10.0.0.2:80"
    assert address("fd00::1", 80) == "http://[fd00::1]:80"


def test_another_program_at_the_port_is_not_the_first(port: int) -> None:
    assert answers(card(port))
    assert not answers(card(port, "another"))


def test_nobody_at_the_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    lock = HomeLock(tmp_path)
    assert lock.acquire()
    lock.announce(card(free))
    assert lock.find(timeout=0) is None
    lock.release()


def test_a_card_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("{")
    assert HomeLock(tmp_path).find(timeout=0) is None


def test_the_card_of_a_dead_server_is_thrown_away(tmp_path: Path, port: int) -> None:
    (tmp_path / "server.json").write_text(card(port).model_dump_json())
    lock = HomeLock(tmp_path)
    assert lock.acquire()
    assert lock.find(timeout=0) is None
    lock.release()
    lock.release()
