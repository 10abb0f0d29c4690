"""The one door to subprocesses: limits of time and output, whole groups, recycled numbers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from harness import processes
from tests.ctrlc import output_under_ctrl_c


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 10
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < deadline, f"{path} was not written"
        time.sleep(0.005)
    return path.read_text().strip()


def assert_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while processes.start_time(pid) is not None:
        assert time.monotonic() < deadline, f"{pid} still runs"
        time.sleep(0.005)


def test_run_reports_both_streams_and_the_exit_code() -> None:
    done = processes.run(["sh", "-c", "echo out; echo err >&2; exit 3"])
    assert (done.exit_code, done.stdout, done.stderr, done.ok) == (3, "out\n", "err\n", False)


def test_run_feeds_stdin() -> None:
    assert processes.run(["cat"], stdin=b"x" * 300_000).stdout == "x" * 300_000


def test_run_survives_a_program_that_does_not_read() -> None:
    assert processes.run(["true"], stdin=b"x" * 300_000).ok


def test_run_keeps_the_end_of_a_flood() -> None:
    done = processes.run(["sh", "-c", "head -c 500000 /dev/zero; echo the end"], limit=1000)
    assert (len(done.stdout), done.stdout[-8:]) == (1000, "the end\n")


def test_run_ends_the_group_past_its_time(tmp_path: Path) -> None:
    done = processes.run(["sh", "-c", f"echo begun; sleep 60 & echo $! > {tmp_path}/pid; wait"], timeout=0.5)
    assert (done.timed_out, done.ok, done.stdout, done.exit_code) == (True, False, "begun\n", -signal.SIGKILL)
    assert_gone(int(wait_for(tmp_path / "pid")))


def test_run_ends_what_the_program_left_behind(tmp_path: Path) -> None:
    assert processes.run(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid"]).ok
    assert_gone(int(wait_for(tmp_path / "pid")))


def test_run_does_not_wait_for_a_grandchild_that_holds_the_output() -> None:
    done = processes.run(["setsid", "--fork", "sleep", "4"])
    assert done.ok
    assert done.seconds < 3


def test_run_says_that_the_program_does_not_exist() -> None:
    with pytest.raises(FileNotFoundError):
        processes.run(["no-such-program-here"])


def test_run_without_pidfds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    assert processes.run(["sh", "-c", "exit 4"]).exit_code == 4
    assert processes.run(["sleep", "60"], timeout=0.1).timed_out


@pytest.mark.parametrize(
    "code",
    [
        "print({processes.run(['true']).exit_code for _ in range(30)})",
        "print({processes.spawn(['true']).wait() for _ in range(30)})",
        "print({p.exit_code for _ in range(15) for p in processes.pipe(['true'], lambda _: ['cat'], head=1)})",
    ],
)
def test_no_program_is_lost_to_a_ctrl_c_while_it_starts(code: str) -> None:
    assert output_under_ctrl_c("from harness import processes", code) == "{0}"


async def test_run_async_passes_output_on() -> None:
    pieces: list[bytes] = []
    done = await processes.run_async(["sh", "-c", "echo a; echo b >&2"], on_output=pieces.append)
    assert (done.stdout, b"".join(pieces)) == ("a\nb\n", b"a\nb\n")


async def test_run_async_ends_the_group_past_its_time() -> None:
    done = await processes.run_async(["sh", "-c", "echo begun; sleep 60 & wait"], timeout=0.5)
    assert (done.timed_out, done.stdout) == (True, "begun\n")


async def test_cancelling_run_async_ends_the_group(tmp_path: Path) -> None:
    running = asyncio.create_task(processes.run_async(["sh", "-c", f"echo $$ > {tmp_path}/pid; sleep 60"]))
    pid = int(await asyncio.to_thread(wait_for, tmp_path / "pid"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert_gone(pid)


def test_spawn_writes_to_a_file_and_reads_from_a_descriptor(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_text("hello")
    with source.open() as file:
        child = processes.spawn(["cat"], output=tmp_path / "out", stdin=file.fileno())
        child.wait()
    assert (tmp_path / "out").read_text() == "hello"


def test_spawn_leads_a_session_of_its_own_and_passes_descriptors_on() -> None:
    reading, writing = os.pipe()
    code = f"import os; os.write({writing}, f'{{os.getpid() == os.getsid(0)}}'.encode())"
    child = processes.spawn(python(code), pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        assert file.read() == b"True"
    child.wait()


def test_spawn_takes_a_descriptor_for_output() -> None:
    reading, writing = os.pipe()
    child = processes.spawn(["sh", "-c", "echo out; echo err >&2"], output=writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        assert file.read() == b"out\nerr\n"
    child.wait()


@pytest.mark.parametrize("pidfds", [True, False])
async def test_ended_waits_and_reaps(pidfds: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not pidfds:
        monkeypatch.delattr(os, "pidfd_open")
    child = processes.spawn(["sleep", "60"])
    assert not await processes.ended(child, 0.05)
    processes.kill_group(child.pid)
    assert await processes.ended(child, 10)
    assert child.returncode == -signal.SIGKILL
    assert await processes.ended(child, 0)


def test_a_process_is_known_by_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    started = processes.start_time(os.getpid())
    assert started is not None
    assert processes.is_alive(os.getpid(), started)
    assert not processes.is_alive(os.getpid(), started - 100)  # the number belongs to another one now


def test_a_corpse_is_not_alive() -> None:
    child = processes.spawn(["true"])
    assert_gone(child.pid)
    assert not processes.is_alive(child.pid, time.time())
    child.wait()


def test_killing_a_group_that_is_gone_is_no_error() -> None:
    child = processes.spawn(["true"])
    child.wait()
    processes.kill_group(child.pid)


@pytest.mark.parametrize("pid", [1, 0, -1])
def test_kill_group_refuses_numbers_that_mean_everybody(pid: int) -> None:
    with pytest.raises(ValueError, match="process group"):
        processes.kill_group(pid, 0)


def test_stop_group_asks_first(tmp_path: Path) -> None:
    polite = f"trap 'echo asked > {tmp_path}/asked; exit' TERM; echo > {tmp_path}/ready; while :; do sleep 0.01; done"
    child = processes.spawn(["sh", "-c", polite])
    wait_for(tmp_path / "ready")
    assert processes.stop_group(child.pid, processes.start_time(child.pid) or 0, ladder=[(signal.SIGTERM, 10)])
    assert wait_for(tmp_path / "asked") == "asked"
    child.wait()


def test_stop_group_insists(tmp_path: Path) -> None:
    child = processes.spawn(["sh", "-c", f"trap '' TERM; echo > {tmp_path}/ready; while :; do sleep 0.01; done"])
    wait_for(tmp_path / "ready")
    assert processes.stop_group(child.pid, processes.start_time(child.pid) or 0, ladder=[(signal.SIGTERM, 0.05)])
    child.wait()
    assert processes.start_time(child.pid) is None


def test_stop_group_leaves_a_recycled_number_alone() -> None:
    child = processes.spawn(["sleep", "60"])
    started = processes.start_time(child.pid) or 0
    # The group of a number that became another process's is not ours to end.
    assert processes.stop_group(child.pid, started - 100, ladder=[(signal.SIGTERM, 1)])
    processes.kill_group(child.pid, signal.SIGTERM)
    assert child.wait() == -signal.SIGTERM


def test_stop_group_ends_what_a_dead_leader_left(tmp_path: Path) -> None:
    child = processes.spawn(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid"])
    left = int(wait_for(tmp_path / "pid"))
    assert processes.stop_group(child.pid, processes.start_time(child.pid) or 0, ladder=[])
    assert_gone(left)
    child.wait()


def test_secrets_stay_out_of_the_environment() -> None:
    base = {"PATH": "/bin", "ANTHROPIC_API_KEY": "k", "github_token": "t", "DB_PASSWORD": "p"}
    assert processes.clean_environment({"X": "y"}, base=base) == {"PATH": "/bin", "X": "y"}


def test_the_second_of_two_reads_on_where_the_choice_ended() -> None:
    chosen: list[bytes] = []

    def choose(head: bytes) -> list[str]:
        chosen.append(head)
        return ["cat"]

    first, second = processes.pipe(["printf", "abcdef"], choose, head=3)
    assert (chosen, first.ok, second.ok, second.stdout) == ([b"abc"], True, True, "def")
    assert processes.pipe(["printf", "ab"], choose, head=3)[1].ok
    assert chosen[-1] == b"ab"


def test_the_first_of_two_ends_with_the_second() -> None:
    first, second = processes.pipe(["yes"], lambda _head: ["true"], head=2)
    assert (second.ok, first.exit_code) == (True, -signal.SIGPIPE)


def test_both_of_two_are_killed_past_their_time() -> None:
    first, second = processes.pipe(["sleep", "60"], lambda _head: ["cat"], head=1, timeout=0.2)
    assert first.timed_out
    assert second.timed_out
    assert first.seconds < 30
