"""What comes out of a place is not trusted: the owner's end, and the client program, against a runner that lies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.errors import AppError, InvalidInput, NotFound, Unavailable
from harness import processes
from harness.sandboxes import client
from harness.sandboxes.inside import wire
from harness.sandboxes.link import NAME, Link
from harness.sandboxes.runner_process import base_python

PATIENCE = 10.0
RUN = wire.Request("run", command="true")
LIES = [
    b"",
    b"o",
    b"o\xff\xff\xff\xffx",
    b"?\0\0\0\0",
    wire.frame(wire.END, b""),
    wire.frame(wire.END, b"0"),
    wire.frame(wire.END, b"x {}"),
    wire.frame(wire.END, b"0 []"),
    wire.frame(wire.END, b'0 {"seconds": "x"}'),
    wire.frame(wire.REFUSAL, b"no json"),
    wire.frame(wire.REFUSAL, b'{"kind": "SystemExit", "detail": "x"}'),
    wire.frame(wire.REFUSAL, b"[]"),
]


@contextlib.contextmanager
def runner(folder: Path, answer: Callable[[socket.socket], object]) -> Iterator[Link]:
    """A link to somebody who answers the first request as told, and hangs up."""
    link = Link(folder)
    with link.listener() as listener:
        listener.settimeout(PATIENCE)

        def serve() -> None:
            with contextlib.suppress(OSError), listener.accept()[0] as connection:
                connection.recv(65536)
                answer(connection)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield link
        finally:
            link.close()
            listener.close()
            serving.join(PATIENCE)


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_an_error_of_the_place(tmp_path: Path, lie: bytes) -> None:
    with runner(tmp_path, lambda connection: connection.sendall(lie)) as link, pytest.raises(Unavailable):
        await link.run(RUN, lambda _: None)


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_about_a_file_is_one_too(tmp_path: Path, lie: bytes) -> None:
    with runner(tmp_path, lambda connection: connection.sendall(lie)) as link, pytest.raises(Unavailable):
        await link.fetch(wire.Request("read", path="x"), limit=10)


async def test_refusals_keep_their_kind(tmp_path: Path) -> None:
    refusal = wire.Refused("not_found", "there is none")
    answer = runner(tmp_path, lambda connection: connection.sendall(refusal.frame()))
    with answer as link, pytest.raises(NotFound, match="there is none"):
        await link.run(RUN, lambda _: None)


async def test_too_large_a_file_is_not_taken(tmp_path: Path) -> None:
    large = wire.frame(wire.OUTPUT, b"x" * 11) + wire.ending(0)
    answer = runner(tmp_path, lambda connection: connection.sendall(large))
    with answer as link, pytest.raises(InvalidInput, match="more than 10 bytes"):
        await link.fetch(wire.Request("read", path="x"), limit=10)


async def hand_over(folder: Path, make: Callable[[], list[int]]) -> type[AppError] | None:
    """What comes of a forward whose answer carries the descriptors of `make`."""

    def answer(connection: socket.socket) -> None:
        handles = make()
        socket.send_fds(connection, [wire.ending(0)], handles)
        for handle in handles:
            os.close(handle)

    with runner(folder, answer) as link:
        try:
            _, writer = await link.connect(wire.Request("forward", port=1))
        except AppError as error:
            return type(error)
        writer.close()
        return None


def connected() -> list[int]:
    near, far = socket.socketpair()
    far.detach()
    return [near.detach()]


def of_a_file() -> list[int]:
    return [os.open("/dev/null", os.O_RDONLY)]


def datagrams() -> list[int]:
    return [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).detach()]


@pytest.mark.parametrize(
    ("make", "kind"), [(connected, None), (of_a_file, Unavailable), (datagrams, Unavailable), (list, Unavailable)]
)
async def test_only_a_connected_socket_is_taken(
    tmp_path: Path, make: Callable[[], list[int]], kind: type[AppError] | None
) -> None:
    before = open_on_null()
    assert await hand_over(tmp_path, make) is kind
    assert open_on_null() == before


def open_on_null() -> list[Path]:
    return [path for path in Path("/proc/self/fd").iterdir() if path.resolve() == Path("/dev/null")]


async def test_a_forward_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.sandboxes.link.PATIENCE", 0.05)
    over = threading.Event()
    with runner(tmp_path, lambda _: over.wait(PATIENCE)) as link:
        with pytest.raises(Unavailable):
            await link.connect(wire.Request("forward", port=1))
        over.set()


async def test_text_is_put_together_across_frames(tmp_path: Path) -> None:
    data = b"".join(wire.frame(wire.OUTPUT, piece) for piece in (b"\xc3", b"\xa4", b"\xff", b"\xc3"))
    pieces: list[str] = []
    with runner(tmp_path, lambda connection: connection.sendall(data + wire.ending(0))) as link:
        assert (await link.run(RUN, pieces.append)).exit_code == 0
    assert pieces == ["ä", "\ufffd", "\ufffd"]


async def test_a_closed_link_refuses_and_cuts(tmp_path: Path) -> None:
    asked, over = threading.Event(), threading.Event()

    def answer(_: socket.socket) -> None:
        asked.set()
        over.wait(PATIENCE)

    with runner(tmp_path, answer) as link:
        running = asyncio.create_task(link.run(RUN, lambda _: None))
        await asyncio.to_thread(asked.wait, PATIENCE)
        link.close()
        link.close()
        with pytest.raises(Unavailable, match="closed"):
            await running
        with pytest.raises(Unavailable, match="closed"):
            await link.run(RUN, lambda _: None)
        over.set()


async def test_a_deep_folder_is_reached_too(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100) / ("y" * 100)
    deep.mkdir(parents=True)
    with runner(deep, lambda connection: connection.sendall(wire.ending(4))) as link:
        assert (await link.run(RUN, lambda _: None)).exit_code == 4


def test_a_folder_without_room_for_a_socket_is_told(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    link = Link(tmp_path)
    with pytest.raises(InvalidInput, match="No socket"):
        link.listener()
    link.close()


def run_client(folder: Path, request: str) -> processes.Completed:
    program = str(Path(client.__file__))
    return processes.run([str(base_python()), "-I", "-S", program, str(folder / NAME), request], timeout=PATIENCE)


@pytest.mark.parametrize(
    ("answer", "exit_code", "stdout", "stderr"),
    [
        (wire.frame(wire.OUTPUT, b"a\xff") + wire.frame(wire.OUTPUT, b"b") + wire.ending(7), 7, "a\ufffdb", ""),
        (wire.frame(wire.OUTPUT, b"x" * 900_000) + wire.ending(0), 0, "x" * 900_000, ""),
        (wire.Refused("unavailable", "no room").frame(), 125, "", "no room"),
        (wire.frame(wire.OUTPUT, b"begun"), 125, "begun", "closed while"),
        (b"", 125, "", "closed while"),
    ],
)
def test_the_client_passes_on(tmp_path: Path, answer: bytes, exit_code: int, stdout: str, stderr: str) -> None:
    with runner(tmp_path, lambda connection: connection.sendall(answer)):
        done = run_client(tmp_path, RUN.line().decode())
    assert (done.exit_code, done.stdout) == (exit_code, stdout)
    assert stderr in done.stderr


def test_the_client_follows_frames_cut_anywhere(capfd: pytest.CaptureFixture[str]) -> None:
    near, far = socket.socketpair()
    data = wire.frame(wire.OUTPUT, b"one ") + wire.frame(wire.OUTPUT, b"two\n") + wire.ending(9, cwd="/")

    def trickle() -> None:
        for at in range(len(data)):
            far.sendall(data[at : at + 1])

    with near, far:
        sending = threading.Thread(target=trickle)
        sending.start()
        assert client.follow(near) == 9
        sending.join(PATIENCE)
    assert capfd.readouterr().out == "one two\n"


def test_the_client_of_no_place_says_so(tmp_path: Path) -> None:
    done = run_client(tmp_path, RUN.line().decode())
    assert (done.exit_code, "closed" in done.stderr) == (125, True)


def test_the_client_takes_a_long_request_from_a_file_once(tmp_path: Path) -> None:
    spooled = tmp_path / "request"
    spooled.write_text(RUN.line().decode())
    heard: list[bytes] = []
    link = Link(tmp_path)
    with link.listener() as listener:
        listener.settimeout(PATIENCE)

        def serve() -> None:
            with listener.accept()[0] as connection:
                heard.append(connection.recv(65536))
                connection.sendall(wire.ending(0))

        serving = threading.Thread(target=serve)
        serving.start()
        assert run_client(tmp_path, f"@{spooled}").ok
        serving.join(PATIENCE)
    link.close()
    assert heard == [RUN.line()]
    assert not spooled.exists()
