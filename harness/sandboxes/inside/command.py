"""One running command, and the connection that follows it."""

# ruff: noqa: PTH108, PTH118, PTH123 - pathlib would add 8 ms to the opening of every place

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import threading
import time

from harness.sandboxes.inside import wire

TAIL = 65_536  # bytes shown from the end of an output that was too long
LATE = 1_048_576  # bytes still taken from a pipe when the command has ended
ARGUMENT = 100_000  # longest command given to bash as an argument; the system's own limit is 131,072


class Command:
    """Its output goes to the connection that asked for it, as fast as that one takes it and no faster."""

    def __init__(
        self, process: subprocess.Popen[bytes], output: int, report: int, connection: socket.socket, limit: int
    ) -> None:
        self.process = process
        self.stopped_because = ""
        self.dropped = 0
        self._output = output
        self._report = report
        self._connection = connection
        self._left = limit
        self._tail = b""
        self._pending = b""
        self._open = True
        connection.setblocking(False)
        os.set_blocking(output, False)

    def follow(self, timeout: float | None) -> str:
        """Pass output on until the command ends: "ended", "timeout", or "gone" when nobody listens any more."""
        deadline = None if timeout is None else time.monotonic() + timeout
        notice = exit_notice(self.process)
        poller = select.poll()
        poller.register(notice, select.POLLIN)
        try:
            while True:
                self._watch(poller)
                patience = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
                events = dict(poller.poll(patience))
                if self._connection.fileno() in events and not self._pass_on():
                    return "gone"
                if notice in events:
                    return "ended"
                if deadline is not None and time.monotonic() >= deadline:
                    return "timeout"
                if self._output in events:
                    self._take(self._read())
        except ConnectionError:
            return "gone"
        finally:
            os.close(notice)

    def final_directory(self) -> str:
        """Where the ended shell was at last; "" when it could not say (killed, or replaced by exec)."""
        os.set_blocking(self._report, False)  # what was left running may hold the other end
        try:
            return os.fsdecode(os.read(self._report, 65_536)).removesuffix("\n")
        except BlockingIOError:
            return ""
        finally:
            os.close(self._report)

    def finish(self, last: bytes) -> None:
        """Send what the ended command had still written, the end of what was dropped, and the frame `last`."""
        self._connection.setblocking(True)
        taken = 0
        while self._open and taken < LATE and (data := self._read()):
            taken += len(data)
            self._take(data)
        if gap := self.dropped - len(self._tail):
            self._pending += wire.frame(wire.OUTPUT, f"\n[autocoder: {gap} bytes of output left out]\n".encode())
        if self.stopped_because:
            self._tail += f"\n[autocoder: stopped, {self.stopped_because}]\n".encode()
        if self._tail:
            self._pending += wire.frame(wire.OUTPUT, self._tail)
        self._connection.sendall(self._pending + last)

    def forget(self) -> None:
        """Take what processes left running still write, so that no full or closed pipe stops them."""
        os.set_blocking(self._output, True)
        while self._open:
            self._read()
        os.close(self._output)

    def _watch(self, poller: select.poll) -> None:
        poller.register(self._connection, select.POLLIN | (select.POLLOUT if self._pending else 0))
        if self._open and not self._pending:
            poller.register(self._output, select.POLLIN)
        else:
            with contextlib.suppress(KeyError):
                poller.unregister(self._output)

    def _pass_on(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            if not self._connection.recv(1):
                return False
        with contextlib.suppress(BlockingIOError):
            self._pending = self._pending[self._connection.send(self._pending) :]
        return True

    def _read(self) -> bytes:
        try:
            data = os.read(self._output, wire.CHUNK)
        except BlockingIOError:
            return b""
        self._open = bool(data)
        return data

    def _take(self, data: bytes) -> None:
        shown, rest = data[: self._left], data[self._left :]
        self._left -= len(shown)
        self.dropped += len(rest)
        self._tail = (self._tail + rest)[-TAIL:]
        if shown:
            self._pending += wire.frame(wire.OUTPUT, shown)


def start(
    text: str, *, cwd: str, environment: dict[str, str], settings: wire.Settings, connection: socket.socket
) -> Command:
    """Start bash on `text` in a session of its own, within the limits; Refused when the system will not."""
    try:
        argument, spooled = _spool(text, settings.scratch)
    except (OSError, ValueError) as error:
        raise wire.Refused("invalid_input", f"The command cannot be handed to bash: {error}.") from error
    output, output_end = os.pipe()
    report, report_end = os.pipe()
    script = (
        f"{{ {_ulimits(settings)}; }} 2>/dev/null; "
        f"trap 'builtin pwd -P 2>/dev/null >&{report_end}' EXIT; eval \"set --; $1\""
    )
    try:
        process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-c", script, "bash", argument],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output_end,
            stderr=output_end,
            start_new_session=True,
            pass_fds=[report_end, *spooled],
        )
    except (OSError, ValueError) as error:
        os.close(output)
        os.close(report)
        kind = "unavailable" if isinstance(error, OSError) else "invalid_input"
        raise wire.Refused(kind, f"The place cannot start this command: {error}.") from error
    finally:
        for end in (output_end, report_end, *spooled):
            os.close(end)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, 5)  # the runner, and the owner's machine, come first
    return Command(process, output, report, connection, settings.output_bytes)


def exit_notice(process: subprocess.Popen[bytes]) -> int:
    """A file descriptor that becomes readable when `process` has ended."""
    if hasattr(os, "pidfd_open"):
        return os.pidfd_open(process.pid)
    reading, writing = os.pipe()

    def wait() -> None:
        process.wait()
        os.close(writing)

    threading.Thread(target=wait, daemon=True).start()
    return reading


def _ulimits(settings: wire.Settings) -> str:
    most = (
        settings.processes + settings.processes // 4 + 64
    )  # watch.py stops what gets near; this is what holds till then
    return (
        f"ulimit -c 0; ulimit -f {settings.file_bytes // 1024}; ulimit -n {settings.open_files}; "
        f"ulimit -d {settings.memory_bytes // 1024}; ulimit -u {most}"
    )


def _spool(text: str, scratch: str) -> tuple[str, list[int]]:
    """What bash is to evaluate, and the file it may need for that: an argument cannot be longer than 128 KiB."""
    data = os.fsencode(text)
    if len(data) <= ARGUMENT:
        return text, []
    path = os.path.join(scratch, f".command-{threading.get_ident()}")
    with open(path, "xb") as file:
        file.write(data)
    handle = os.open(path, os.O_RDONLY)
    os.unlink(path)
    return f". /dev/fd/{handle}", [handle]
