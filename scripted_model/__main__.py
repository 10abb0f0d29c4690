"""`python -m scripted_model`: the offline Messages API on its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from scripted_model.faults import FaultPlan, FaultRule, describe_faults, parse_fault
from scripted_model.playbooks import PLAYBOOKS, find_playbook
from scripted_model.playbooks.playbook import Playbook
from scripted_model.request_log import RequestLog
from scripted_model.server import ScriptedModel, create_app

_PARENT_POLL = 0.25  # seconds


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stopped. Exit code 0 after a stop, 2 for wrong arguments or a port that is taken."""
    parent = os.getppid()  # before anything else: it may be gone by the time we listen
    options = _parser().parse_args(argv)
    model = ScriptedModel(
        options.playbook,
        pace=options.pace,
        faults=FaultPlan(options.fault or options.playbook.faults),
        log=RequestLog(options.log, bodies=options.log_bodies),
    )
    try:
        listener = _listen(options.port)
    except OSError as problem:
        sys.stderr.write(f"Port {options.port} cannot be used ({problem.strerror}); choose another with --port.\n")
        return 2
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    if options.port_file:
        _write_whole(options.port_file, url.rpartition(":")[2])
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(model, listener, parent=parent if options.die_with_parent else None))
    return 0


def _parser() -> argparse.ArgumentParser:
    known = "\n".join(f"  {playbook.name:<12} {playbook.summary}" for playbook in PLAYBOOKS.values())
    parser = argparse.ArgumentParser(
        prog="python -m scripted_model",
        description="An offline Anthropic Messages API on 127.0.0.1 that plays a playbook. Prints its URL; point any "
        "client at it with ANTHROPIC_BASE_URL.",
        epilog=f"playbooks:\n{known}\n\nfaults:\n{describe_faults()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=_port, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--playbook", type=_playbook, default=PLAYBOOKS["sample"], metavar="NAME", help="what to play")
    parser.add_argument("--pace", type=_seconds, default=0.0, metavar="SECONDS", help="time one answer takes")
    parser.add_argument("--log", type=Path, metavar="FILE", help="append one JSON line for each request")
    parser.add_argument("--log-bodies", action="store_true", help="keep whole request bodies in the log")
    parser.add_argument("--port-file", type=Path, metavar="FILE", help="write the port to this file once it listens")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        metavar="KIND[,count=N][,from=N][,seconds=S]",
        help="let agent requests fail; may be given more than once",
    )
    parser.add_argument("--die-with-parent", action="store_true", help="stop when the starting process is gone")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 600:
        raise argparse.ArgumentTypeError(f"a pace is a number of seconds from 0 to 600, not {text!r}")
    return seconds


def _playbook(name: str) -> Playbook:
    try:
        return find_playbook(name)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _fault(text: str) -> FaultRule:
    try:
        return parse_fault(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _listen(port: int) -> socket.socket:
    # The protocol by its name: only then does asyncio send every answer at once.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


async def _serve(model: ScriptedModel, listener: socket.socket, *, parent: int | None) -> None:
    settings = uvicorn.Config(
        create_app(model), log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(settings)
    watch = asyncio.create_task(_stop_with_parent(server, parent)) if parent is not None else None
    await server.serve(sockets=[listener])
    if watch:
        watch.cancel()


async def _stop_with_parent(server: uvicorn.Server, parent: int) -> None:
    """Ask `server` to stop once `parent`, the process that started us, is gone (we are then given to another one)."""
    while os.getppid() == parent:  # noqa: ASYNC110 - nobody announces the death of a parent, so there is no event to await
        await asyncio.sleep(_PARENT_POLL)
    server.should_exit = True


def _write_whole(path: Path, text: str) -> None:
    """Write so that a reader sees all of it or nothing."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)


if __name__ == "__main__":
    raise SystemExit(main())
