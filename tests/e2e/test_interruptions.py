"""What comes between in the middle of a build, and what a person sees of it on the open board."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from agent.demo import SPECIFICATION
from harness import processes
from scripted_model.playbooks.parts import PARTS
from tests.e2e.browsing import Visit
from tests.serverruns import PROJECT, ServerProcess, ServerRig

PACE_SECONDS = 0.1
BUILD_MS = 90_000
Enter = Callable[[ServerProcess], Visit]

pytestmark = [pytest.mark.browser, pytest.mark.cli, pytest.mark.place]


@pytest.fixture
def modelled(rig: ServerRig) -> Iterator[ServerRig]:
    """A place for a server whose agents get their answers from the scripted model."""
    with rig.model("parts", pace=PACE_SECONDS):
        yield rig


def test_a_project_is_made_from_pasted_text_started_paused_and_resumed(modelled: ServerRig, enter: Enter) -> None:
    with modelled.started() as server:
        visit = enter(server)
        page, run = visit.open("/new"), visit.run()
        describe(page)
        page.get_by_role("button", name="Create and start").click()
        visit.cards("In progress").first.wait_for(timeout=BUILD_MS)
        run.get_by_role("button", name="Pause").click()
        resume = run.get_by_role("button", name="Resume")
        resume.wait_for(timeout=BUILD_MS)
        expect(run).to_contain_text("Paused")
        expect(visit.cards("In progress")).to_have_count(0)
        resume.click()
        expect(run).to_contain_text("Running")
        visit.cards("In progress").first.wait_for(timeout=BUILD_MS)
        run.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Stop now").click()
        expect(run).to_contain_text("Stopped")
        expect(run.get_by_role("button", name="Start")).to_be_visible()
        assert visit.complaints == []


def describe(page: Page) -> None:
    """The wizard up to its last step, the specification pasted."""
    following = page.get_by_role("button", name="Next")
    page.get_by_label("Name of the project").fill(PROJECT)
    following.click()
    expect(page.get_by_text("The folder will be created.")).to_be_visible()
    following.click()
    page.get_by_role("radio", name="Web application").check()
    following.click()
    page.get_by_label("Specification", exact=True).fill(SPECIFICATION.read_text(encoding="utf-8"))
    following.click()


def test_the_page_outlives_its_server_and_the_agent_is_adopted(modelled: ServerRig, enter: Enter) -> None:
    with modelled.started() as first:
        first.create_sample(modelled, verification="off")  # what checks take is not what is tried here
        first.post(f"/api/projects/{PROJECT}/agent/start").raise_for_status()
        visit = enter(first)
        page = visit.board()
        visit.cards("In progress").first.wait_for(timeout=BUILD_MS)
        pid, port = first.agent_pid(), str(first.port)
        first.kill()
        expect(page.get_by_text("Not connected: this is the last known state.")).to_be_visible()
        expect(visit.cards("In progress").or_(visit.cards("Done")).first).to_be_visible()
        assert processes.start_time(pid) is not None
    with modelled.started("--port", port, "--strict-port") as second:
        visit.until_live()
        expect(page.get_by_text("Not connected")).to_have_count(0)
        assert second.agent_pid() == pid
        done = second.get(f"/api/projects/{PROJECT}/stats")["passing"]
        expect(visit.run()).to_contain_text(re.compile(rf"\b{done + 1} of {PARTS}"), timeout=BUILD_MS)
        visit.run().get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Stop now").click()
        expect(visit.run()).to_contain_text("Stopped")
        assert [text for text in visit.complaints if "ERR_CONNECTION" not in text] == []
