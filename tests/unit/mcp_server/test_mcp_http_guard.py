from __future__ import annotations

import httpx
import pytest

from api.database import Database
from mcp_server.feature_mcp import ToolContext, build_server
from mcp_server.http import web_app

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}
ACCEPT = {"accept": "application/json, text/event-stream"}


async def post(database: Database, **headers: str) -> httpx.Response:
    server = build_server(ToolContext(database=database, owner="mcp:1"))
    app = web_app(server, 8123, "s3cret")
    async with (
        server.session_manager.run(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8123") as client,
    ):
        return await client.post("/mcp", json=INITIALIZE, headers={**ACCEPT, **headers})


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic s3cret", "bearer s3cret"])
async def test_without_the_token_nothing_answers(database: Database, header: str) -> None:
    response = await post(database, authorization=header)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["error"] == "unauthorized"


async def test_with_the_token_the_server_answers(database: Database) -> None:
    response = await post(database, authorization="Bearer s3cret")
    assert response.status_code == 200
    assert "features" in response.text


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:8123"}, {"host": "evil.example"}]
)
async def test_pages_and_foreign_hosts_are_refused_even_with_the_token(
    database: Database, headers: dict[str, str]
) -> None:
    response = await post(database, authorization="Bearer s3cret", **headers)
    assert response.status_code in {403, 421}
