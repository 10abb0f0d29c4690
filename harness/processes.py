"""The only door to subprocesses: by argv, in a group of their own, with a time limit and a bounded output.

Exceptions by name: shellpolicy runs shfmt, agent.session lets the SDK start its own CLI.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from harness.streams import PIPE, Tail, feed, read_head, read_out, read_until_end

OUTPUT_LIMIT = 1_000_000  # bytes kept of each stream, from its end
LINGER = 1.0  # seconds that what a grandchild still prints is waited for
Child = subprocess.Popen[bytes]
_FORKED_ONLY = 0x40  # PF_FORKNOEXEC among the flags of a process on Linux
_SECRET_MARKS = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")


@dataclass(frozen=True)
class Completed:
    """What a finished process left: exit code (-signal when killed), the ends of its streams, seconds."""

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        """Whether it ended by itself with exit code 0."""
        return self.exit_code == 0 and not self.timed_out


def clean_environment(
    extra: Mapping[str, str] | None = None, *, base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The environment for a child: ours without anything whose name looks like a secret, then `extra`."""
    source = os.environ if base is None else base
    kept = {k: v for k, v in source.items() if not any(mark in k.upper() for mark in _SECRET_MARKS)}
    kept.update(extra or {})
    return kept


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
    stdin: bytes | None = None,
    limit: int = OUTPUT_LIMIT,
    encoding: str = "utf-8",
) -> Completed:
    """Run `argv` to its end; past `timeout` seconds its whole group is killed and the partial output kept.

    What it prints is read in `encoding`; "latin-1" leaves each byte one character.

    Raises FileNotFoundError when the program does not exist.
    """
    started = time.monotonic()
    process = _start(
        argv,
        cwd,
        env,
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None  # PIPE above
    assert process.stderr is not None
    timed_out = False
    with process.stdout, process.stderr:
        out, err = Tail(process.stdout.fileno(), limit), Tail(process.stderr.fileno(), limit)
        try:
            if stdin is not None and process.stdin is not None:
                feed(process.stdin, stdin)
            timed_out = not read_until_end(process, (out, err), timeout)
        finally:
            kill_group(process.pid)
            exit_code = process.wait()
        read_out((out, err), LINGER)
    return Completed(exit_code, out.text(encoding), err.text(encoding), time.monotonic() - started, timed_out)


def pipe(
    first: Sequence[str | Path],
    second: Callable[[bytes], Sequence[str | Path]],
    *,
    head: int,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
    stdin: bytes = b"",
) -> tuple[Completed, Completed]:
    """Run two programs to their ends, of which the second reads what the first prints.

    The second is chosen by the first `head` bytes, which it does not get to read; fewer, if there were not as many. The
    groups of both are killed past `timeout` seconds. What `first` is told on `stdin` has to be short.
    """
    started = time.monotonic()
    with contextlib.ExitStack() as stack:

        def begin(argv: Sequence[str | Path], source: int) -> tuple[Child, int, Tail]:
            child = _start(argv, cwd, env, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            stack.callback(_end, child)
            assert child.stdout is not None  # PIPE above
            assert child.stderr is not None
            stack.callback(child.stdout.close)
            stack.callback(child.stderr.close)
            return child, child.stdout.fileno(), Tail(child.stderr.fileno(), OUTPUT_LIMIT)

        def finish(child: Child, *tails: Tail) -> bool:
            left = started + timeout - time.monotonic()
            timed_out = not read_until_end(child, tails, left)
            _end(child)
            read_out(tails, LINGER)
            return timed_out

        giver, given, complaints = begin(first, subprocess.PIPE)
        assert giver.stdin is not None
        feed(giver.stdin, stdin[:PIPE])
        taker, taken, objections = begin(second(read_head(given, head, timeout)), given)
        assert giver.stdout is not None
        giver.stdout.close()  # else the first would not hear that the second has ended
        said = Tail(taken, OUTPUT_LIMIT)
        late = finish(taker, said, objections, complaints)
        too_late = finish(giver, complaints)
    seconds = time.monotonic() - started
    return (
        Completed(giver.returncode, "", complaints.text(), seconds, too_late),
        Completed(taker.returncode, said.text(), objections.text(), seconds, late),
    )


def _end(child: Child) -> None:
    """Kill the group of `child` and reap it; once it is reaped, its number may be another's."""
    if child.returncode is None:
        kill_group(child.pid)
        child.wait()


async def _begun(creating: Coroutine[object, object, Process]) -> Process:
    """The process, once it runs. Cancelled before that, asyncio would end its leader and leave the group behind."""
    task = asyncio.ensure_future(creating)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        process = await task
        kill_group(process.pid)
        await process.wait()
        raise


async def run_async(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
    on_output: Callable[[bytes], None] | None = None,
    limit: int = OUTPUT_LIMIT,
) -> Completed:
    """Like `run`, without blocking the loop; stderr is merged into stdout, which `on_output` gets chunk by chunk.

    Cancelling the awaiting task kills the whole group.
    """
    started = time.monotonic()
    process = await _begun(
        asyncio.create_subprocess_exec(
            *[str(part) for part in argv],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    )
    kept = bytearray()

    async def pump() -> None:
        assert process.stdout is not None  # PIPE above
        while chunk := await process.stdout.read(65536):
            kept.extend(chunk)
            del kept[:-limit]
            if on_output is not None:
                on_output(chunk)

    timed_out = False
    pumping = asyncio.create_task(pump())
    try:
        async with asyncio.timeout(timeout):
            await process.wait()
    except TimeoutError:
        timed_out = True
    finally:
        kill_group(process.pid)
        exit_code = await asyncio.shield(process.wait())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await pumping
    return Completed(exit_code, kept.decode("utf-8", "replace"), "", time.monotonic() - started, timed_out)


def spawn(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    output: Path | int | None = None,
    stdin: int = subprocess.DEVNULL,
    pass_fds: Iterable[int] = (),
) -> Child:
    """Start `argv` as the leader of a new session; its output goes to the file `output` (a path or a descriptor).

    `stdin` is a descriptor to read from. Whoever starts it waits for it (`ended`): nothing here reaps it. A child that
    asked to die with its parent dies with the *thread* that called this.
    """
    with contextlib.ExitStack() as stack:
        target: IO[bytes] | int = subprocess.DEVNULL if output is None or isinstance(output, Path) else output
        if isinstance(output, Path):
            target = stack.enter_context(output.open("ab"))
        errors = subprocess.STDOUT if output is not None else subprocess.DEVNULL
        return _start(argv, cwd, env, stdin=stdin, stdout=target, stderr=errors, pass_fds=tuple(pass_fds))


def _start(
    argv: Sequence[str | Path],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    *,
    stdin: int,
    stdout: IO[bytes] | int,
    stderr: int,
    pass_fds: Sequence[int] = (),
) -> Child:
    """A child that leads a session of its own.

    Until it does, a moment after its birth, Ctrl+C at our terminal ends it as well: it has done nothing yet then, and
    is started again.
    """
    while True:
        child = subprocess.Popen(
            [str(part) for part in argv],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            pass_fds=pass_fds,
        )
        if not _was_interrupted(child.pid):
            return child
        with child:  # closes its pipes and reaps it
            pass


def _was_interrupted(pid: int) -> bool:
    """Whether our child `pid` was ended by Ctrl+C before it became the program; no, where that cannot be seen."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    flags = status.rpartition(b")")[2].split()[6]
    if not int(flags) & _FORKED_ONLY:
        return False
    end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return end is not None and end.si_status == signal.SIGINT


async def ended(child: Child, timeout: float) -> bool:
    """Wait for the end of a spawned child without blocking the loop, and reap it; False when it still runs then."""
    deadline = time.monotonic() + timeout
    try:
        handle = os.pidfd_open(child.pid)
    except (AttributeError, OSError):  # not Linux, reaped already, or no more file descriptors
        while child.poll() is None and time.monotonic() < deadline:  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)
        return child.poll() is not None
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_reader(handle, over.set)
    try:
        async with asyncio.timeout(timeout):
            await over.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    child.wait()
    return True


def start_time(pid: int) -> float | None:
    """When process `pid` started, in seconds since the epoch; None when there is none (or only its corpse)."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def is_alive(pid: int, started: float) -> bool:
    """Whether `pid` still is the process that started at `started`: a recycled pid is another process."""
    found = start_time(pid)
    return found is not None and abs(found - started) < 1.0


def kill_group(pid: int, sign: int = signal.SIGKILL) -> None:
    """Signal the whole group led by `pid`; nothing happens when it is gone.

    Raises ValueError for 0, 1 and below, which the system reads as our own group or as everybody.
    """
    if pid <= 1:
        raise ValueError(f"{pid} leads no process group of ours; give the pid of a process started here.")
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sign)


def stop_group(pid: int, started: float, *, ladder: Sequence[tuple[int, float]]) -> bool:
    """Send each signal of `ladder` to the group of `pid`, waiting its seconds; then SIGKILL. True when it is gone."""
    for sign, grace in (*ladder, (signal.SIGKILL, 2.0)):
        if not is_alive(pid, started):
            break
        kill_group(pid, sign)
        with contextlib.suppress(psutil.Error):
            psutil.Process(pid).wait(grace)
    if start_time(pid) is None or is_alive(pid, started):  # else its number, and so its group's, is another's now
        kill_group(pid)
    return not is_alive(pid, started)
