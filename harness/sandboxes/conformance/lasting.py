"""Conformance: what lasts from one command to the next, and what does not outlast the place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal

from api.errors import InvalidInput, NotFound, Unavailable
from harness import processes
from harness.sandboxes.base import Place
from harness.sandboxes.conformance.stage import (
    PATIENCE,
    Check,
    Stage,
    beating,
    beats,
    eventually,
    expect,
    meanwhile,
    still,
    there,
)
from harness.sandboxes.loopback import free_port


async def a_background_job_stays(stage: Stage) -> None:
    port = free_port()
    asking = f"exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3"
    async with stage.place() as place:
        begun = await place.run(f"{_server(port)} & echo begun", timeout=PATIENCE)
        expect(begun.ok and begun.seconds < PATIENCE / 2, "a command with a background job ends by itself")

        async def answers() -> bool:
            return "200" in (await place.run(asking)).output

        await eventually("a server left running answers the next command", answers)
        for _ in range(3):
            expect(await answers(), "a server left running may print as much as it likes")


async def a_port_is_forwarded(stage: Stage) -> None:
    port = free_port()
    async with stage.place() as place:
        await place.run(f"{_server(port)} &")

        async def status() -> bytes:
            with contextlib.suppress(NotFound):
                reader, writer = await place.forward(port)
                writer.write(b"GET / HTTP/1.0\r\n\r\n")
                with contextlib.closing(writer):
                    return await reader.readline()
            return b""

        async def answers() -> bool:
            return b"200" in await status()

        await eventually("a port inside is reached", answers)
        with contextlib.suppress(NotFound):
            await place.forward(free_port())
            expect(False, "a port nobody listens on is refused")


async def a_client_command_is_the_command(stage: Stage) -> None:
    async with stage.place() as place:
        result = await _client(place, "echo out; echo err >&2; exit 5")
        expect((result.exit_code, result.stdout) == (5, "out\nerr\n"), f"a client says what the command says: {result}")
        await _client(place, "mkdir -p 'deep er'; cd 'deep er'; exit 1")
        expect((await _client(place, 'basename "$PWD"')).stdout == "deep er\n", "clients share a directory")
        await _client(place, 'rm -r "$PWD"')
        expect((await _client(place, "pwd")).stdout == f"{place.workspace}\n", "without it they are in the workspace")
        odd = "printf '%s' 'a\"b$c`d\\e!é\n' \"it's\""
        expect((await _client(place, odd)).stdout == "a\"b$c`d\\e!é\nit's", "any text gets through the host's shell")
        long = await _client(place, f"x={'y' * 300_000}; echo ${{#x}}")
        expect(long.stdout == "300000\n", f"a long command gets through: {long.stderr}")


async def a_killed_client_ends_its_command(stage: Stage) -> None:
    async with stage.place() as place:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            name = f"beat{sign.value}"
            client = processes.spawn(["bash", "-c", f"exec {place.client_command(beating(name))}"])
            await eventually("the command begins", there, place.workspace / name)
            os.kill(client.pid, sign)
            expect(await processes.ended(client, PATIENCE), "a client ends at once")
            await eventually(f"a client ended by signal {sign} ends its command", still, place, name)


async def closing_leaves_nothing(stage: Stage) -> None:
    spec = stage.spec()
    place = await stage.provider.open(spec)
    async with meanwhile(place.run("sleep 300")) as running:
        try:
            await place.run(f"({beating()}) & setsid bash -c {shlex.quote(beating('far'))} &")
            await eventually("background jobs begin", there, spec.workspace / "far")
            line = place.client_command("echo never")
        finally:
            await place.close()
        await place.close()
        ends = await asyncio.gather(running, return_exceptions=True)
    expect(isinstance(ends[0], Unavailable), "a running command ends with its place")
    expect(not await there(spec.run_dir), "the private folder is gone")
    with contextlib.suppress(Unavailable):
        await place.run("true")
        expect(False, "a closed place takes no commands")
    late = await processes.run_async(["bash", "-c", line], timeout=PATIENCE)
    expect(late.exit_code == 125 and "closed" in late.stdout, f"a client of a closed place says so: {late}")
    async with stage.place() as other:
        expect(not await beats(other) and not await beats(other, "far"), "no process is left")


async def opening_badly_leaves_nothing(stage: Stage) -> None:
    spec = stage.spec()
    spec.workspace.rmdir()
    with contextlib.suppress(InvalidInput):
        await stage.provider.open(spec)
        expect(False, "a place without a workspace is refused")
    expect(not spec.run_dir.exists(), "a refused place leaves nothing")


def _server(port: int) -> str:
    """A server that logs every request to the output it began with."""
    return f"python3 -m http.server {port} --bind 127.0.0.1"


async def _client(place: Place, command: str) -> processes.Completed:
    return await processes.run_async(["bash", "-c", place.client_command(command)], timeout=PATIENCE)


CHECKS: tuple[Check, ...] = (
    a_background_job_stays,
    a_port_is_forwarded,
    a_client_command_is_the_command,
    a_killed_client_ends_its_command,
    closing_leaves_nothing,
    opening_badly_leaves_nothing,
)
