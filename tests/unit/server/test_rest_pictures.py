"""Pictures of a check, over REST."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, FeatureCreate, VerificationResult
from api.backlog.statuses import PERSON
from api.database import Database
from harness.verification import artefacts

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


@pytest.fixture
def receipt(database: Database, project: Path) -> str:
    with database.write() as session:
        feature = backlog.create(session, FeatureCreate(category="a", name="b"), actor=PERSON).id
        backlog.set_check(session, feature, CheckSpec(command="true"), {}, actor=PERSON)
        view = backlog.begin_verification(session, feature, actor=PERSON, policy="proven", lease_seconds=60)
        names = artefacts.keep(project, view.id, {"1-home.png": PNG, "2-page.png": b"<script>"})
        result = VerificationResult(verdict="passed", artefacts=names)
        backlog.finish_verification(session, view.id, result, executor="me")
    return f"/api/projects/shop/features/{feature}/receipts/{view.id}/artefacts"


async def test_a_picture_is_served_as_one(client: httpx.AsyncClient, receipt: str) -> None:
    answer = await client.get(f"{receipt}/1-home.png")
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["2-page.png", "3-none.png", "..%2f..%2fregistry.db", "..%2f1%2f1-home.png"])
async def test_nothing_else_is_served(client: httpx.AsyncClient, receipt: str, name: str) -> None:
    assert (await client.get(f"{receipt}/{name}")).status_code == 404


async def test_only_with_its_own_feature(client: httpx.AsyncClient, database: Database, receipt: str) -> None:
    with database.write() as session:
        other = backlog.create(session, FeatureCreate(category="a", name="c"), actor=PERSON).id
    answer = await client.get(receipt.replace("features/1/", f"features/{other}/") + "/1-home.png")
    assert answer.status_code == 404
    assert "left no picture" in answer.json()["detail"]
