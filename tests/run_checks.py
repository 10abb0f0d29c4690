"""Everything CI runs, one stage after the other; a stage that fails does not hide the next.

usage: ./test.sh [fast]     `fast` leaves out the browser

Standard library only; ./test.sh makes the environment this runs in.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UI = ROOT / "ui"
INSPECTOR = ROOT / "tests" / "inspector"
BROWSER_TESTS = ROOT / "tests" / "e2e"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UI_SCRIPTS = ("client:check", "lint", "typecheck", "test", "build", "size")
# A person's own keys and settings must never reach a test, nor a claim that this machine is a sandbox.
PRIVATE = ("ANTHROPIC_", "CLAUDE", "GEMINI_", "AUTOCODER_", "BASIC_AUTH_", "PROGRESS_", "GITHUB_", "GH_", "IS_SANDBOX")
TALLY = re.compile(r"\d+ (?:passed|failed|error)")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Broken(Exception):
    """A stage cannot be run; the text says what is missing and how to get it."""


@dataclass(frozen=True)
class Stage:
    """A named command. `prepare` runs before it and may refuse; after a failure `requires` is not run."""

    name: str
    argv: Sequence[str]
    cwd: Path = ROOT
    prepare: Callable[[], None] | None = None
    requires: str | None = None


@dataclass
class Report:
    """What came of each stage."""

    rows: list[tuple[str, str, float]] = field(default_factory=list)
    tallies: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> list[str]:
        """The names of the stages that are not ok."""
        return [name for name, result, _ in self.rows if result != "ok"]

    def add(self, name: str, result: str, seconds: float) -> None:
        """Note the result of a stage."""
        self.rows.append((name, result, seconds))

    def lines(self) -> Iterator[str]:
        """The summary; its last line is the count of the Python tests."""
        width = max((len(name) for name, _, _ in self.rows), default=0)
        yield ""
        for name, result, seconds in self.rows:
            tally = f"  {self.tallies[name]}" if name in self.tallies else ""
            yield f"  {name:<{width}}  {result:<7} {seconds:6.1f} s{tally}"
        yield ""
        verdict = f"failed: {', '.join(self.failed)}" if self.failed else "every stage is ok"
        yield f"{verdict} ({sum(seconds for _, _, seconds in self.rows):.0f} s)"
        if "tests" in self.tallies:
            yield self.tallies["tests"]


def python_stages() -> Iterator[Stage]:
    """Lint, types, import contracts, and the tests with their coverage."""
    python = sys.executable
    yield Stage("lint", [python, "-m", "ruff", "check", "."])
    yield Stage("format", [python, "-m", "ruff", "format", "--check", "."])
    yield Stage("types", [python, "-m", "mypy", "."])
    yield Stage("imports", [str(Path(python).parent / "lint-imports")])
    yield Stage("inspector", [], prepare=install_inspector)
    workers = min(max(os.cpu_count() or 2, 2), 4)
    measured = ["-n", str(workers), "--dist", "worksteal", "--cov", "--cov-report=term"]
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    yield Stage("tests", [python, "-m", "pytest", "tests", f"--ignore={BROWSER_TESTS}", "-q", *measured, *colour])


def ui_stages() -> Iterator[Stage]:
    """Install when the lock file changed, then every script of the web app that is a check."""
    manifest = UI / "package.json"
    if not manifest.exists():
        return
    yield Stage("ui install", [], prepare=install_ui)
    scripts = json.loads(manifest.read_text(encoding="utf-8")).get("scripts", {})
    for script in UI_SCRIPTS:
        if script in scripts:
            yield Stage(f"ui {script}", ["npm", "run", "--silent", script], cwd=UI, requires="ui install")


def browser_stages() -> Iterator[Stage]:
    """The tests that drive a real Chromium against the built web app."""
    requires = "ui build" if UI.exists() else None
    if any(BROWSER_TESTS.glob("**/test_*.py")):
        argv = [sys.executable, "-m", "pytest", str(BROWSER_TESTS), "-q", "--timeout=300"]
        yield Stage("browser", argv, prepare=require_browser, requires=requires)


def install_inspector() -> None:
    """The official MCP inspector, which the tests try the feature tools with."""
    install_packages(INSPECTOR)


def install_ui() -> None:
    """The web app's packages."""
    install_packages(UI)


def install_packages(folder: Path) -> None:
    """Install the packages of `folder` unless the lock file is the one they came from. Raises Broken."""
    if shutil.which("npm") is None:
        raise Broken("npm was not found: install Node.js 20.19 or newer (https://nodejs.org).")
    lock, stamp = folder / "package-lock.json", folder / "node_modules" / ".ready"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    # npm ci refuses a lock file whose optional bindings for other systems are not served; npm install does not mind.
    for command in ("ci", "install"):
        if subprocess.run(["npm", command, "--no-audit", "--no-fund"], cwd=folder, check=False).returncode == 0:
            stamp.write_text(hashlib.sha256(lock.read_bytes()).hexdigest(), encoding="utf-8")
            return
    raise Broken(f"the packages of {folder.name}/ could not be installed; the lines above say why.")


def require_browser() -> None:
    """Find Chromium, installing it on Debian as root. Raises Broken."""
    if browser() is None and shutil.which("apt-get") and os.geteuid() == 0:
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *command], check=False, stdin=subprocess.DEVNULL)
    if browser() is None:
        raise Broken("no Chromium was found: install it (Debian: apt-get install chromium) or run ./test.sh fast.")


def browser() -> str | None:
    """The Chromium to drive."""
    named = filter(None, (os.environ.get("CHROME_PATH"), *BROWSERS))
    return next((found for name in named if (found := shutil.which(name))), None)


def environment(home: Path | None, base: Mapping[str, str]) -> dict[str, str]:
    """`base` without what is private to a person, and with the home folder `home`."""
    kept = {name: value for name, value in base.items() if not name.startswith(PRIVATE)}
    if home is not None:
        kept |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    return kept


def run_stage(stage: Stage, home: Path, report: Report) -> None:
    """Run one stage in view of the person and note what came of it."""
    print(f"\n--- {stage.name}", flush=True)
    if stage.requires in report.failed:
        print(f"not run: {stage.requires} failed")
        report.add(stage.name, "not run", 0.0)
        return
    started = time.monotonic()
    try:
        if stage.prepare is not None:
            stage.prepare()
        ok = not stage.argv or _stream(stage, home, report)
    except (Broken, OSError) as error:
        print(error)
        ok = False
    report.add(stage.name, "ok" if ok else "FAILED", time.monotonic() - started)


def _stream(stage: Stage, home: Path, report: Report) -> bool:
    """Run the command of `stage`, showing its lines and keeping the one that counts tests."""
    process = subprocess.Popen(
        stage.argv,
        cwd=stage.cwd,
        env=environment(home, os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None  # PIPE above
    try:
        with process.stdout:
            for line in process.stdout:
                print(line, end="", flush=True)
                plain = COLOURS.sub("", line).strip().strip("=").strip()
                if TALLY.search(plain):
                    report.tallies[stage.name] = plain
        return process.wait() == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def main(arguments: Sequence[str]) -> int:
    """0 when every stage is ok, 1 when one is not, 2 for arguments it does not know."""
    if list(arguments) not in ([], ["fast"]):
        print("usage: ./test.sh [fast]", file=sys.stderr)
        return 2
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started without it
    stages = [*python_stages(), *ui_stages(), *([] if "fast" in arguments else browser_stages())]
    report = Report()
    with tempfile.TemporaryDirectory(prefix="autocoder-test-home-", ignore_cleanup_errors=True) as home:
        try:
            for stage in stages:
                run_stage(stage, Path(home), report)
        except KeyboardInterrupt:
            print("\nStopped.", file=sys.stderr)
            return 130
    print("\n".join(report.lines()), flush=True)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
