"""The built web app, as a browser asks for it."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from server.main import create_app
from server.settings import Settings

PAGE = {"accept": "text/html,application/xhtml+xml"}


def asking(settings: Settings) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(settings)), base_url="http://127.0.0.1:5173", follow_redirects=False
    )


async def test_index_is_always_asked_for_again(settings: Settings) -> None:
    async with asking(settings) as client:
        page = await client.get("/", headers=PAGE)
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
        assert page.headers["content-encoding"] == "gzip"
        again = await client.get("/", headers={**PAGE, "if-none-match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_hashed_assets_are_kept_for_good(settings: Settings) -> None:
    async with asking(settings) as client:
        asset = await client.get("/assets/app-4f2c.js")
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-type"].startswith("text/javascript")
    assert asset.text.startswith("export const answer")


async def test_without_compression(settings: Settings) -> None:
    async with asking(settings) as client:
        asset = await client.get("/assets/app-4f2c.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in asset.headers
    assert asset.text.startswith("export const answer")


@pytest.mark.parametrize("path", ["/p/shop", "/p/shop/board", "/new", "/p/a.b"])
async def test_a_page_of_the_app_is_its_index(settings: Settings, path: str) -> None:
    async with asking(settings) as client:
        assert "AutoCoder" in (await client.get(path, headers=PAGE)).text


@pytest.mark.parametrize("path", ["/missing.js", "/assets/old-1234.js", "/assets/", "/favicon.ico"])
async def test_a_file_that_is_missing_is_no_page(settings: Settings, path: str) -> None:
    async with asking(settings) as client:
        answer = await client.get(path, headers={"accept": "*/*"})
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    ["/../package.json", "/..%2f..%2fetc/passwd", "/assets/..%2f..%2fpackage.json", "/%2e%2e/secret", "//etc/passwd"],
)
async def test_no_path_leads_out(settings: Settings, path: str) -> None:
    (settings.ui_folder.parent / "package.json").write_text("{}")
    (settings.ui_folder.parent / "secret").write_text("secret")
    async with asking(settings) as client:
        answer = await client.send(client.build_request("GET", httpx.URL(f"http://127.0.0.1:5173{path}")))
    assert answer.status_code == 404


async def test_a_link_in_the_folder_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (settings.ui_folder / "leak.txt").symlink_to(tmp_path / "secret")
    async with asking(settings) as client:
        assert (await client.get("/leak.txt")).status_code == 404


async def test_a_new_build_is_seen_at_once(settings: Settings) -> None:
    index = settings.ui_folder / "index.html"
    async with asking(settings) as client:
        await client.get("/", headers=PAGE)
        index.write_text("<!doctype html><title>Newer</title>")
        os.utime(index, ns=(1, 1))
        assert "Newer" in (await client.get("/", headers=PAGE)).text


async def test_a_web_app_that_is_not_built_says_what_to_do(settings: Settings) -> None:
    (settings.ui_folder / "index.html").unlink()
    async with asking(settings) as client:
        page = await client.get("/", headers=PAGE)
    assert page.status_code == 503
    assert "npm run build" in page.text


async def test_only_reading(settings: Settings) -> None:
    async with asking(settings) as client:
        assert (await client.head("/")).status_code == 200
        assert (await client.post("/")).status_code == 405
