"""A server that no account pays for: what it says, and what works all the same."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import mcp
import pytest
from mcp.client.stdio import StdioServerParameters, stdio_client
from playwright.sync_api import expect

from tests.e2e.browsing import Visit
from tests.serverruns import ROOT, ServerProcess, ServerRig

Enter = Callable[[ServerProcess], Visit]

pytestmark = pytest.mark.browser


@pytest.fixture
def server(rig: ServerRig) -> Iterator[ServerProcess]:
    with rig.started() as started:
        yield started


async def create_card(project: Path, home: Path, name: str) -> None:
    """Create a card the way an MCP client of somebody else does."""
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mcp_server.feature_mcp", "--project-dir", str(project)],
        cwd=ROOT,
        env={"AUTOCODER_HOME": str(home)},
    )
    async with mcp.Client(stdio_client(parameters)) as client:
        card = {"category": "Outside", "name": name, "description": "d", "steps": ["s"]}
        result = await client.call_tool("feature_create", card)
        assert not result.is_error, result.content


def test_a_project_is_described_and_its_start_refused_with_the_remedy(server: ServerProcess, enter: Enter) -> None:
    visit = enter(server)
    page = visit.open("/")
    expect(page.get_by_text("No project yet")).to_be_visible()
    expect(page.get_by_text("claude login")).to_be_visible()
    page.get_by_role("link", name="New project").click()
    following = page.get_by_role("button", name="Next")
    page.get_by_label("Name of the project").fill("recipes")
    following.click()
    expect(page.get_by_text("The folder will be created.")).to_be_visible()
    following.click()
    page.get_by_role("radio", name="Web application").check()
    following.click()
    page.get_by_role("button", name="From a sample").click()
    page.get_by_role("menuitem", name="Recipe box").click()
    page.reload()
    expect(page.get_by_label("Specification", exact=True)).to_have_value(re.compile("^# Recipe box"))
    following.click()
    expect(page.get_by_text("Web application")).to_be_visible()
    page.get_by_role("button", name="Create and start").click()
    expect(page.get_by_text("ANTHROPIC_API_KEY")).to_be_visible()
    expect(page).to_have_url(f"{visit.url}/p/recipes/board")
    assert server.get("/api/projects/recipes")["kind"] == "web_app"


def test_a_card_from_an_outside_mcp_client_appears_on_the_open_board(
    rig: ServerRig, server: ServerProcess, enter: Enter
) -> None:
    server.create_sample(rig)
    visit = enter(server)
    page = visit.board()
    expect(page.get_by_text("No cards yet")).to_be_visible()
    home = Path(rig.environ["HOME"]) / ".autocoder"
    with ThreadPoolExecutor(1) as thread:  # this one has Playwright's event loop
        thread.submit(asyncio.run, create_card(rig.project, home, "Written from outside")).result(60)
    expect(visit.cards("Pending")).to_contain_text("Written from outside")
    assert visit.complaints == []


def test_a_page_from_elsewhere_may_not_use_the_server(server: ServerProcess) -> None:
    url = f"http://127.0.0.1:{server.port}/api/projects"
    refused = httpx.get(url, headers={"Origin": "https://elsewhere.example"})
    assert refused.status_code == 403
    assert "open AutoCoder's own page" in refused.text
    assert httpx.get(url, headers={"Origin": f"http://127.0.0.1:{server.port}"}).json() == []
