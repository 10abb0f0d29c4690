"""Who may talk to the control plane: one table, then the middleware around an application."""

from __future__ import annotations

import base64
from dataclasses import replace

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.guard import Facts, Guard, Rules, is_loopback, judge

OWN = "localhost:5173"
LOCAL = Rules(frozenset({5173}), None, allow_remote=False, names=frozenset(), sign_in=None)
SIGN_IN = replace(LOCAL, sign_in=("ada", "pass:wörd"))
REMOTE = replace(SIGN_IN, allow_remote=True, names=frozenset({"board.example.org", "[fd00::9]:8443"}))
DEV = replace(LOCAL, ports=frozenset({8888, 5173}), dev_port=5173)
GET = Facts("http", "GET", "/api/projects", "127.0.0.1", OWN, None, None, None)
POST = replace(GET, method="POST")
SOCKET = replace(GET, kind="websocket", path="/ws/projects/shop")


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


AUTH = basic("ada:pass:wörd")
TOKEN = AUTH[6:]
FAR = "203.0.113.9"

ALLOWED = [
    ("a program without headers of a browser", POST, LOCAL),
    ("its own page", replace(POST, origin=f"http://{OWN}", fetch_site="same-origin"), LOCAL),
    ("its own page by address", replace(POST, host="127.0.0.1:5173", origin="http://127.0.0.1:5173"), LOCAL),
    ("its own page over IPv6", replace(POST, host="[::1]:5173", origin="http://[::1]:5173", client="::1"), LOCAL),
    ("an address typed by a person", replace(GET, fetch_site="none"), LOCAL),
    ("a link from elsewhere", replace(GET, fetch_site="cross-site"), LOCAL),
    ("a Unix socket", replace(GET, client=None), LOCAL),
    ("health from anywhere", replace(GET, path="/health", client=FAR, host="x"), SIGN_IN),
    ("a socket of its own page", replace(SOCKET, origin=f"http://{OWN}"), LOCAL),
    ("signed in", replace(POST, authorization=AUTH), SIGN_IN),
    ("signed in, other spelling of the scheme", replace(POST, authorization=f"basic {TOKEN}"), SIGN_IN),
    ("a socket signed in by token", replace(SOCKET, token=TOKEN), SIGN_IN),
    ("a socket signed in by header", replace(SOCKET, authorization=AUTH), SIGN_IN),
    ("remote by a literal", replace(POST, client=FAR, host="198.51.100.7:8888", authorization=AUTH), REMOTE),
    (
        "remote by a known name",
        replace(POST, client=FAR, host="board.example.org", origin="https://board.example.org", authorization=AUTH),
        REMOTE,
    ),
    ("remote by a known name with port", replace(POST, client=FAR, host="[fd00::9]:8443", authorization=AUTH), REMOTE),
    ("a mapped port on this machine", replace(POST, host="localhost:9999", authorization=AUTH), REMOTE),
    (
        "Vite's page",
        replace(POST, host="127.0.0.1:8888", origin="http://localhost:5173", fetch_site="same-origin"),
        DEV,
    ),
]

REFUSED = [
    (403, "rebound DNS name", replace(GET, host="evil.example:5173"), LOCAL),
    (403, "rebound name that ends like ours", replace(GET, host="localhost.evil.example:5173"), LOCAL),
    (403, "no Host", replace(GET, host=None), LOCAL),
    (403, "another port of this machine", replace(GET, host="localhost:3000"), LOCAL),
    (403, "a port that is none", replace(GET, host="localhost:5173x"), LOCAL),
    (403, "an IP literal that is not loopback", replace(GET, host="192.168.1.5:5173"), LOCAL),
    (403, "a foreign page", replace(POST, origin="https://evil.example"), LOCAL),
    (403, "a page of another port: the application being built", replace(POST, origin="http://localhost:3000"), LOCAL),
    (403, "the same port by another name", replace(POST, origin="http://127.0.0.1:5173"), LOCAL),
    (403, "a sandboxed frame", replace(POST, origin="null"), LOCAL),
    (403, "a file", replace(POST, origin="file://localhost:5173"), LOCAL),
    (403, "a foreign page that only reads", replace(GET, origin="https://evil.example"), LOCAL),
    (403, "a form on another site", replace(POST, fetch_site="cross-site"), LOCAL),
    (403, "a form on another port", replace(POST, fetch_site="same-site"), LOCAL),
    (403, "a socket of a foreign page", replace(SOCKET, origin="https://evil.example"), LOCAL),
    (403, "another machine", replace(GET, client=FAR), LOCAL),
    (403, "another machine where nobody must sign in", replace(GET, client=FAR), replace(LOCAL, allow_remote=True)),
    (403, "a client that is no address", replace(GET, client="somewhere"), LOCAL),
    (
        403,
        "an unknown name from another machine",
        replace(GET, client=FAR, host="other.example", authorization=AUTH),
        REMOTE,
    ),
    (401, "nobody", GET, SIGN_IN),
    (401, "a wrong password", replace(GET, authorization=basic("ada:guess")), SIGN_IN),
    (401, "a wrong name", replace(GET, authorization=basic("bob:pass:wörd")), SIGN_IN),
    (401, "no base64", replace(GET, authorization="Basic a"), SIGN_IN),
    (401, "another scheme", replace(GET, authorization="Bearer abc"), SIGN_IN),
    (401, "a socket with a wrong token", replace(SOCKET, token="bm9ib2R5"), SIGN_IN),
    (
        403,
        "Vite's port by a foreign name",
        replace(POST, host="127.0.0.1:8888", origin="http://evil.example:5173"),
        DEV,
    ),
    (413, "a body that is too large", replace(POST, length=2**30), LOCAL),
    (403, "health by POST", replace(POST, path="/health", origin="https://evil.example"), LOCAL),
]


@pytest.mark.parametrize(("facts", "rules"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_lets_pass(facts: Facts, rules: Rules) -> None:
    assert judge(facts, rules) is None


@pytest.mark.parametrize(("status", "facts", "rules"), [(r[0], *r[2:]) for r in REFUSED], ids=[r[1] for r in REFUSED])
def test_refuses(status: int, facts: Facts, rules: Rules) -> None:
    refusal = judge(facts, rules)
    assert refusal is not None
    assert (refusal.status, refusal.code) == (status, 4001 if status == 401 else 4003)


@pytest.mark.parametrize(
    ("client", "local"),
    [
        ("127.8.8.8", True),
        ("::ffff:127.0.0.1", True),
        ("::1%lo", True),
        ("::ffff:10.0.0.1", False),
        ("10.0.0.1", False),
    ],
)
def test_knows_its_own_machine(client: str, local: bool) -> None:
    assert is_loopback(client) is local


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the query string it was given."""
    if scope["type"] == "websocket":
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        await socket.send_text(scope["query_string"].decode())
        await socket.close()
    elif scope["type"] == "http":
        await PlainTextResponse("hello", headers={"cache-control": "no-cache"})(scope, receive, send)


def clients(rules: Rules = LOCAL) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(Guard(echo, rules)), base_url=f"http://{OWN}")


async def test_every_answer_carries_the_security_headers() -> None:
    async with clients() as client:
        for headers in ({}, {"host": "evil.example"}):
            answer = await client.get("/api/projects", headers=headers)
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert answer.headers["referrer-policy"] == "same-origin"


async def test_a_refusal_is_json_with_one_sentence() -> None:
    async with clients() as client:
        answer = await client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 403
    assert answer.json()["error"] == "not_allowed"
    assert "AUTOCODER_ALLOWED_HOSTS" in answer.json()["detail"]


async def test_a_browser_is_asked_to_sign_in() -> None:
    async with clients(SIGN_IN) as client:
        answer = await client.get("/")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert (await client.get("/", auth=("ada", "pass:wörd"))).text == "hello"


async def test_two_hosts_are_none() -> None:
    async with clients() as client:
        answer = await client.get("/", headers=[("host", OWN), ("host", "evil.example")])
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "rules", "code"), [({"origin": "https://evil.example"}, LOCAL, 4003), ({}, SIGN_IN, 4001)]
)
def test_a_refused_socket_is_opened_and_closed_with_its_code(headers: dict[str, str], rules: Rules, code: int) -> None:
    client = TestClient(Guard(echo, rules), base_url=f"http://{OWN}", client=("127.0.0.1", 1), headers={"host": OWN})
    with (
        client.websocket_connect("/ws/projects/shop", headers=headers) as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_text()
    assert closed.value.code == code


def test_the_token_goes_no_further() -> None:
    client = TestClient(Guard(echo, SIGN_IN), base_url=f"http://{OWN}", client=("127.0.0.1", 1), headers={"host": OWN})
    with client.websocket_connect(f"/ws/projects/shop?after=3&token={TOKEN}") as socket:
        assert socket.receive_text() == "after=3"
