"""Changes that others make appear on the open board; pages of others change nothing."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest
from playwright.sync_api import Page, Response, expect

from scripted_model.playbooks.parts import PARTS
from tests.agentruns import PROGRAM, descendants
from tests.e2e.browsing import Visit
from tests.serverruns import PROJECT, ServerProcess, ServerRig

BUILD_MS = 90_000
Enter = Callable[[ServerProcess], Visit]

# What a page of somebody else can try without being allowed anything: each attempt says how it ended.
ATTEMPTS = """
async ([url, project]) => {
  const path = `${url}/api/projects/${project}`
  const json = { 'content-type': 'application/json' }
  const said = (attempt) => attempt.then((answer) => `answered ${answer.type}`, () => 'refused')
  const heard = new Promise((tell) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/projects/${project}`)
    socket.onmessage = () => tell('heard')
    socket.onclose = () => tell('refused')
  })
  return {
    read: await said(fetch(path)),
    start: await said(fetch(`${path}/agent/start`, { method: 'POST', headers: json, body: '{}' })),
    remove: await said(fetch(path, { method: 'DELETE' })),
    blind: await said(fetch(`${path}/agent/start`, { method: 'POST', mode: 'no-cors', body: '{}' })),
    socket: await heard,
  }
}
"""
FORM = """
(action) => {
  const form = Object.assign(document.createElement('form'), { method: 'post', enctype: 'text/plain', action })
  document.body.append(form)
  form.submit()
}
"""

pytestmark = pytest.mark.browser


class OtherApplication(http.server.BaseHTTPRequestHandler):
    """Somebody's page on this machine, at a port of its own: as near as a page of another origin can be."""

    def do_GET(self) -> None:
        """An empty page, whatever is asked for."""
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Elsewhere</title><link rel=icon href=data:,>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a page that is not ours."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), OtherApplication) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_a_foreign_page_cannot_drive_the_server(rig: ServerRig, enter: Enter, elsewhere: str) -> None:
    with rig.started() as server:
        server.create_sample(rig)
        visit = enter(server)
        page, statuses = visit.page, set[int]()
        page.goto(elsewhere)
        page.on("response", lambda answer: statuses.add(answer.status))
        ended = page.evaluate(ATTEMPTS, [visit.url, PROJECT])
        assert set(ended.values()) == {"refused"}, ended
        submitted = submit(page, f"{visit.url}/api/projects/{PROJECT}/agent/start")
        assert submitted.status == 403
        assert statuses == {403}
        assert framed(page, elsewhere, visit.url) == ""
        assert server.status()["status"] == "idle"
        assert server.get(f"/api/projects/{PROJECT}")["name"] == PROJECT


def submit(page: Page, action: str) -> Response:
    """Send a form across; what was answered."""
    with page.expect_navigation() as going:
        page.evaluate(FORM, action)
    return going.value


def framed(page: Page, elsewhere: str, url: str) -> str:
    """What shows in a frame around our page."""
    page.goto(elsewhere)
    page.set_content(f'<iframe src="{url}"></iframe>')
    frame = page.frames[-1]
    frame.wait_for_load_state()
    return frame.locator("#root").inner_text() if frame.locator("#root").count() else ""


@pytest.mark.cli
@pytest.mark.place
def test_a_run_in_a_terminal_appears_on_the_open_board(rig: ServerRig, enter: Enter) -> None:
    with rig.model("parts"), rig.started() as server:
        server.create_sample(rig, verification="off")  # what checks take is not what is tried here
        visit = enter(server)
        page, run = visit.board(), visit.run()
        expect(page.get_by_text("No cards yet")).to_be_visible()
        command = [
            sys.executable,
            str(PROGRAM),
            "--project-dir",
            str(rig.project),
            "--delay",
            "0",
            "--max-iterations",
            "2",
        ]
        process = subprocess.Popen(
            command,
            env=rig.environ,
            cwd=rig.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            expect(run).to_contain_text("Running", timeout=BUILD_MS)
            expect(visit.cards("Pending").first).to_be_visible(timeout=BUILD_MS)
            expect(visit.cards("Done")).to_have_count(1, timeout=BUILD_MS)
            assert process.wait(60) == 0
            expect(run).not_to_contain_text("Running")
            expect(run).to_contain_text(f"1 of {PARTS}")
        finally:
            for child in descendants(process.pid):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            process.kill()
            process.wait()
        assert visit.complaints == []
