"""Builds the web app when its sources are newer than what was built."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from api.errors import Unavailable
from harness import processes
from server.locks import alone

NEEDED: Final = "install Node.js 20.19 or newer (https://nodejs.org) and start again"
INSTALL_SECONDS: Final = 900.0
BUILD_SECONDS: Final = 300.0
_SOURCES: Final = (
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
)
_NOT_SHIPPED: Final = ("/testing/", ".test.")
Say = Callable[[str], None]


def ensure_built(ui: Path, say: Say) -> None:
    """Make `ui/dist` current. Without Node.js an older build is used, and where there is none Unavailable says so."""
    if not _is_stale(ui):
        return
    with alone(_lock(ui)):
        if _is_stale(ui):  # whoever was in here before may have built it
            _build(ui, say)


def _build(ui: Path, say: Say) -> None:
    built = ui / "dist" / "index.html"
    if shutil.which("npm") is None:
        if built.is_file():
            say(f"The web app's sources are newer than what was built, and there is no npm: {NEEDED}.")
            return
        raise Unavailable(f"The web app must be built once, and there is no npm: {NEEDED}.")
    _install(ui, say)
    say("Building the web app ...")
    started = time.monotonic()
    fresh = ui / "node_modules" / ".fresh-build"
    _npm(ui, ["run", "--silent", "build", "--", "--outDir", str(fresh), "--emptyOutDir"], BUILD_SECONDS, "built")
    _swap(fresh, ui / "dist")
    say(f"Built in {time.monotonic() - started:.1f} s.")


def ensure_packages(ui: Path, say: Say) -> None:
    """Install the web app's packages unless the lock file is the one they were installed from."""
    with alone(_lock(ui)):
        _install(ui, say)


def _install(ui: Path, say: Say) -> None:
    lock, stamp = ui / "package-lock.json", ui / "node_modules" / ".ready"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == _hash(lock):
        return
    if shutil.which("npm") is None:
        raise Unavailable(f"The web app's packages must be installed, and there is no npm: {NEEDED}.")
    say("Installing the web app's packages (needed once) ...")
    started = time.monotonic()
    flags = ["--no-audit", "--no-fund", "--loglevel=error"]
    try:
        _npm(ui, ["ci", *flags], INSTALL_SECONDS, "installed")
    except Unavailable:  # npm ci also refuses a lock file whose bindings for other systems are not served
        _npm(ui, ["install", *flags], INSTALL_SECONDS, "installed")
    stamp.write_text(_hash(lock), encoding="utf-8")
    say(f"Installed in {time.monotonic() - started:.1f} s.")


def start_vite(ui: Path, port: int, api: str, output: Path) -> processes.Child:
    """Vite with hot reload at `port`, its requests for the API going to `api`."""
    npx = shutil.which("npx")
    if npx is None:
        raise Unavailable(f"Vite needs Node.js: {NEEDED}.")
    flags = ["--host", "127.0.0.1", "--port", str(port), "--strictPort", "--clearScreen", "false"]
    return processes.spawn([npx, "vite", *flags], cwd=ui, env={**os.environ, "AUTOCODER_API": api}, output=output)


def stop_vite(vite: processes.Child) -> None:
    """End it with everything it started."""
    started = processes.start_time(vite.pid)
    if started is not None:
        processes.stop_group(vite.pid, started, ladder=[(signal.SIGTERM, 2.0)])
    vite.wait()


def _lock(ui: Path) -> Path:
    """Beside the lock of the set-up: two launchers at once build once."""
    return ui.parent / ".setup" / "ui.lock"


def _is_stale(ui: Path) -> bool:
    try:
        built = (ui / "dist" / "index.html").stat().st_mtime
    except OSError:
        return True
    return any(path.stat().st_mtime > built for path in _sources(ui))


def _sources(ui: Path) -> Iterator[Path]:
    for name in _SOURCES:
        path = ui / name
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and not any(part in str(file) for part in _NOT_SHIPPED))


def _npm(ui: Path, arguments: list[str], seconds: float, what: str) -> None:
    npm = shutil.which("npm") or "npm"
    done = processes.run([npm, *arguments], cwd=ui, timeout=seconds)
    if not done.ok:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-12:]
        why = "it took too long" if done.timed_out else "\n  ".join(["npm says:", *said])
        raise Unavailable(f"The web app could not be {what}: {why}")


def _swap(fresh: Path, place: Path) -> None:
    """Put the new build where the old one is; a server that runs meanwhile sees one or the other."""
    old = fresh.with_name(".old-build")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.replace(old)
    fresh.replace(place)
    shutil.rmtree(old, ignore_errors=True)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
