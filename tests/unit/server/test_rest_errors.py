"""Every failure has the one shape, and says no more than it should."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.errors import AppError, Conflict, DatabaseDamaged, InvalidInput, NotAllowed, NotFound, StaleClaim, Unavailable
from server.errors import sentence_about, status_of
from server.guard import MOST_BODY
from server.main import create_app
from server.settings import Settings
from tests.servers import running

SHAPE = {"error", "detail", "field"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("x"), 422),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (StaleClaim("x"), 409),
        (NotAllowed("x"), 403),
        (Unavailable("x"), 503),
        (DatabaseDamaged("x"), 503),
        (AppError("x"), 400),
    ],
)
def test_each_kind_has_its_status(error: AppError, status: int) -> None:
    assert status_of(error) == status


def test_several_faults_make_one_sentence() -> None:
    faults = [{"loc": ("body", "name"), "msg": "Field required", "type": "missing"}] * 3
    assert sentence_about(faults) == ("name: field required (2 more like this).", "name")
    whole = [{"loc": ("body",), "msg": "Input should be an object", "type": "model_type"}]
    assert sentence_about(whole) == ("The request cannot be right: input should be an object.", None)


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("GET", "/ws", 404, "not_found"),
        ("GET", "/api/projects/none", 404, "not_found"),
        ("GET", "/api/projects/none/features", 404, "not_found"),
        ("PUT", "/api/projects", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
        ("POST", "/api/projects", 422, "invalid_input"),
    ],
)
async def test_failures_have_one_shape(
    client: httpx.AsyncClient, method: str, path: str, status: int, kind: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["error"]) == (status, kind)
    assert set(answer.json()) <= SHAPE


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1]", b"null", b'"x"'])
async def test_a_body_that_is_no_object(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/projects", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert set(answer.json()) <= SHAPE


async def test_a_huge_body_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/projects", content=b"x" * (MOST_BODY + 1), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def test_a_huge_body_without_a_length_is_refused(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 2**20

    answer = await client.post("/api/projects", content=pieces(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def test_a_mistake_of_ours_tells_nothing_and_is_logged(
    settings: Settings, project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app: FastAPI = create_app(settings)

    def broken() -> None:
        raise RuntimeError("secret detail")

    app.add_api_route("/api/broken", broken)
    async with running(app) as client:
        with caplog.at_level(logging.ERROR):
            answer = await client.get("/api/broken")
    assert answer.status_code == 500
    assert answer.json()["error"] == "internal"
    assert "secret" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert "GET /api/broken failed" in caplog.text


async def test_health_needs_nothing_and_readiness_everything(settings: Settings) -> None:
    app = create_app(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://elsewhere") as client:
        answer = await client.get("/health")
    assert answer.json() == {"status": "healthy", "version": "0.1.0", "instance": "test-instance"}
    async with running(app) as client:
        assert (await client.get("/readiness")).json()["status"] == "ready"


async def test_readiness_says_what_is_wrong(settings: Settings) -> None:
    (settings.home / "registry.db").write_bytes(b"no database, certainly none")
    async with running(create_app(settings)) as client:
        answer = await client.get("/readiness")
    assert (answer.status_code, answer.json()["status"]) == (503, "unready")
    assert "damaged" in answer.json()["detail"]


async def test_setup_and_settings_show_no_secret(settings: Settings) -> None:
    environment = {**settings.agent_environment, "ANTHROPIC_DEFAULT_SONNET_MODEL": "glm-4.7"}
    changed = settings.model_copy(update={"agent_environment": environment, "demo": True})
    async with running(create_app(changed)) as client:
        setup = (await client.get("/api/setup/status")).json()
        shown = await client.get("/api/settings")
        models = (await client.get("/api/settings/models")).json()
    assert setup["demo"] is True
    assert {check["name"] for check in setup["checks"]} >= {"git", "login"}
    assert (shown.json()["provider"], shown.json()["models"]) == ("anthropic", {"sonnet": "glm-4.7"})
    assert '"test"' not in shown.text
    assert (models["default"], models["models"][0]) == ("sonnet", {"id": "sonnet", "name": "glm-4.7"})
