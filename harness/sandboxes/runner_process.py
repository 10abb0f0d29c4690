"""The runner of a place on this machine, from start to end: nothing it is made of outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import resource
import shutil
import signal
import socket
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.errors import InvalidInput, Unavailable
from harness import processes
from harness.sandboxes import leftovers, pid_limit
from harness.sandboxes.archive import runner_archive
from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.inside import process_table, wire
from harness.sandboxes.link import Link, parse_ending, readable, receive_sockets

OPENING = 15.0  # seconds a place has to open
ENDING = 5.0  # seconds that what runs in a place has to be gone
_NUMBERS = 1024  # below it are the numbers of descriptors that every system allows; the highest are hardly ever taken
MARK = "AUTOCODER_PLACE"  # in the environment of every command


@dataclass(frozen=True)
class Handles:
    """What the command line that starts a runner must name: its file, and descriptors that are passed on."""

    archive: Path
    listener: int
    info: int
    seccomp: int


@dataclass(frozen=True)
class Walls:
    """What the places of one provider have that those of another have not."""

    command: Callable[[Handles], Sequence[str]]
    """The command line that starts the runner."""
    environment: Mapping[str, str]
    """Of the commands, before the caller's own."""
    scratch: str
    """A folder inside that commands may write to."""
    contained: bool = False
    """Whether the runner lives in a process namespace of its own; the command line then reports its init on `info`."""
    proxy_port: int = 0
    """Where the egress proxy is found from inside; 0 for none."""
    seccomp: bytes = b""
    """A filter of system calls for the command line to put on, in the form the kernel takes."""
    banner: str = ""


def base_python() -> Path:
    """The Python under any virtual environment: it starts without one, and is all a runner needs."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


class RunnerProcess:
    """Started by `start`, which leaves nothing when it fails; ended by `end`."""

    def __init__(self, spec: PlaceSpec, walls: Walls) -> None:
        self.proxies: list[socket.socket] = []
        self.link: Link | None = None
        self._spec = spec
        self._walls = walls
        self._mark = f"{MARK}={uuid.uuid4().hex}"
        self._child: processes.Child | None = None
        self._init_number = 0
        self._init: int | None = None  # a pidfd of the namespace's init: unlike a number, never somebody else's
        self._control: socket.socket | None = None

    async def start(self) -> Link:
        """Start the runner and wait until it answers. Unavailable says why it did not."""
        make_run_dir(self._spec)
        leftovers.record(self._spec.run_dir, child=0, mark=self._mark)
        self.link = Link(self._spec.run_dir)
        try:
            async with asyncio.timeout(OPENING):
                await self._start(self.link)
        except TimeoutError:
            await self.end()
            raise Unavailable("The place did not open in time; this machine is overloaded: try again later.") from None
        except BaseException:
            await self.end()
            raise
        return self.link

    async def end(self) -> None:
        """Kill everything in the place and remove its run_dir."""
        if self.link is not None:
            self.link.close()
        patience = ENDING if self._init is not None or not self._walls.contained else 0.0
        self._kill_init()
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()  # a runner without walls ends what it started, then itself
        for proxy in self.proxies:
            proxy.close()
        if self._child is not None and not await processes.ended(self._child, patience):
            processes.kill_group(self._child.pid)
            await processes.ended(self._child, ENDING)
        if not self._walls.contained:
            process_table.end_marked(self._mark)  # should a command have killed the runner
        await asyncio.to_thread(shutil.rmtree, self._spec.run_dir, ignore_errors=True)

    async def _start(self, link: Link) -> None:
        with contextlib.ExitStack() as stack:
            info, complaints = self._spawn(link, stack)
            control = self._control
            assert control is not None  # _spawn made it
            leftovers.record(self._spec.run_dir, child=0 if self._child is None else self._child.pid, mark=self._mark)
            if self._walls.contained:
                await readable(info)
                self._know_init(os.read(info, 4096))
                await asyncio.to_thread(pid_limit.hold, self._init_number, self._spec.limits.processes)
            data = b""
            with contextlib.suppress(OSError):
                await asyncio.get_running_loop().sock_sendall(control, self._settings().line())
                data, self.proxies = await receive_sockets(control, 1)
            if not data:
                said = os.read(complaints, 4096).decode("utf-8", "replace").strip()
                raise Unavailable(f"The place did not open: {said or 'what starts it ended without a word'}.")
            parse_ending(data[wire.HEAD :])
            _prefer_runner(self._init_number)
        if len(self.proxies) != bool(self._walls.proxy_port):
            raise Unavailable("The place did not open: its runner made no socket for the egress proxy.")
        asyncio.get_running_loop().add_reader(control, self._ended)

    def _spawn(self, link: Link, stack: contextlib.ExitStack) -> tuple[int, int]:
        """Start the command line; where it reports its init, and where it complains, both closed by `stack`."""
        archive = self._spec.run_dir / "runner.pyz"
        archive.write_bytes(runner_archive())
        with contextlib.ExitStack() as given:
            listener = given.enter_context(link.listener())
            self._control, far_control = socket.socketpair()
            given.enter_context(far_control)
            self._control.setblocking(False)
            readers, writers = zip(*(os.pipe() for _ in range(3)), strict=True)
            for handle in readers[:2]:
                stack.callback(os.close, handle)
            for handle in (readers[2], *writers[:2]):
                given.callback(os.close, handle)
            os.write(writers[2], self._walls.seccomp)
            os.close(writers[2])
            passed = (listener.fileno(), writers[0], readers[2])
            numbers = [given.enter_context(_numbered(handle, place)) for place, handle in enumerate(passed)]
            handles = Handles(archive, *numbers)
            self._child = processes.spawn(
                self._walls.command(handles),
                env={},
                stdin=far_control.fileno(),
                output=writers[1],
                pass_fds=(handles.listener, handles.info, handles.seccomp),
            )
        return readers[0], readers[1]

    def _ended(self) -> None:
        """The runner never speaks again once it has answered: what comes is the end of the place."""
        if self.link is not None and self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control)
            self.link.close()

    def _know_init(self, info: bytes) -> None:
        if (found := re.search(rb'"child-pid": (\d+)', info)) and int(found[1]) > 1:
            with contextlib.suppress(ProcessLookupError):
                self._init = os.pidfd_open(int(found[1]))
            self._init_number = int(found[1])

    def _kill_init(self) -> None:
        if self._init is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
            os.close(self._init)
            self._init = None

    def _settings(self) -> wire.Settings:
        limits = self._spec.limits
        name, _, value = self._mark.partition("=")
        return wire.Settings(
            workspace=str(self._spec.workspace),
            scratch=self._walls.scratch,
            environment={**self._walls.environment, **self._spec.environment, name: value},
            mark=self._mark,
            contained=self._walls.contained,
            proxy_port=self._walls.proxy_port,
            memory_bytes=limits.memory_bytes,
            processes=limits.processes,
            file_bytes=limits.file_bytes,
            open_files=limits.open_files,
            output_bytes=limits.output_bytes,
        )


@contextlib.contextmanager
def _numbered(handle: int, place: int) -> Iterator[int]:
    """`handle` under a number that is the same for every place, where that is free.

    Numbers are in the command line, which can be read inside: they would tell which of two places was opened first.
    """
    number = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], _NUMBERS) - 1 - place
    try:
        os.fstat(number)
    except OSError:
        os.dup2(handle, number, inheritable=False)
        try:
            yield number
        finally:
            os.close(number)
    else:
        yield handle


def _prefer_runner(init: int) -> None:
    """Let the runner come before the commands it has to stop, where only it holds how many processes they start.

    That is where the owner is root, whom the kernel's own limit leaves out; and only root may prefer anything.
    """
    with contextlib.suppress(OSError):
        for pid in Path(f"/proc/{init}/task/{init}/children").read_text(encoding="ascii").split():
            os.setpriority(os.PRIO_PROCESS, int(pid), -15)


def refuse_folder(spec: PlaceSpec, provider: str) -> None:
    """InvalidInput when another folder is to be shown as the workspace: for providers without paths of their own."""
    if spec.folder is not None:
        raise InvalidInput(f"Places of {provider} show every folder where it is; leave `folder` out.", field="folder")


def make_run_dir(spec: PlaceSpec) -> None:
    """Make the place's private folder, or say what is wrong with the one asked for."""
    for path, field in ((spec.workspace, "workspace"), (spec.source, "folder"), (spec.run_dir, "run_dir")):
        if not path.is_absolute():
            raise InvalidInput(f"{path} is relative; give the {field} of a place as an absolute path.", field=field)
    if not spec.source.is_dir():
        raise InvalidInput(f"The workspace {spec.source} is no folder; make it first.", field="workspace")
    if spec.run_dir.resolve().is_relative_to(spec.source.resolve()):
        raise InvalidInput(f"{spec.run_dir} lies inside the workspace; keep it outside.", field="run_dir")
    leftovers.sweep_one(spec.run_dir)  # of a run that was killed and now goes on
    try:
        spec.run_dir.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise InvalidInput(f"{spec.run_dir} exists; give each place a folder of its own.", field="run_dir") from error
    except OSError as error:
        raise InvalidInput(f"{spec.run_dir} cannot be made: {error.strerror}.", field="run_dir") from error
