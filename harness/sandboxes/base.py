"""A sandbox is a place, not a command: what every provider of places promises.

A place is opened once, takes any number of commands (several at a time), and leaves nothing when it is closed:
no process, no socket, no file outside the workspace. `conformance.py` holds the checks every provider passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

MIB = 1024 * 1024
OUTPUT_KEPT = 1_000_000  # bytes of a command's output kept in its result, from the end
TIMED_OUT = 124  # exit code of a command that was stopped at its time limit, as timeout(1) has it

Obstacle = Literal["missing", "forbidden", "unsupported", "outdated", "broken"]


@dataclass(frozen=True)
class Limits:
    """What the commands of one place may use. Every number is a ceiling, none a reservation."""

    memory_bytes: int = 4096 * MIB
    """Anonymous memory: of one process (RLIMIT_DATA), and of all processes together where the place can count them."""
    processes: int = 2048
    """Processes and threads at once, in the whole place where it can count them, else of the user."""
    file_bytes: int = 4096 * MIB
    """Size of one file (RLIMIT_FSIZE)."""
    open_files: int = 8192
    """Open files of one process (RLIMIT_NOFILE)."""
    scratch_bytes: int = 2048 * MIB
    """Size of the private /tmp (which holds the home), kept in memory."""
    output_bytes: int = 16 * MIB
    """What one command may print live; of the rest only the end is shown."""


@dataclass(frozen=True)
class PlaceSpec:
    """What a place is opened with. Paths are absolute; unless `folder` is given, the workspace has the same path
    inside and outside."""

    workspace: Path
    """The one folder that is read-write."""
    run_dir: Path
    """Private to the place (sockets, state), outside the workspace; made by open, removed by close."""
    read_only: tuple[Path, ...] = ()
    """Further folders or files to show read-only at their own path, e.g. the objects of the project's git."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables for every command, on top of the place's own PATH, HOME, LANG, TERM, ..."""
    egress: tuple[str, ...] = ()
    """Hosts that may be reached: `name`, `*.name`, `name:port`, an address or a network; none means no network."""
    limits: Limits = Limits()
    folder: Path | None = None
    """What is shown at the path of the workspace, in place of what is there; only where the provider is `detached`."""

    @property
    def source(self) -> Path:
        """The folder outside that the workspace is."""
        return self.folder or self.workspace


@dataclass(frozen=True)
class CommandResult:
    """What a finished command left.

    `exit_code` is as a shell reports it: 128 + n when killed by signal n, `TIMED_OUT` when `timed_out`.
    `output` is stdout and stderr in their order: the last `OUTPUT_KEPT` bytes, `truncated` when more was printed.
    `cwd` is the working directory the command ended in.
    """

    exit_code: int
    output: str
    cwd: Path
    seconds: float
    timed_out: bool = False
    truncated: bool = False

    @property
    def ok(self) -> bool:
        """Whether the command ended by itself with exit code 0."""
        return self.exit_code == 0


@dataclass(frozen=True)
class Refusal:
    """A host that commands tried to reach and were not let through to."""

    host: str
    port: int
    reason: str
    times: int


@dataclass(frozen=True)
class Availability:
    """Whether a provider can open places here; if not, one sentence each for why and for what to do about it."""

    ok: bool
    reason: str = ""
    remedy: str = ""
    obstacle: Obstacle | None = None


class Place(Protocol):
    """Somewhere commands run. Raises Unavailable once the place is closed or has died."""

    @property
    def workspace(self) -> Path:
        """The folder that is read-write, at this path inside and outside."""
        ...

    @property
    def banner(self) -> str:
        """What a person must be told about this place ("" when there is a verified wall around it)."""
        ...

    async def run(
        self,
        command: str,
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        on_output: Callable[[str], None] | None = None,
    ) -> CommandResult:
        """Run bash text in `cwd` (default: the workspace), `on_output` getting its output as it comes.

        After `timeout` seconds, or when the awaiting task is cancelled, everything the command started is killed.
        What it left running with `&` when it ended stays until the place is closed.
        """
        ...

    async def read_file(self, path: Path | str) -> bytes:
        """The bytes of a regular file as seen from inside; a relative path starts at the workspace.

        Raises NotFound, NotAllowed, or InvalidInput when it is no regular file or its path is too long.
        """
        ...

    async def write_file(self, path: Path | str, data: bytes) -> None:
        """Replace a file as seen from inside, in one step, making its folders."""
        ...

    async def forward(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to TCP port `port` on the place's own loopback; NotFound when nothing listens there."""
        ...

    def client_command(self, command: str) -> str:
        """A command line for a shell on the host that runs `command` inside: output live on stdout, same exit code.

        Such commands share a working directory: each starts where the one before it ended. Killing the client kills
        what it runs.
        """
        ...

    async def refused(self) -> Sequence[Refusal]:
        """The hosts that commands of this place were not let through to, in the order they were first tried."""
        ...

    async def close(self) -> None:
        """End everything in the place and leave nothing. Closing twice is no error."""
        ...


class Provider(Protocol):
    """A way to open places on this machine (or, for cloud providers, elsewhere)."""

    @property
    def name(self) -> str:
        """The name a person chooses it by."""
        ...

    @property
    def isolated(self) -> bool:
        """Whether there is a wall: what the isolation checks of the conformance suite apply to."""
        ...

    @property
    def detached(self) -> bool:
        """Whether places have ports and paths of their own: the same ones in two places are not the same thing."""
        ...

    def availability(self) -> Availability:
        """Whether places can be opened here, found out by trying."""
        ...

    async def open(self, spec: PlaceSpec) -> Place:
        """Open a place, or raise Unavailable with the remedy: never a weaker place than asked for."""
        ...
