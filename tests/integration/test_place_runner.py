"""The runner, in this process and on real bash: what the conformance suite cannot see from outside."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from harness.sandboxes.inside import command, process_table, watch, wire
from harness.sandboxes.inside.runner import Runner, accept

PATIENCE = 10.0


def settings(folder: Path, **changes: object) -> wire.Settings:
    fields: dict[str, object] = {
        "workspace": str(folder),
        "scratch": str(folder),
        "environment": {"PATH": os.environ["PATH"]},
        "mark": f"MARK={folder}",
        "contained": False,
        "proxy_port": 0,
        "memory_bytes": 1 << 32,
        "processes": 4096,
        "file_bytes": 1 << 32,
        "open_files": 256,
        "output_bytes": 1 << 24,
    }
    return wire.Settings.parse(json.dumps({**fields, **changes}).encode())


class Answers:
    """The frames of one answer."""

    def __init__(self, data: bytes) -> None:
        self.output, self.ending, self.refusal = b"", b"", {}
        while data:
            length = int.from_bytes(data[1:5], "big")
            kind, payload, data = data[:1], data[5 : 5 + length], data[5 + length :]
            if kind == wire.OUTPUT:
                self.output += payload
            elif kind == wire.END:
                self.ending = payload
            else:
                self.refusal = json.loads(payload)

    @property
    def exit_code(self) -> int:
        return int(self.ending.split()[0])


@contextlib.contextmanager
def asking(
    runner: Runner, request: wire.Request, data: bytes = b"", *, to_the_end: bool = True
) -> Iterator[socket.socket]:
    """The other end of a connection that `runner` serves; waits `to_the_end` of the serving."""
    near, far = socket.socketpair()
    near.settimeout(PATIENCE)
    serving = threading.Thread(target=runner.serve, args=(far,), daemon=True)
    with near:
        serving.start()
        near.sendall(request.line() + data)
        yield near
    if to_the_end:
        serving.join(PATIENCE)
        assert not serving.is_alive()


def ask(runner: Runner, request: wire.Request, data: bytes = b"", *, to_the_end: bool = True) -> Answers:
    with asking(runner, request, data, to_the_end=to_the_end) as near:
        heard = b""
        while chunk := near.recv(1 << 20):
            heard += chunk
        return Answers(heard)


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


def wait_for(path: Path) -> None:
    wait_until(path.exists, f"{path} is made")


def test_a_command_ends_with_its_code_and_directory(tmp_path: Path) -> None:
    answers = ask(Runner(settings(tmp_path)), wire.Request("run", command="echo hi; mkdir a; cd a; exit 3"))
    assert (answers.output, answers.exit_code) == (b"hi\n", 3)
    assert json.loads(answers.ending[2:])["cwd"] == str(tmp_path / "a")


def test_a_trap_of_the_commands_own_is_kept(tmp_path: Path) -> None:
    answers = ask(Runner(settings(tmp_path)), wire.Request("run", command="trap 'echo bye' EXIT; cd /"))
    assert answers.output == b"bye\n"
    assert json.loads(answers.ending[2:])["cwd"] == str(tmp_path)  # it could not say


def test_a_shared_directory_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    runner = Runner(settings(tmp_path))
    ask(runner, wire.Request("run", command="mkdir a; cd a; rmdir ../a", shared_cwd=True))
    assert ask(runner, wire.Request("run", command="pwd", shared_cwd=True)).output == f"{tmp_path}\n".encode()


def test_a_slow_reader_gets_everything(tmp_path: Path) -> None:
    with asking(Runner(settings(tmp_path)), wire.Request("run", command="head -c 5000000 /dev/zero")) as near:
        wait = threading.Event()
        heard = b""
        while chunk := near.recv(50_000):
            heard += chunk
            wait.wait(0.0005)
    assert len(Answers(heard).output) == 5_000_000


def test_a_flood_is_cut_and_its_end_kept(tmp_path: Path) -> None:
    request = wire.Request("run", command="head -c 3000000 /dev/zero | tr '\\0' x; echo end")
    answers = ask(Runner(settings(tmp_path, output_bytes=1000)), request)
    left_out = 3_000_004 - 1000 - command.TAIL
    assert f"[autocoder: {left_out} bytes of output left out]".encode() in answers.output
    assert answers.output.endswith(b"xend\n")
    assert json.loads(answers.ending[2:])["truncated"] is True


def test_a_little_too_much_is_shown_whole(tmp_path: Path) -> None:
    answers = ask(Runner(settings(tmp_path, output_bytes=4)), wire.Request("run", command="printf 123456"))
    assert answers.output == b"123456"


def test_a_timeout_is_told(tmp_path: Path) -> None:
    answers = ask(Runner(settings(tmp_path)), wire.Request("run", command="echo begun; sleep 60", timeout=0.3))
    assert (answers.output, answers.exit_code) == (b"begun\n", 124)
    assert json.loads(answers.ending[4:])["timed_out"] is True


def test_nobody_listening_ends_the_command(tmp_path: Path) -> None:
    request = wire.Request("run", command="echo $$ > pid; trap '' TERM; while :; do sleep 0.05; done")
    with asking(Runner(settings(tmp_path)), request):
        wait_for(tmp_path / "pid")
    # `asking` has waited until the runner was done with it


def test_nobody_listening_to_a_flood_ends_the_command(tmp_path: Path) -> None:
    with asking(Runner(settings(tmp_path)), wire.Request("run", command="yes")) as near:
        assert near.recv(1000)


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (wire.Request("run", command="true", cwd="missing"), "invalid_input"),
        (wire.Request("run", command="nul \0"), "invalid_input"),
        (wire.Request("run", command="lone \ud800 surrogate"), "invalid_input"),
        (wire.Request("run", command="true", environment={"A": "nul \0"}), "invalid_input"),
        (wire.Request("read", path="missing"), "not_found"),
        (wire.Request("read", path="."), "invalid_input"),
        (wire.Request("read", path="nul \0"), "invalid_input"),
        (wire.Request("write", path="/proc/nothing"), "not_found"),
        (wire.Request("forward", port=1), "not_found"),
    ],
)
def test_what_cannot_be_done_is_refused(tmp_path: Path, request_: wire.Request, kind: str) -> None:
    assert ask(Runner(settings(tmp_path)), request_).refusal["kind"] == kind


def test_a_runner_without_bash_says_so(tmp_path: Path) -> None:
    runner = Runner(settings(tmp_path, environment={"PATH": str(tmp_path)}))
    refusal = ask(runner, wire.Request("run", command="true")).refusal
    assert (refusal["kind"], "bash" in refusal["detail"]) == ("unavailable", True)


def test_files_go_in_and_out(tmp_path: Path) -> None:
    runner, data = Runner(settings(tmp_path)), os.urandom(700_000)
    assert ask(runner, wire.Request("write", path="a/b", size=len(data)), data).exit_code == 0
    assert ask(runner, wire.Request("read", path="a/b")).output == data
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["b"]


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    assert ask(Runner(settings(tmp_path)), wire.Request("write", path="folder", size=1), b"x").refusal
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_port_is_handed_over(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with asking(Runner(settings(tmp_path)), wire.Request("forward", port=server.getsockname()[1])) as near:
            _, handles, _, _ = socket.recv_fds(near, 100, 1)
        with socket.socket(fileno=handles[0]) as found, server.accept()[0] as accepted:
            accepted.sendall(b"hello")
            assert found.recv(100) == b"hello"


class Enough(Exception):
    """No more callers."""


class Callers:
    """A listener that has no room at first, then brings those who call, then ends the thread that listens."""

    def __init__(self, *far: socket.socket) -> None:
        self.left: list[socket.socket | Exception] = [OSError(errno.EMFILE, "too many open files"), *far]

    def accept(self) -> tuple[socket.socket, str]:
        if not self.left:
            raise Enough
        found = self.left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found, ""


def test_accepting_gives_each_connection_a_thread(tmp_path: Path) -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    with pytest.raises(Enough):
        accept(cast("socket.socket", Callers(*(far for _, far in pairs))), Runner(settings(tmp_path)))
    for near, _ in pairs:
        with near:
            near.settimeout(PATIENCE)
            near.sendall(wire.Request("run", command="echo hi").line())
            assert near.recv(100).startswith(b"o")


def test_a_connection_without_room_for_a_thread_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    near, far = socket.socketpair()
    monkeypatch.setattr(threading.Thread, "start", full)
    with near, pytest.raises(Enough):
        accept(cast("socket.socket", Callers(far)), Runner(settings(tmp_path)))
    assert far.fileno() == -1


def test_what_is_left_running_is_found_by_its_mark(tmp_path: Path) -> None:
    mark = f"MARK={tmp_path}"
    runner = Runner(settings(tmp_path, environment={"PATH": os.environ["PATH"], "MARK": str(tmp_path)}))
    ask(runner, wire.Request("run", command="setsid sleep 60 & sleep 60 & echo"), to_the_end=False)
    assert len(process_table.marked(mark)) >= 2
    runner.end_leftovers()
    assert process_table.marked(mark) == set()


def test_without_proc_groups_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = os.path.isdir
    monkeypatch.setattr(os.path, "isdir", lambda path: path != "/proc/self" and found(path))
    monkeypatch.delattr(os, "pidfd_open")
    runner = Runner(settings(tmp_path))
    assert ask(runner, wire.Request("run", command="exit 3")).exit_code == 3
    assert runner.groups == set()
    left = int(ask(runner, wire.Request("run", command="sleep 60 & echo $!"), to_the_end=False).output)
    assert len(runner.groups) == 1
    runner.end_leftovers()
    monkeypatch.undo()
    wait_until(lambda: not process_table.ProcessTable().started_by({left}), "what was left running ends")


def test_the_table_knows_sessions_and_descendants() -> None:
    table = process_table.ProcessTable()
    here = table.entries[os.getpid()]
    assert (here.parent, here.session, here.threads >= 1, here.resident > 0) == (os.getppid(), os.getsid(0), True, True)
    assert os.getpid() in table.started_by({os.getppid()})
    assert os.getsid(0) not in table.sessions()
    assert table.same({os.getpid(): here.started, os.getppid(): 0}) == {os.getpid()}
    assert table.own_memory(os.getpid()) > 0
    assert table.own_memory(2**22 + 1) == 0


def test_ending_a_session_that_is_over_is_no_error() -> None:
    process_table.end_session(2**22 + 1)
    process_table.kill({2**22 + 1})


class Heavy:
    """A process table with made-up numbers, and what was ended for them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, sessions: dict[int, tuple[int, int]]) -> None:
        self.ended: list[int] = []
        pages = os.sysconf("SC_PAGE_SIZE")
        fake = self.table = process_table.ProcessTable()
        stats = {
            session: f"{session} (x) S 1 {session} {session} {'0 ' * 13}{threads} 0 0 0 {resident // pages}"
            for session, (threads, resident) in sessions.items()
        }
        fake.entries = {pid: process_table.Entry(text.encode(), pages) for pid, text in stats.items()}
        monkeypatch.setattr(fake, "own_memory", lambda pid: fake.entries[pid].resident)
        monkeypatch.setattr(watch, "ProcessTable", lambda: fake)
        monkeypatch.setattr(watch, "pids", lambda: list(fake.entries))
        monkeypatch.setattr(watch, "end_session", self.ended.append)


def test_the_session_with_most_processes_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = Heavy(monkeypatch, {1000001: (5, 0), 1000002: (50, 0)})
    assert watch.hold((40, 1 << 30), {}, 0) == 1
    assert heavy.ended == [1000002]


def test_the_session_with_most_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = Heavy(monkeypatch, {1000001: (1, 3 << 20), 1000002: (1, 2 << 20)})
    assert watch.hold((40, 4 << 20), {}, 0) == 1
    assert heavy.ended == [1000001]


def test_within_the_limits_nothing_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = Heavy(monkeypatch, {1000001: (1, 3 << 20)})
    assert watch.hold((40, 4 << 20), {}, 7) == 0
    assert heavy.ended == []


def test_shared_memory_is_not_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = Heavy(monkeypatch, {1000001: (1, 3 << 20), 1000002: (1, 3 << 20)})
    monkeypatch.setattr(heavy.table, "own_memory", lambda pid: 1 << 20)
    assert watch.hold((40, 4 << 20), {}, 7) == 0
    assert heavy.ended == []


class Ended(Exception):
    """Stands for the end of the runner's process."""


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(code: int) -> None:
        raise Ended

    monkeypatch.setattr(os, "_exit", end)


@pytest.mark.usefixtures("ending")
def test_what_cannot_be_stopped_ends_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    Heavy(monkeypatch, {1000001: (50, 0)})
    with pytest.raises(Ended):
        watch.hold((40, 1 << 30), {}, watch.BREACHES)


@pytest.mark.usefixtures("ending")
def test_what_grows_too_fast_ends_the_place_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = Heavy(monkeypatch, {1000001: (1, 0)})
    monkeypatch.setattr(watch, "pids", lambda: range(41 + watch.OVERRUN))
    with pytest.raises(Ended):
        watch.hold((40, 1 << 30), {}, 0)
    assert heavy.ended == []


def test_a_command_is_told_why_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(settings(tmp_path))
    with asking(runner, wire.Request("run", command="sleep 60")) as near:
        wait_until(lambda: runner.commands, "the command is known")
        leader = next(iter(runner.commands))
        Heavy(monkeypatch, {leader: (50, 0)})
        monkeypatch.setattr(watch, "end_session", process_table.end_session)
        watch.hold((40, 1 << 30), runner.commands, 0)
        heard = b""
        while chunk := near.recv(1 << 20):
            heard += chunk
    answers = Answers(heard)
    assert b"the place used more than 40 processes and threads" in answers.output
    assert answers.exit_code == 128 + signal.SIGKILL
