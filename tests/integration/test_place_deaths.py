"""Whoever dies, nothing is left: the owner by kill -9, the runner, an opening that is given up at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from api.errors import Unavailable
from harness import processes
from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.sandboxes.leftovers import NAME, record, sweep
from harness.sandboxes.process import Process
from harness.sandboxes.registry import provider

PATIENCE = 30.0
OWNER = Path(__file__).with_name("place_owner.py")
ROOT = Path(__file__).parents[2]
walled = pytest.mark.skipif(not Bubblewrap().availability().ok, reason="no bubblewrap place can be opened here")
PROVIDERS = [pytest.param("bubblewrap", marks=[pytest.mark.place, walled]), "process"]


def in_place_of(word: str) -> list[psutil.Process]:
    """The living processes that have `word` in their command line, but for this one."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        cmdline = process.info["cmdline"] or []
        if process.pid != os.getpid() and process.info["status"] != "zombie" and any(word in one for one in cmdline):
            found.append(process)
    return found


def wait_until(condition: object, what: str) -> None:
    assert callable(condition)
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


@pytest.fixture
def spec(tmp_path: Path) -> PlaceSpec:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return PlaceSpec(workspace, tmp_path / "places" / "one")


def beats(spec: PlaceSpec) -> list[int]:
    return [
        path.stat().st_size for name in ("background", "far", "running") if (path := spec.workspace / name).exists()
    ]


@pytest.fixture(params=PROVIDERS)
def owner(request: pytest.FixtureRequest, spec: PlaceSpec) -> Iterator[processes.Child]:
    """A process that owns a place in which three commands beat."""
    argv = [sys.executable, OWNER, request.param, spec.workspace, spec.run_dir]
    child = processes.spawn(argv, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT)
    try:
        wait_until(lambda: len(beats(spec)) == 3, "the owner's commands begin")
        yield child
    finally:
        processes.kill_group(child.pid)
        child.wait()


def test_a_killed_owner_leaves_no_process(owner: processes.Child, spec: PlaceSpec) -> None:
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    wait_until(lambda: not in_place_of(str(spec.run_dir)), "what was started for the place ends")
    seen: list[list[int]] = [[]]

    def still() -> bool:
        seen.append(beats(spec))
        return len(seen) > 20 and len({tuple(one) for one in seen[-20:]}) == 1

    wait_until(still, "everything in the place ends")
    assert spec.run_dir.exists()
    assert sweep(spec.run_dir.parent) == [spec.run_dir]
    assert not spec.run_dir.exists()


def test_a_living_owners_place_is_not_swept(owner: processes.Child, spec: PlaceSpec) -> None:
    assert sweep(spec.run_dir.parent) == []
    before = beats(spec)
    wait_until(lambda: beats(spec) != before, "the place goes on")


def test_sweeping_ends_what_a_dead_owner_left(tmp_path: Path) -> None:
    child = processes.spawn(["sleep", "60"], env={"AUTOCODER_PLACE": "a-mark-of-this-test", **os.environ})
    run_dir = tmp_path / "places" / "one"
    run_dir.mkdir(parents=True)
    record(run_dir, child=child.pid, mark="AUTOCODER_PLACE=a-mark-of-this-test")
    text = (run_dir / NAME).read_text()
    (run_dir / NAME).write_text(text.replace(f'"pid": {os.getpid()}', '"pid": 4194305'))
    assert sweep(tmp_path / "places") == [run_dir]
    assert child.wait() == -signal.SIGKILL


async def test_a_place_takes_over_the_folder_of_a_dead_one(owner: processes.Child, spec: PlaceSpec) -> None:
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    await asyncio.to_thread(wait_until, lambda: not in_place_of(str(spec.run_dir)), "what was started ends")
    place = await Process().open(spec)
    assert (await place.run("echo hi")).output == "hi\n"
    await place.close()


def test_what_is_nobodys_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / NAME).write_text("no json")
    (tmp_path / "c").touch()
    assert sweep(tmp_path) == []
    assert sweep(tmp_path / "missing") == []


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_runner_that_dies_closes_its_place(name: str, spec: PlaceSpec) -> None:
    place = await provider(name).open(spec)
    try:
        running = asyncio.create_task(place.run("touch begun; sleep 60"))
        await asyncio.to_thread(wait_until, (spec.workspace / "begun").exists, "a command begins")
        await place.run("kill -9 $PPID")  # the runner, by its number: others' runners are about
    except Unavailable:
        pass
    else:
        pytest.fail("the runner is not to be found")
    finally:
        with pytest.raises(Unavailable):
            await running
        with pytest.raises(Unavailable):
            await place.run("true")
        await place.close()
    assert not spec.run_dir.exists()
    assert not in_place_of(str(spec.run_dir))


@pytest.mark.place
@walled
@pytest.mark.parametrize("turn", range(12))
async def test_an_opening_given_up_leaves_nothing(spec: PlaceSpec, turn: int) -> None:
    opening = asyncio.create_task(Bubblewrap().open(spec))
    await asyncio.wait([opening], timeout=turn * 0.004)
    opening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await (await opening).close()
    assert not spec.run_dir.exists()
    assert not in_place_of(str(spec.run_dir))


@pytest.mark.place
@walled
async def test_closing_cannot_be_given_up(spec: PlaceSpec) -> None:
    place = await Bubblewrap().open(spec)
    closing = asyncio.create_task(place.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    await place.close()
    assert not spec.run_dir.exists()
    assert not in_place_of(str(spec.run_dir))


async def test_a_runner_that_does_not_start_is_told(spec: PlaceSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.sandboxes.process.base_python", lambda: Path("/bin/false"))
    with pytest.raises(Unavailable, match="did not open: what starts it ended without a word"):
        await Process().open(spec)
    assert not spec.run_dir.exists()


async def test_a_runner_that_does_not_answer_is_given_up(spec: PlaceSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = spec.workspace / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr("harness.sandboxes.process.base_python", lambda: silent)
    monkeypatch.setattr("harness.sandboxes.runner_process.OPENING", 0.3)
    monkeypatch.setattr("harness.sandboxes.runner_process.ENDING", 0.3)
    with pytest.raises(Unavailable, match="in time"):
        await Process().open(spec)
    assert not spec.run_dir.exists()
