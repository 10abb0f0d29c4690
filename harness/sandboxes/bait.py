"""What escape attempts are aimed at: things on the host's side that only an escape can reach, and that tell of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness import processes
from harness.sandboxes.runner_process import base_python

MOST_FILES = 20  # of a home that are tried
MOMENT = 1.0  # seconds
NAME = ".autocoder-bait-"
SYSTEM = (Path("/etc"), Path("/usr/local"), Path("/opt"))


@dataclass
class Bait:
    """Where the bait is, and what it has seen of escapes.

    `marker` is printed by a command that got where it should not; `secret` stands in the canaries and in the
    environment of the `witness`, and nowhere a place may look. The `victim` is another process, for it may die.
    """

    marker: str
    secret: str
    home: Path
    private_files: tuple[Path, ...]
    canaries: tuple[Path, ...]
    droppings: tuple[Path, ...]
    system_droppings: tuple[Path, ...]
    port: int
    unix_path: Path
    unix_abstract: str
    witness: processes.Child
    victim: processes.Child
    callers: list[str] = field(default_factory=list)

    def victim_died(self) -> bool:
        """Whether the process that a command says it has killed is dead; it has a moment for dying."""
        deadline = time.monotonic() + MOMENT
        while self.victim.poll() is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True


@contextlib.asynccontextmanager
async def laid_out(home: Path, hidden: tuple[Path, ...]) -> AsyncIterator[Bait]:
    """Bait in the folders `hidden`, on this machine's loopback, sockets and processes; gone again afterwards."""
    secret = secrets.token_hex(16)
    callers: list[str] = []
    async with contextlib.AsyncExitStack() as stack:
        canaries = [stack.enter_context(_canary(folder, secret)) for folder in hidden if os.access(folder, os.W_OK)]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autocoder-bait-")))
        abstract = f"autocoder-bait-{secrets.token_hex(8)}"
        await _listen(stack, _bound(f"\0{abstract}"), "abstract socket", callers)
        await _listen(stack, _bound(str(folder / "socket")), "unix socket", callers)
        loopback = socket.create_server(("127.0.0.1", 0))
        await _listen(stack, loopback, "loopback", callers)
        witness, victim = stack.enter_context(_sleeper(secret)), stack.enter_context(_sleeper(""))
        yield Bait(
            marker=f"escaped-{secrets.token_hex(8)}",
            secret=secret,
            home=home,
            private_files=tuple(_private_files(home)),
            canaries=tuple(canaries),
            droppings=_not_yet_there((home, *hidden)),
            system_droppings=_not_yet_there(SYSTEM),
            port=loopback.getsockname()[1],
            unix_path=folder / "socket",
            unix_abstract=abstract,
            witness=witness,
            victim=victim,
            callers=callers,
        )


def _not_yet_there(folders: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(folder / f"{NAME}{secrets.token_hex(8)}" for folder in folders)


@contextlib.contextmanager
def _canary(folder: Path, secret: str) -> Iterator[Path]:
    path = folder / f"{NAME}{secrets.token_hex(8)}"
    path.write_text(secret, encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _sleeper(secret: str) -> Iterator[processes.Child]:
    sleeping = "import time; time.sleep(120)"
    child = processes.spawn([base_python(), "-I", "-S", "-c", sleeping], env={"BAIT": secret})
    try:
        yield child
    finally:
        processes.kill_group(child.pid)
        child.wait()


def _bound(address: str) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    return server


async def _listen(stack: contextlib.AsyncExitStack, bound: socket.socket, name: str, callers: list[str]) -> None:
    def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(name)
        writer.close()

    if bound.family == socket.AF_UNIX:
        server = await asyncio.start_unix_server(accept, sock=bound)
    else:
        server = await asyncio.start_server(accept, sock=bound)
    stack.callback(server.close)


def _private_files(home: Path) -> Iterator[Path]:
    """Files of a home that its owner can read: those in .ssh first."""
    found: list[Path] = []
    for folder in (home / ".ssh", home / ".aws", home / ".config" / "gh", home / ".claude", home):
        with contextlib.suppress(OSError):
            found += [path for path in sorted(folder.iterdir()) if path.is_file() and os.access(path, os.R_OK)]
    yield from found[:MOST_FILES]
