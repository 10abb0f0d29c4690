"""The launcher itself: one server a home, ports, the demo, and leaving in order."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.agentruns import descendants
from tests.serverruns import GLANCE, PROJECT, ServerRig
from tests.servers import until

AGENT = f"/api/projects/{PROJECT}/agent"


@pytest.fixture
def rig(tmp_path: Path) -> ServerRig:
    return ServerRig(tmp_path)


def home(rig: ServerRig, name: str = ".autocoder") -> Path:
    return rig.folder / "home" / name


def test_a_second_start_opens_the_first(rig: ServerRig) -> None:
    with rig.started() as first:
        begun = time.monotonic()
        second = rig.launch()
        assert second.process.wait(30) == 0
        seconds = time.monotonic() - begun
        second.reader.join()
        assert second.said == [f"AutoCoder is running already: http://localhost:{first.port}"]
        assert first.get("/health")["status"] == "healthy"
        assert seconds < 30
    assert home(rig).stat().st_mode & 0o777 == 0o700


def test_a_home_is_free_again_after_a_crash(rig: ServerRig) -> None:
    with rig.started() as first:
        first.kill()
    with rig.started() as second:
        assert second.get("/api/projects") == []


def test_a_taken_port_is_left_to_its_owner(rig: ServerRig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with rig.started("--port", str(taken)) as server:
            assert server.port != taken
            assert server.said[0] == f"Port {taken} is taken; using {server.port}."
        strict = rig.launch("--port", str(taken), "--strict-port")
        assert strict.process.wait(60) == 1
        strict.reader.join()
        assert strict.said == [f"Error: Port {taken} is taken: choose another with --port."]


@pytest.mark.parametrize(
    ("arguments", "environ", "sentence"),
    [
        (["--host", "0.0.0.0"], {}, "AUTOCODER_ALLOW_REMOTE=1"),
        ([], {"PORT": "web"}, "PORT is 'web'"),
        ([], {"AUTOCODER_HOME": "/proc/nothing"}, "set AUTOCODER_HOME"),
    ],
)
def test_what_cannot_be_started_says_why(
    rig: ServerRig, arguments: list[str], environ: dict[str, str], sentence: str
) -> None:
    rig.environ |= environ
    refused = rig.launch(*arguments)
    assert refused.process.wait(60) == 1
    refused.reader.join()
    assert len(refused.said) == 1
    assert sentence in refused.said[0]


def test_remote_with_a_sign_in(rig: ServerRig) -> None:
    rig.environ |= {"AUTOCODER_ALLOW_REMOTE": "1", "BASIC_AUTH_USERNAME": "ada", "BASIC_AUTH_PASSWORD": "secret"}
    with rig.started() as server:
        assert "HTTPS" in server.said[0]
        url = f"http://127.0.0.1:{server.port}"
        assert httpx.get(f"{url}/health").status_code == 200
        assert httpx.get(f"{url}/api/projects").status_code == 401
        assert httpx.get(f"{url}/api/projects", auth=("ada", "secret")).json() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_without_agents_one_signal_is_enough(rig: ServerRig, number: int) -> None:
    with rig.started() as server:
        os.kill(server.process.pid, number)
        assert server.process.wait(30) == 0
        server.reader.join()
        assert "Traceback" not in "\n".join(server.said)
        assert not (home(rig) / "server.json").exists()


@pytest.mark.cli
@pytest.mark.place
@pytest.mark.timeout(240)
def test_the_demo_builds_its_sample_and_leaves_in_two_steps(rig: ServerRig) -> None:
    rig.environ["ANTHROPIC_AUTH_TOKEN"] = "a real account, which the demo must not use"
    stale = home(rig, ".autocoder-demo") / "runs" / "old"
    stale.mkdir(parents=True)
    with rig.started("--demo") as server:
        assert not home(rig).exists()
        setup = server.get("/api/setup/status")
        assert (setup["demo"], setup["ready"]) == (True, True)
        assert [project["name"] for project in server.get("/api/projects")] == [PROJECT]
        assert not stale.exists()
        refused = server.post("/api/projects", {"name": "mine", "path": str(rig.folder / "mine")})
        assert refused.status_code == 403
        server.until_status("running")
        server.until_green(1)
        # The next session has begun, so there is time for both before it ends.
        until(lambda: server.get(f"/api/projects/{PROJECT}/stats")["in_progress"] == 1, every=GLANCE)
        server.interrupt()
        until(lambda: any("Pausing" in line for line in server.said))
        assert server.status()["status"] == "running"
        server.interrupt()
        assert server.process.wait(60) == 0
        assert descendants(server.process.pid) == []
    with closing(sqlite3.connect(home(rig, ".autocoder-demo") / "projects" / PROJECT / "features.db")) as database:
        [(status,)] = database.execute("SELECT status FROM runs").fetchall()
        [(claimed,)] = database.execute("SELECT count(*) FROM features WHERE claim_owner IS NOT NULL").fetchall()
    assert (status, claimed) == ("stopped", 0)


@pytest.mark.cli
@pytest.mark.place
@pytest.mark.timeout(240)
def test_one_ctrl_c_waits_for_the_session(rig: ServerRig) -> None:
    with rig.model("parts", pace=0.05), rig.started() as server:
        server.create_sample(rig)
        server.post(f"{AGENT}/start")
        server.until_green(1)
        server.interrupt()
        assert server.process.wait(100) == 0
        server.reader.join()
        assert [line for line in server.said if line.startswith("Stopping")] == []
    with closing(sqlite3.connect(rig.project / "features.db")) as database:
        [(status, outcomes)] = database.execute(
            "SELECT status, (SELECT group_concat(DISTINCT outcome) FROM sessions) FROM runs"
        ).fetchall()
    assert status == "paused"
    assert "stopped" not in outcomes
