"""Makes .venv, installs the pinned requirements and becomes a program of ours. Standard library only.

usage: bootstrap.py [--dev] PROGRAM [ARGUMENT ...]

start.sh, start_ui.sh, test.sh and their .bat twins find a Python and run this; nothing else is needed beforehand.
What is installed is remembered in .venv/.ready.json by the hash of the requirement files, so a second start only
compares. One set-up at a time (a lock in .setup); one that was killed half-way leaves its mark there and is done anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

UV = "uv==0.13.8"
ON_WINDOWS = sys.platform == "win32"


class SetupFailed(Exception):
    """The environment could not be made; the text says why and what to do."""


@dataclass(frozen=True)
class Installation:
    """One checkout at `root`, and the requirement file in it that has to be installed."""

    root: Path
    requirements: str

    @property
    def venv(self) -> Path:
        """The folder of the virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment; it may not exist yet."""
        return self.venv / ("Scripts/python.exe" if ON_WINDOWS else "bin/python")

    @property
    def stamp(self) -> Path:
        """What is installed: the last thing that a set-up writes."""
        return self.venv / ".ready.json"

    @property
    def state(self) -> Path:
        """The folder of the lock, of the mark, and of uv where the machine has none."""
        return self.root / ".setup"

    @property
    def mark(self) -> Path:
        """Exists while a set-up runs, and after one that was killed."""
        return self.state / "installing"

    def installed(self) -> dict[str, str]:
        """The stamp: a hash by requirement file, and the folder it was made in. Empty when there is none."""
        try:
            found = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def is_ready(self) -> bool:
        """Whether everything is installed, in these versions and in this folder."""
        found = self.installed()
        same = found.get("root") == str(self.root) and found.get(self.requirements) == self.fingerprint()
        return same and self.python.exists()

    def fingerprint(self) -> str:
        """A hash of what the requirement file asks for, with the files it includes by -r."""
        return hashlib.sha256("\n".join(self._lines(self.requirements)).encode()).hexdigest()

    def _lines(self, name: str) -> Iterator[str]:
        for line in (self.root / name).read_text(encoding="utf-8").splitlines():
            wanted = line.split("#")[0].strip()
            if wanted.startswith("-r "):
                yield from self._lines(wanted[3:].strip())
            elif wanted:
                yield wanted


def prepare(installation: Installation) -> None:
    """Make the environment ready, after any other set-up of this folder has ended. Raises SetupFailed."""
    if installation.is_ready():
        return
    try:
        installation.state.mkdir(exist_ok=True)
        with _alone(installation.state / "lock"):
            if not installation.is_ready():
                _make(installation)
    except OSError as error:
        raise SetupFailed(f"cannot write {error.filename} ({error.strerror}). Make the folder writable.") from error


def _make(installation: Installation) -> None:
    started = time.monotonic()
    found = installation.installed()
    moved = found.get("root", str(installation.root)) != str(installation.root)
    keep = _runs(installation.python) and not installation.mark.exists() and not moved
    installation.mark.touch()
    installation.stamp.unlink(missing_ok=True)
    _say(f"Installing {installation.requirements} into .venv (needed once) ...")
    if not keep:
        _create(installation)
    try:
        _install(installation)
    except SetupFailed:
        if keep:  # a download that failed has changed nothing
            installation.mark.unlink()
        raise
    known = found if keep else {}
    stamp = {**known, "root": str(installation.root), installation.requirements: installation.fingerprint()}
    installation.stamp.write_text(json.dumps(stamp), encoding="utf-8")
    installation.mark.unlink()
    _say(f"Installed in {time.monotonic() - started:.1f} s.")


def _create(installation: Installation) -> None:
    """A new virtual environment without pip: what installs into it comes from outside."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(installation.venv)
    made = _run([base_python(), "-m", "venv", "--without-pip", installation.venv])
    if made != 0:
        raise SetupFailed(
            f"{base_python()} could not make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv."
        )


def _install(installation: Installation) -> None:
    """Install with uv (seconds), or with pip where there is no uv or only pip knows the way to an index."""
    requirements = installation.root / installation.requirements
    tried = False
    for installer in _installers(installation):
        tried = True
        if _run([*installer, "-r", requirements]) == 0:
            return
    if not tried:
        raise SetupFailed("neither uv nor pip was found. Install one: on Debian or Ubuntu apt-get install python3-pip.")
    raise SetupFailed(
        f"the packages of {installation.requirements} could not be installed; the lines above say why. Without a "
        "network connection this cannot work the first time; behind a proxy set HTTPS_PROXY."
    )


def _installers(installation: Installation) -> Iterator[list[str | Path]]:
    uv = _uv(installation)
    if uv is not None:
        yield [uv, "pip", "install", "--python", installation.python]
        _say("uv could not install; trying pip ...")
    base = base_python()
    if _runs(base, "import pip"):
        yield [base, "-m", "pip", "--python", installation.python, "install", "--retries", "1"]
    elif _runs(installation.python, "import ensurepip; ensurepip.bootstrap()"):
        yield [installation.python, "-m", "pip", "install", "--retries", "1"]


def _uv(installation: Installation) -> Path | None:
    """uv from PATH, or fetched once into .setup; None when neither works."""
    present = shutil.which("uv")
    if present is not None:
        return Path(present)
    target = installation.state / "uv"
    own = target / "bin" / ("uv.exe" if ON_WINDOWS else "uv")
    if not own.exists() and _runs(base_python(), "import pip"):
        _run([base_python(), "-m", "pip", "install", "--quiet", "--retries", "1", "--upgrade", "--target", target, UV])
    return own if own.exists() else None


def base_python() -> Path:
    """The interpreter behind this one: a virtual environment must not be the one that removes itself."""
    if sys.prefix == sys.base_prefix:
        return Path(sys.executable)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    behind = Path(sys.base_prefix, "python.exe" if ON_WINDOWS else f"bin/python{version}")
    return behind if behind.exists() else Path(sys.executable)


def _runs(python: Path, code: str = "") -> bool:
    """Whether `python` starts, is new enough and runs `code`."""
    try:
        done = subprocess.run(
            [python, "-c", f"import sys; assert sys.version_info >= (3, 11); {code}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def _run(argv: Sequence[str | Path]) -> int:
    """Run `argv` in view of the person, its standard output among the messages; its exit code."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_ROOT_USER_ACTION": "ignore"}
    if "SSL_CERT_FILE" not in environment:
        environment["UV_SYSTEM_CERTS"] = "1"  # uv brings its own certificates, which a company's proxy is not among
    try:
        return subprocess.run(
            argv, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
        ).returncode
    except OSError:
        return 1


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; the system lets go of it when this process ends, however it ends."""
    with path.open("a+b") as file:
        if not _try_lock(file.fileno()):
            _say("Another set-up of this folder is running; waiting for it ...")
            while not _try_lock(file.fileno()):
                time.sleep(0.2)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _become(argv: Sequence[str]) -> int:
    """Turn into `argv`. Windows cannot: there it is run as a child, and its exit code is ours."""
    if not ON_WINDOWS:
        os.execv(argv[0], list(argv))  # noqa: S606 - no shell is wanted
    with contextlib.suppress(KeyboardInterrupt):  # the child gets the same Ctrl+C and decides
        return subprocess.run(argv, check=False).returncode
    return 130


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Prepare, then hand over; comes back only when something was wrong."""
    dev = list(arguments[:1]) == ["--dev"]
    if len(arguments) == int(dev):
        _say("usage: bootstrap.py [--dev] PROGRAM [ARGUMENT ...]")
        return 2
    program, *rest = arguments[1:] if dev else arguments
    root = Path(__file__).resolve().parent
    installation = Installation(root, "requirements-dev.txt" if dev else "requirements.txt")
    try:
        prepare(installation)
    except SetupFailed as failure:
        _say(f"Set-up failed: {failure}")
        return 1
    except KeyboardInterrupt:
        _say("\nStopped. The next start does the set-up again.")
        return 130
    return _become([str(installation.python), str(root / program), *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
