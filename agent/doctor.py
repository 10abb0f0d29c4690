"""Is this machine fit for a run? Each check tries the thing itself and says in one line what to do if it is not."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.containment import find_cli
from agent.credentials import find_credentials
from api.errors import AppError, Unavailable
from harness import processes
from harness.sandboxes.base import PlaceSpec, Provider
from harness.sandboxes.escapes import EscapeResult, try_escapes
from harness.sandboxes.registry import provider

State = Literal["ok", "warning", "missing"]

PORT = 5173
DEVELOPMENT_PORT = 8888
NODE = (20, 19)
GIT = (2, 31)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PATIENCE = 30.0  # seconds for a program to say its version


@dataclass(frozen=True)
class Check:
    """One line of the doctor. `missing`: a run would fail without it. `warning`: something is not as it should be."""

    name: str
    state: State
    detail: str
    remedy: str = ""

    def __str__(self) -> str:
        """The line for a person."""
        remedy = f" -> {self.remedy}" if self.remedy else ""
        return f"{self.state:<8} {self.name:<10} {self.detail}{remedy}"


@dataclass(frozen=True)
class Machine:
    """What the checks look at: the environment with `.env` laid under it, and the folder AutoCoder is installed in."""

    environ: Mapping[str, str]
    install_folder: Path


def examine(machine: Machine) -> Iterator[Check]:
    """Every check in turn, each as soon as it is known."""
    yield check_python()
    yield check_node(machine)
    yield check_git(machine)
    yield check_cli(machine)
    yield check_login(machine)
    yield check_sandbox()
    yield check_browser(machine)
    yield check_ports()
    yield check_settings(machine)


def check_python() -> Check:
    """The Python this runs in; older ones do not get this far."""
    return Check("Python", "ok", platform.python_version())


def check_node(machine: Machine) -> Check:
    """Node.js: builds the web app, and most web applications that agents make."""
    remedy = f"install Node.js {NODE[0]} or newer (https://nodejs.org)"
    version = _version("node", machine)
    if version is None:
        built = (machine.install_folder / "ui" / "dist" / "index.html").is_file()
        why = "needed for applications in JavaScript" if built else "needed to build the web app"
        return Check("Node.js", "warning" if built else "missing", f"not found; {why}", remedy)
    if version < NODE:
        return Check("Node.js", "missing", f"{_dotted(version)} is too old", remedy)
    return Check("Node.js", "ok", _dotted(version))


def check_git(machine: Machine) -> Check:
    """git: every agent works in a clone of its own."""
    remedy = f"install git {_dotted(GIT)} or newer (https://git-scm.com; Debian/Ubuntu: apt-get install git)"
    version = _version("git", machine)
    if version is None:
        return Check("git", "missing", "not found", remedy)
    if version < GIT:
        return Check("git", "missing", f"{_dotted(version)} is too old", remedy)
    return Check("git", "ok", _dotted(version))


def check_cli(machine: Machine) -> Check:
    """The Claude Code CLI; it comes with the requirements."""
    try:
        cli = find_cli(machine.environ)
        said = processes.run([cli, "--version"], timeout=_PATIENCE)
    except Unavailable as error:
        return Check("Claude CLI", "missing", "not found", error.detail)
    except OSError as error:
        said = processes.Completed(1, "", str(error), 0.0)
    if not said.ok:
        words = (said.stderr or said.stdout).strip().splitlines() or ["no answer"]
        return Check("Claude CLI", "missing", f"{cli} does not start: {words[-1]}", "remove .venv and start again")
    return Check("Claude CLI", "ok", said.stdout.strip())


def check_login(machine: Machine) -> Check:
    """What pays for the model. A subscription's login is put to the CLI, because it can have run out."""
    try:
        credentials = find_credentials(machine.environ)
    except Unavailable as error:
        return Check("login", "missing", "none", error.detail)
    if not credentials.subscription:
        named = next(name for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN") if name in credentials.provider)
        service = credentials.provider.get("ANTHROPIC_BASE_URL")
        return Check("login", "ok", f"{named} is set" + (f", for {service}" if service else ""))
    try:
        status = processes.run(
            [find_cli(machine.environ), "auth", "status"], env=dict(machine.environ), timeout=_PATIENCE
        )
    except (Unavailable, OSError):
        return Check("login", "ok", "a Claude subscription (not verified: the CLI does not start)")
    if not status.ok:
        return Check("login", "missing", "the Claude login is no longer valid", "run `claude login`")
    return Check("login", "ok", "a Claude subscription")


def check_sandbox() -> Check:
    """A place is opened as for a run, and the escapes are tried in it. Blocks for some seconds."""
    try:
        opener = provider()
        with tempfile.TemporaryDirectory(prefix="autocoder-doctor-") as folder:
            workspace = Path(folder, "workspace")
            workspace.mkdir()
            results = asyncio.run(_try_escapes(opener, PlaceSpec(workspace=workspace, run_dir=Path(folder, "run"))))
    except AppError as error:
        return Check("sandbox", "missing", "none can be opened", error.detail)
    escaped = [result.name for result in results if result.outcome == "escaped"]
    tried = sum(result.outcome != "not tried" for result in results)
    if escaped:
        remedy = "let no agent run here unattended"
        return Check("sandbox", "missing", f"{opener.name} does not hold: {', '.join(escaped)}", remedy)
    return Check("sandbox", "ok", f"{opener.name} held each of {tried} attempts to escape")


async def _try_escapes(opener: Provider, spec: PlaceSpec) -> list[EscapeResult]:
    place = await opener.open(spec)
    try:
        return await try_escapes(place)
    finally:
        await place.close()


def check_browser(machine: Machine) -> Check:
    """A browser without a window: agents look at web applications with it, and so do the project's own tests."""
    given = machine.environ.get("CHROME_PATH")
    path = machine.environ.get("PATH")
    found = next(filter(None, (shutil.which(name, path=path) for name in (given, *BROWSERS) if name)), None)
    if found is None:
        remedy = "install Chromium or Chrome (Debian: apt-get install chromium), or set CHROME_PATH"
        return Check("browser", "warning", "no Chromium found; only ./test.sh needs it", remedy)
    return Check("browser", "ok", found)


def check_ports() -> Check:
    """The ports of the web app; a taken one is no obstacle, only a surprise."""
    taken = [port for port in (PORT, DEVELOPMENT_PORT) if not _is_free(port)]
    if taken:
        listed = " and ".join(map(str, taken))
        return Check("ports", "warning", f"{listed} taken", "nothing to do: the next free port is used, or give --port")
    return Check("ports", "ok", f"{PORT} and {DEVELOPMENT_PORT} are free")


def check_settings(machine: Machine) -> Check:
    """`.env` may hold keys: only its owner may read it."""
    file = machine.install_folder / ".env"
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError:
        return Check("settings", "ok", "no .env (copy .env.example to begin one)")
    if os.name == "posix" and mode & 0o077:
        return Check("settings", "warning", f".env can be read by others (mode {mode:o})", f"chmod 600 {file}")
    return Check("settings", "ok", str(file))


def _version(program: str, machine: Machine) -> tuple[int, ...] | None:
    """The first two numbers of what `program --version` says; None when it does not start."""
    path = shutil.which(program, path=machine.environ.get("PATH"))
    if path is None:
        return None
    said = processes.run([path, "--version"], timeout=_PATIENCE)
    numbers = re.search(r"(\d+)\.(\d+)", said.stdout)
    return (int(numbers[1]), int(numbers[2])) if said.ok and numbers else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
