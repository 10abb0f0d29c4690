"""Real agents under the server: start, pause, resume, stop, and what survives a death."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from harness import processes
from tests.agentruns import descendants, wait_gone
from tests.serverruns import GLANCE, PROJECT, ServerProcess, ServerRig
from tests.servers import make_settings, serving, until

pytestmark = [pytest.mark.cli, pytest.mark.place, pytest.mark.timeout(240)]
EVENTS = f"/api/projects/{PROJECT}/events?limit=10000"
AGENT = f"/api/projects/{PROJECT}/agent"


@pytest.fixture
def rig(tmp_path: Path) -> ServerRig:
    return ServerRig(tmp_path)


@pytest.fixture
def server(rig: ServerRig) -> Iterator[ServerProcess]:
    with rig.model("parts", pace=0.05), rig.started() as started:
        started.create_sample(rig)
        yield started


def statuses(server: ServerProcess) -> list[str]:
    """Every state the runs went through."""
    return [event["status"] for event in server.get(f"{EVENTS}&kinds=agent_status")["events"]]


def died(server: ServerProcess, times: int) -> bool:
    return statuses(server).count("crashed") == times


def alive(pid: int) -> bool:
    return processes.start_time(pid) is not None


def test_start_pause_resume_stop(server: ServerProcess) -> None:
    begun = server.post(f"{AGENT}/start", {"model": "sonnet", "concurrency": 2, "testing_ratio": 1})
    assert (begun.status_code, begun.json()["status"]) == (200, "running"), begun.text
    assert begun.json()["concurrency"] == 2
    assert server.post(f"{AGENT}/start").status_code == 409
    server.until_green(1)
    assert server.post(f"{AGENT}/pause").status_code == 200
    first = server.until_status("paused")
    assert first["reason"]
    assert server.post(f"{AGENT}/resume").json()["status"] == "running"
    assert server.status()["run_id"] != first["run_id"]
    until(lambda: server.status()["agents"], 60, every=GLANCE)
    pid = server.agent_pid()
    assert server.post(f"{AGENT}/stop").json()["status"] == "stopping"
    server.until_status("stopped")
    until(lambda: not alive(pid))
    assert descendants(server.process.pid) == []
    assert statuses(server) == ["running", "paused", "running", "stopping", "stopped"]
    assert server.get(f"/api/projects/{PROJECT}/stats")["in_progress"] == 0


def test_a_paused_run_can_be_closed(server: ServerProcess) -> None:
    server.post(f"{AGENT}/start")
    server.post(f"{AGENT}/pause")
    server.until_status("paused")
    assert server.post(f"{AGENT}/stop").json()["status"] == "stopped"
    assert server.post(f"{AGENT}/resume").status_code == 409


def test_an_agent_outlives_its_server_and_is_adopted(rig: ServerRig) -> None:
    with rig.model("parts", pace=0.05):
        with rig.started() as first:
            first.create_sample(rig)
            first.post(f"{AGENT}/start")
            first.until_green(1)
            pid = first.agent_pid()
            first.kill()
            assert alive(pid)
        with rig.started() as second:
            assert (second.status()["status"], second.agent_pid()) == ("running", pid)
            second.until_green(2)
            second.post(f"{AGENT}/stop")
            second.until_status("stopped")
            until(lambda: not alive(pid))


def test_an_agent_that_died_is_buried_and_started_again_but_not_for_ever(server: ServerProcess) -> None:
    server.post(f"{AGENT}/start")
    for deaths in (1, 2, 3):
        server.until_status("running")
        until(lambda: server.status()["agents"], 60, every=GLANCE)
        pid = server.agent_pid()
        children = descendants(pid)
        os.kill(pid, signal.SIGKILL)
        assert wait_gone(children) == []
        until(partial(died, server, deaths), 60, every=GLANCE)
    until(lambda: "3 times in a row" in str(server.get(EVENTS)), every=GLANCE)
    assert server.status()["status"] == "crashed"
    assert server.get(f"/api/projects/{PROJECT}/stats")["in_progress"] == 0


def test_an_agent_that_does_not_listen_is_ended(
    rig: ServerRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.supervisor.STOP_SECONDS", 1.0)
    monkeypatch.setattr("server.services.supervisor.STOP_LADDER", [(signal.SIGTERM, 0.5)])
    with rig.model("parts", pace=0.05):
        home = tmp_path / "home"  # the rig's own
        settings = make_settings(tmp_path, agent_environment={**rig.environ, "AUTOCODER_HOME": str(home)})
        with serving(settings) as served, httpx.Client(base_url=served.url(), timeout=60) as client:
            client.post("/api/projects", json={"name": PROJECT, "path": str(rig.project), "spec": "Parts: 2"})
            client.patch(f"/api/projects/{PROJECT}", json={"settings": {"allow_unsandboxed": True}})
            assert (begun := client.post(f"{AGENT}/start", json={})).status_code == 200, begun.text
            until(lambda: client.get(f"{AGENT}/status").json()["agents"], 60, every=GLANCE)
            pid = client.get(f"/api/projects/{PROJECT}/runs").json()[0]["pid"]
            children = descendants(pid)
            os.kill(pid, signal.SIGSTOP)
            assert client.post(f"{AGENT}/stop").json()["status"] == "stopping"
            until(lambda: client.get(f"{AGENT}/status").json()["status"] == "stopped", every=GLANCE)
            assert client.get(f"{AGENT}/status").json()["reason"] == "stopped by a person"
    assert not alive(pid)
    assert wait_gone(children) == []


def test_without_an_account_nothing_is_started(rig: ServerRig) -> None:
    with rig.started() as server:
        server.create_sample(rig)
        refused = server.post(f"{AGENT}/start")
        assert (refused.status_code, refused.json()["error"]) == (503, "unavailable")
        assert all(remedy in refused.json()["detail"] for remedy in ("claude login", "ANTHROPIC_API_KEY", "--demo"))
        assert server.get(f"/api/projects/{PROJECT}/runs") == []
        assert server.get("/api/setup/status")["ready"] is False


def test_a_run_that_cannot_begin_says_why(server: ServerProcess) -> None:
    saved = server.get(f"/api/projects/{PROJECT}/prompts")
    assert saved["app_spec"]
    server.post(f"/api/projects/{PROJECT}/reset")
    refused = server.post(f"{AGENT}/start", {"concurrency": 9})
    assert (refused.status_code, refused.json()["field"]) == (422, "concurrency")


def test_a_parked_run_goes_on_by_itself_once(rig: ServerRig) -> None:
    with rig.model("limits"), rig.started() as server:
        server.create_sample(rig)
        server.post(f"{AGENT}/start", {"budget_usd": 50})
        parked = server.until_status("parked")
        assert parked["until"]
        until(lambda: server.get(f"/api/projects/{PROJECT}/stats")["total"], 60, every=GLANCE)
        assert statuses(server)[:3] == ["running", "parked", "running"]
        server.post(f"{AGENT}/stop")
        server.until_status("stopped", "finished")
