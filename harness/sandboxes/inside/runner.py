"""The one process AutoCoder starts inside a place: takes requests, one connection each, and runs commands.

It inherits two sockets and opens none that a command could reach: the listener, whose address exists only outside,
and file descriptor 0, the control socket. That one brings the settings and takes the answer, and its end means that
the owner is gone: then the runner ends too, and in a place with a process namespace everything else with it.
"""

# ruff: noqa: PTH112, PTH118 - pathlib would add 8 ms to the opening of every place

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import threading
import time

from harness.sandboxes.inside import command, files, process_table, watch, wire

TIMED_OUT = 124


class Runner:
    """Answers requests; knows the commands that run and the working directory that client commands share."""

    def __init__(self, settings: wire.Settings) -> None:
        self.settings = settings
        self.cwd = settings.workspace
        self.commands: dict[int, command.Command] = {}
        self.groups: set[int] = set()

    def serve(self, connection: socket.socket) -> None:
        """Answer the one request of a connection."""
        left: command.Command | None = None
        with connection, connection.makefile("rb") as reader, contextlib.suppress(ConnectionError):
            try:
                request = wire.Request.parse(reader.readline(wire.LINE))
                path = os.path.join(self.settings.workspace, request.path)
                if request.do == "run":
                    left = self.run(connection, request)
                elif request.do == "read":
                    files.send_file(connection, path)
                elif request.do == "write":
                    files.write_file(path, reader.read(request.size))
                    connection.sendall(wire.ending(0))
                elif request.do == "forward":
                    forward(connection, request.port)
            except wire.Refused as refusal:
                connection.setblocking(True)
                connection.sendall(refusal.frame())
        if left is not None:
            left.forget()

    def run(self, connection: socket.socket, request: wire.Request) -> command.Command:
        """Run one command to its end; with nobody listening any more, or past its time, stop all it started."""
        started = time.monotonic()
        cwd = self._directory(request)
        environment = {**self.settings.environment, **(request.environment or {})}
        running = command.start(
            request.command, cwd=cwd, environment=environment, settings=self.settings, connection=connection
        )
        leader = running.process.pid
        self.commands[leader] = running
        outcome = "gone"
        try:
            outcome = running.follow(request.timeout)
        finally:
            if outcome != "ended" or running.stopped_because:
                process_table.end_session(leader)
            code = running.process.wait()
            del self.commands[leader]
            self._remember_group(leader)
        cwd = running.final_directory() or cwd
        if request.shared_cwd:
            self.cwd = cwd
        facts = {"cwd": cwd, "seconds": time.monotonic() - started, "truncated": running.dropped > 0}
        if outcome == "timeout":
            running.finish(wire.ending(TIMED_OUT, timed_out=True, **facts))
        elif outcome == "ended":
            running.finish(wire.ending(code if code >= 0 else 128 - code, **facts))
        return running

    def end_leftovers(self) -> None:
        """Kill what commands left running, where no process namespace does it."""
        process_table.end_marked(self.settings.mark)
        for leader in self.groups:
            process_table.signal_group(leader, signal.SIGKILL)

    def _directory(self, request: wire.Request) -> str:
        if request.shared_cwd:
            return self.cwd if os.path.isdir(self.cwd) else self.settings.workspace
        cwd = os.path.join(self.settings.workspace, request.cwd) if request.cwd else self.settings.workspace
        if not os.path.isdir(cwd):
            raise wire.Refused("invalid_input", f"There is no folder {cwd} in the place; give one that exists there.")
        return cwd

    def _remember_group(self, leader: int) -> None:
        if os.path.isdir("/proc/self"):
            return  # the mark in their environment finds them, without doubt about a number used again
        with contextlib.suppress(OSError):
            os.killpg(leader, 0)
            self.groups.add(leader)


def forward(connection: socket.socket, port: int) -> None:
    """Connect to a port of this place's loopback and hand the connected socket itself over."""
    for address in ("127.0.0.1", "::1"):
        with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=5) as found:
            found.settimeout(None)
            socket.send_fds(connection, [wire.ending(0)], [found.fileno()])
            return
    raise wire.Refused("not_found", f"Nothing listens on port {port} in the place.")


def accept(listener: socket.socket, runner: Runner) -> None:
    """Serve each connection in a thread of its own."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # no room for another file descriptor: soon there may be
            time.sleep(watch.PATIENCE)
            continue
        try:
            threading.Thread(target=runner.serve, args=(connection,), daemon=True).start()
        except RuntimeError:  # no room for another thread: the other end sees the connection end
            connection.close()


def main() -> None:
    """Say that the place is ready, then serve until the owner is gone."""
    control, listener = socket.socket(fileno=0), socket.socket(fileno=int(sys.argv[1]))
    with control.makefile("rb") as reader:
        settings = wire.Settings.parse(reader.readline())
    runner = Runner(settings)
    proxies = [socket.create_server(("127.0.0.1", settings.proxy_port))] if settings.proxy_port else []
    socket.send_fds(control, [wire.ending(0)], [proxy.fileno() for proxy in proxies])
    for proxy in proxies:
        proxy.close()  # the owner accepts from it: nothing is bridged
    threading.Thread(target=accept, args=(listener, runner), daemon=True).start()
    owner = select.poll()
    owner.register(control, select.POLLIN)
    breaches = 0
    while not owner.poll(watch.PATIENCE * 1000 if settings.contained else None):
        breaches = watch.hold((settings.processes, settings.memory_bytes), runner.commands, breaches)
    if not settings.contained:
        runner.end_leftovers()
    os._exit(0)
