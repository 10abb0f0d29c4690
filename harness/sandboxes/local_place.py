"""A place on this machine, whatever walls it has: the protocol on top of its runner."""

from __future__ import annotations

import asyncio
import shlex
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness.sandboxes import client
from harness.sandboxes.base import OUTPUT_KEPT, CommandResult, PlaceSpec, Refusal
from harness.sandboxes.egress import EgressProxy
from harness.sandboxes.inside import wire
from harness.sandboxes.link import NAME, Link
from harness.sandboxes.runner_process import RunnerProcess, Walls, base_python

FILE_LIMIT = 64 * 1024 * 1024  # bytes read_file takes out of a place
ARGUMENT = 60_000  # characters of a request in a command line; a longer one goes through a file


class LocalPlace:
    """See base.Place; made by `open_place`."""

    def __init__(
        self, spec: PlaceSpec, walls: Walls, runner: RunnerProcess, link: Link, egress: EgressProxy | None
    ) -> None:
        self.workspace = spec.workspace
        self.banner = walls.banner
        self._run_dir = spec.run_dir
        self._runner = runner
        self._link = link
        self._egress = egress
        self._closing: asyncio.Task[None] | None = None

    async def run(
        self,
        command: str,
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        on_output: Callable[[str], None] | None = None,
    ) -> CommandResult:
        """See base.Place."""
        kept = _Tail(on_output)
        where = "" if cwd is None else str(cwd)
        request = wire.Request("run", command=command, cwd=where, environment=dict(env or {}), timeout=timeout)
        answer = await self._link.run(request, kept.take)
        return CommandResult(
            exit_code=answer.exit_code,
            output=kept.text(),
            cwd=Path(answer.cwd),
            seconds=answer.seconds,
            timed_out=answer.timed_out,
            truncated=answer.truncated or kept.cut,
        )

    async def read_file(self, path: Path | str) -> bytes:
        """See base.Place; at most `FILE_LIMIT` bytes."""
        return await self._link.fetch(wire.Request("read", path=str(path)), limit=FILE_LIMIT)

    async def write_file(self, path: Path | str, data: bytes) -> None:
        """See base.Place."""
        await self._link.fetch(wire.Request("write", path=str(path), size=len(data)), data)

    async def forward(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """See base.Place."""
        return await self._link.connect(wire.Request("forward", port=port))

    def client_command(self, command: str) -> str:
        """See base.Place."""
        request = wire.Request("run", command=command, shared_cwd=True).line().decode().removesuffix("\n")
        if len(request) > ARGUMENT:
            spooled = self._run_dir / f"command-{uuid.uuid4().hex}"
            spooled.write_text(request, encoding="utf-8")
            request = f"@{spooled}"
        program = Path(client.__file__)
        return shlex.join([str(base_python()), "-I", "-S", str(program), str(self._run_dir / NAME), request])

    async def refused(self) -> Sequence[Refusal]:
        """See base.Place."""
        return () if self._egress is None else self._egress.refused()

    async def close(self) -> None:
        """See base.Place. Cancelling the one who waits does not stop it."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        if self._egress is not None:
            await self._egress.close()
        await self._runner.end()


async def open_place(spec: PlaceSpec, walls: Walls) -> LocalPlace:
    """Open a place behind `walls`; when that fails nothing is left and the error says why."""
    runner = RunnerProcess(spec, walls)
    link = await runner.start()
    try:
        egress = EgressProxy(runner.proxies[0], spec.egress) if runner.proxies else None
        if egress is not None:
            await egress.start()
    except BaseException:
        await runner.end()
        raise
    return LocalPlace(spec, walls, runner, link, egress)


class _Tail:
    """The end of an output that comes in pieces."""

    def __init__(self, on_output: Callable[[str], None] | None) -> None:
        self.cut = False
        self._on_output = on_output
        self._pieces: deque[str] = deque()
        self._size = 0

    def take(self, piece: str) -> None:
        """Keep `piece`, and let go of what is too old."""
        self._pieces.append(piece)
        self._size += len(piece)
        while self._size - len(self._pieces[0]) >= OUTPUT_KEPT:
            self._size -= len(self._pieces.popleft())
            self.cut = True
        if self._on_output is not None:
            self._on_output(piece)

    def text(self) -> str:
        """What was kept: at most OUTPUT_KEPT characters."""
        kept = "".join(self._pieces)
        self.cut = self.cut or len(kept) > OUTPUT_KEPT
        return kept[-OUTPUT_KEPT:]
