"""The web app: builds it when needed, serves it with the API on one port, and opens the browser."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import importlib
import logging
import os
import signal
import sys
import threading
import time
import webbrowser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from agent.credentials import settings_environment
from api.errors import AppError, InvalidInput, Unavailable
from api.projects.rules import home_path
from server import ui_build
from server.instance import HomeLock, Running, address, this_process
from server.listening import listen
from server.main import create_app
from server.serving import ControlServer
from server.settings import INSTALL_FOLDER, Settings, complaint_about_binding, read_settings, warnings_about

API_PORT: Final = 8888
OTHER_START_SECONDS: Final = 180.0  # for another launcher that is still building
DEMO: Final = "server.demo"  # loaded by name: nothing else needs it, and it takes a while
EPILOG: Final = """\
The first Ctrl+C pauses agents after the session that is running and waits, the second stops them.
A second start with the same AutoCoder home opens the server that runs.
"""


@dataclass(frozen=True)
class Options:
    """The command line."""

    demo: bool = False
    dev: bool = False
    host: str | None = None
    port: int | None = None
    strict_port: bool = False
    browser: bool = True
    build: bool = True


def parse(argv: Sequence[str] | None = None) -> Options:
    """The options in `argv`; exits with 2 and one sentence for those that do not exist."""
    parser = argparse.ArgumentParser(
        prog="start_ui.sh", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--demo", action="store_true", help="no account needed: a scripted model builds a sample, in a home of its own")
    add("--dev", action="store_true", help=f"for work on the web app: Vite with hot reload, API on {API_PORT}")
    add("--host", metavar="H", help="address to listen on (default: this machine only)")
    add("--port", type=_port, metavar="N", help="port (default: 5173), or the next one that is free")
    add("--strict-port", action="store_true", help="fail when the port is taken")
    add("--no-browser", action="store_true", help="only print the address")
    add("--no-build", action="store_true", help="serve the web app as it was built before")
    given = parser.parse_args(argv)
    return Options(
        demo=given.demo,
        dev=given.dev,
        host=given.host,
        port=given.port,
        strict_port=given.strict_port,
        browser=not given.no_browser,
        build=not given.no_build,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until Ctrl+C. 0 after leaving in order, 1 with one sentence when something is missing."""
    options = parse(argv)
    try:
        settings = settings_for(options, settings_environment(os.environ, INSTALL_FOLDER))
        return launch(settings, options)
    except AppError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def settings_for(options: Options, environ: Mapping[str, str]) -> Settings:
    """What the environment says, with the flags over it. The home exists afterwards."""
    home = home_path(environ, Path.home()).absolute()
    if options.demo:
        home = home.with_name(f"{home.name}-demo")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
    except OSError as error:
        raise Unavailable(
            f"{home} cannot be used ({error.strerror}): set AUTOCODER_HOME to a folder of yours."
        ) from error
    settings = read_settings(environ, home)
    changes: dict[str, object] = {"demo": options.demo}
    if options.host is not None:
        changes["host"] = options.host
    if options.port is not None:
        changes["port"] = options.port
    settings = settings.model_copy(update=changes)
    complaint = complaint_about_binding(settings)
    if complaint is not None:
        raise InvalidInput(complaint, field="host")
    return settings


def launch(settings: Settings, options: Options) -> int:
    """Become the server of the home, or open the one that is there."""
    lock = HomeLock(settings.home)
    running = _wait_for_turn(lock)
    if running is not None:
        say(f"AutoCoder is running already: {running.url}")
        _open_browser(running.url, options)
        return 0
    try:
        with contextlib.ExitStack() as stack:
            return _serve(settings, options, lock, stack)
    finally:
        lock.release()


def _wait_for_turn(lock: HomeLock) -> Running | None:
    """None when the lock is ours; else the server that has it."""
    deadline = time.monotonic() + OTHER_START_SECONDS
    told = False
    while not lock.acquire():
        running = lock.find(timeout=1.0)
        if running is not None:
            return running
        if not told:
            say("Another AutoCoder is being started with this home; waiting for it ...")
            told = True
        if time.monotonic() > deadline:
            raise Unavailable("Another AutoCoder holds this home and does not answer: end it, then start again.")
    return None


def _serve(settings: Settings, options: Options, lock: HomeLock, stack: contextlib.ExitStack) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("autocoder").setLevel(settings.log_level)
    for warning in warnings_about(settings):
        say(f"Warning: {warning}")
    ui = INSTALL_FOLDER / "ui"
    if options.dev:
        ui_build.ensure_packages(ui, say)
    elif options.build:
        ui_build.ensure_built(ui, say)
    if options.dev:
        settings = settings.model_copy(update={"dev_port": settings.port, "port": API_PORT})
    sockets = listen(settings.host, settings.port, strict=options.strict_port)
    for opened in sockets:
        stack.callback(opened.close)
    port = sockets[0].getsockname()[1]
    if port != settings.port != 0:
        say(f"Port {settings.port} is taken; using {port}.")
    settings = settings.model_copy(update={"port": port})
    if options.dev:
        vite = ui_build.start_vite(ui, settings.dev_port or 0, f"http://127.0.0.1:{port}", settings.home / "vite.log")
        stack.callback(ui_build.stop_vite, vite)
    app = create_app(settings, functools.partial(_prepare_demo, stack) if settings.demo else None)
    server = ControlServer(app, settings, say, on_started=lambda: _started(app, server, settings, options, lock))
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, server.handle_exit)
    server.run(sockets=sockets)
    return 1 if settings.demo and app.state.loading.failed else 0


def _prepare_demo(stack: contextlib.ExitStack, settings: Settings) -> Settings:
    """The demo's own home, and its own model, which leaves with `stack`."""
    demo = importlib.import_module(DEMO)
    try:
        demo.make_home(settings.home)
        variables = stack.enter_context(demo.provider(settings.home, settings.agent_environment))
    except OSError as error:
        raise Unavailable(
            f"The demo cannot use {settings.home} ({error.strerror}): make room, or remove it."
        ) from error
    return settings.model_copy(update={"agent_environment": variables})


def _started(app: FastAPI, server: ControlServer, settings: Settings, options: Options, lock: HomeLock) -> None:
    """The server listens: say where, and begin the demo."""
    lock.announce(this_process(settings.host, settings.port, settings.instance, time.time()))
    url = address(settings.host, settings.dev_port or settings.port)
    say(f"AutoCoder is at {url}   (Ctrl+C to leave)")
    _open_browser(url, options)
    if settings.demo:
        app.state.demo = asyncio.get_running_loop().create_task(_begin_demo(app, server))


async def _begin_demo(app: FastAPI, server: ControlServer) -> None:
    """Start the sample once everything is there; a demo that cannot be prepared ends."""
    try:
        await app.state.loading.wait()
    except AppError as error:
        print(f"Error: {error}", file=sys.stderr)
        server.handle_exit(signal.SIGTERM, None)
        return
    importlib.import_module(DEMO).start_sample(app.state.supervisor, app.state.databases, say)


def _open_browser(url: str, options: Options) -> None:
    """In a thread, and only where there is a screen: without one Python would start a browser in this terminal."""
    headless = sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if options.browser and not headless:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
