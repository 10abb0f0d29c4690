"""The set-up: real virtual environments, a stand-in for uv that can be slow, broken or killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import bootstrap
from bootstrap import Installation, SetupFailed

ROOT = Path(__file__).resolve().parents[2]
FAKE_UV = """#!/bin/sh
# uv pip install --python VENV/bin/python -r FILE
echo "$*" >> "$UV_LOG"
venv=${4%/bin/python}
if [ -n "$UV_GATE" ]; then
  echo half > "$venv/half"; echo here > "$UV_GATE.reached"; read -r _ < "$UV_GATE" || :
fi
[ -z "$UV_FAILS" ] && ! grep -q nowhere "$6" || exit 1
cat "$6" > "$venv/packages"
"""


class Checkout:
    """A copy of the launchers in a folder with a space, whose program prints its arguments and its folder."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a checkout"
        self.bin = folder / "bin"
        self.log = folder / "uv.log"
        self.gate = folder / "gate"
        self.running: list[subprocess.Popen[str]] = []
        self.root.mkdir()
        self.bin.mkdir()
        for name in ("bootstrap.py", "start.sh"):
            (self.root / name).write_bytes((ROOT / name).read_bytes())
        (self.root / "start.sh").chmod(0o755)
        (self.root / "start.py").write_text("import os, sys; print(sys.argv[1:], os.getcwd(), sys.prefix)")
        self.require("# one package\n")
        (self.root / "requirements-dev.txt").write_text("-r requirements.txt\n# another\n")
        uv = self.bin / "uv"
        uv.write_text(FAKE_UV)
        uv.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.bin}:{Path(bootstrap.base_python()).parent}:/usr/bin:/bin"
        return {"PATH": path, "HOME": str(self.root), "UV_LOG": str(self.log), "LC_ALL": "C.UTF-8"}

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def require(self, text: str) -> None:
        (self.root / "requirements.txt").write_text(text)

    def installs(self) -> int:
        """How often the installer was called."""
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    def close_gate(self) -> None:
        """Let the next installer wait until `open_gate`."""
        os.mkfifo(self.gate)
        os.mkfifo(f"{self.gate}.reached")

    def wait_for_installer(self) -> None:
        Path(f"{self.gate}.reached").read_text()

    def open_gate(self) -> None:
        self.gate.write_text("go")

    def start(self, *arguments: str, cwd: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run start.sh to its end."""
        return subprocess.run(
            [str(self.root / "start.sh"), *arguments],
            env=self.environment | extra,
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
        )

    def begin(self, **extra: str) -> subprocess.Popen[str]:
        """Start start.sh and leave it running, in a group of its own."""
        process = subprocess.Popen(
            [str(self.root / "start.sh")],
            env=self.environment | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.running.append(process)
        return process


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path)
    yield made
    for process in made.running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def installation(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The same checkout, set up inside this process."""
    for name, value in checkout.environment.items():
        monkeypatch.setenv(name, value)
    return Installation(checkout.root, "requirements.txt")


def test_first_start_installs_and_hands_over(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.start("--project-dir", "with space", "*", cwd=tmp_path)
    assert done.stdout.split("\n")[0] == f"['--project-dir', 'with space', '*'] {tmp_path} {checkout.venv}"
    assert (done.returncode, checkout.installs()) == (0, 1)


def test_second_start_installs_nothing_and_says_nothing(checkout: Checkout) -> None:
    checkout.start()
    again = checkout.start()
    assert (again.returncode, again.stderr, checkout.installs()) == (0, "", 1)


def test_changed_requirements_are_installed_into_the_same_environment(
    installation: Installation, checkout: Checkout
) -> None:
    bootstrap.prepare(installation)
    (checkout.venv / "kept").touch()
    checkout.require("# two packages\n# really\nsix\n")
    assert not installation.is_ready()
    bootstrap.prepare(installation)
    assert (checkout.venv / "packages").read_text().endswith("six\n")
    assert (checkout.venv / "kept").exists()


def test_a_comment_in_the_requirements_installs_nothing_again(installation: Installation, checkout: Checkout) -> None:
    bootstrap.prepare(installation)
    checkout.require("# said in other words\n")
    assert installation.is_ready()


def test_the_checks_need_more_than_the_application(installation: Installation, checkout: Checkout) -> None:
    bootstrap.prepare(installation)
    dev = Installation(checkout.root, "requirements-dev.txt")
    checkout.require("six\n")
    assert not dev.is_ready()
    bootstrap.prepare(dev)
    bootstrap.prepare(installation)
    assert dev.is_ready()
    assert installation.is_ready()


def test_a_killed_set_up_is_made_anew(checkout: Checkout) -> None:
    checkout.close_gate()
    killed = checkout.begin(UV_GATE=str(checkout.gate))
    checkout.wait_for_installer()
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert (checkout.venv / "half").exists()
    done = checkout.start()
    assert done.returncode == 0
    assert not (checkout.venv / "half").exists()
    assert (checkout.venv / "packages").exists()


def test_two_at_once_install_once(checkout: Checkout) -> None:
    checkout.close_gate()
    first = checkout.begin(UV_GATE=str(checkout.gate))
    checkout.wait_for_installer()
    second = checkout.begin()
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline()
    checkout.open_gate()
    assert first.wait(30) == 0
    assert second.wait(30) == 0
    assert checkout.installs() == 1


def test_a_failed_download_says_so_and_leaves_what_worked(installation: Installation, checkout: Checkout) -> None:
    bootstrap.prepare(installation)
    (checkout.venv / "kept").touch()
    checkout.require("nothing-of-this-name @ file:///nowhere.whl\n")
    with pytest.raises(SetupFailed, match="network"):
        bootstrap.prepare(installation)
    checkout.require("# one package\n")
    bootstrap.prepare(installation)
    assert (checkout.venv / "kept").exists()


def test_pip_is_tried_where_uv_cannot(checkout: Checkout) -> None:
    done = checkout.start(UV_FAILS="1")
    assert "trying pip" in done.stderr
    assert (done.returncode, done.stdout.startswith("[]")) == (0, True)


def test_failure_is_one_sentence_and_exit_1(checkout: Checkout) -> None:
    checkout.require("nothing-of-this-name @ file:///nowhere.whl\n")
    done = checkout.start()
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Set-up failed: the packages of requirements.txt could not")
    assert "Traceback" not in done.stderr


def test_a_moved_checkout_gets_a_new_environment(checkout: Checkout, installation: Installation) -> None:
    bootstrap.prepare(installation)
    (checkout.venv / "old").touch()
    checkout.root.rename(checkout.root.with_name("elsewhere"))
    checkout.root = checkout.root.with_name("elsewhere")
    assert checkout.start().returncode == 0
    assert not (checkout.venv / "old").exists()


def test_a_vanished_interpreter_gets_a_new_environment(checkout: Checkout, installation: Installation) -> None:
    bootstrap.prepare(installation)
    for link in (checkout.venv / "bin").glob("python*"):
        link.unlink()
    installation.python.symlink_to("/nowhere/python3")
    assert checkout.start().returncode == 0


def test_an_environment_made_by_hand_is_kept(checkout: Checkout, installation: Installation) -> None:
    subprocess.run([bootstrap.base_python(), "-m", "venv", "--without-pip", checkout.venv], check=True)
    (checkout.venv / "mine").touch()
    bootstrap.prepare(installation)
    assert (checkout.venv / "mine").exists()
    assert json.loads(installation.stamp.read_text())["root"] == str(checkout.root)


def test_a_damaged_stamp_counts_as_none(checkout: Checkout, installation: Installation) -> None:
    bootstrap.prepare(installation)
    installation.stamp.write_text("[half")
    assert installation.installed() == {}
    bootstrap.prepare(installation)
    assert installation.is_ready()


def test_ctrl_c_ends_with_130_and_a_sentence(checkout: Checkout) -> None:
    checkout.close_gate()
    process = checkout.begin(UV_GATE=str(checkout.gate))
    checkout.wait_for_installer()
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Stopped." in errors
    assert "Traceback" not in errors


def test_a_folder_that_cannot_be_written_is_named(installation: Installation, checkout: Checkout) -> None:
    (checkout.root / ".setup").write_text("a file in the way")
    with pytest.raises(SetupFailed, match=r"cannot write .*\.setup"):
        bootstrap.prepare(installation)


def test_without_python_the_remedy_is_named(checkout: Checkout, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for tool in ("dirname",):
        (bare / tool).symlink_to(f"/usr/bin/{tool}")
    old = bare / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = checkout.start(PATH=str(bare))
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr
    assert "python.org" in done.stderr


def test_uv_is_fetched_when_the_machine_has_none(
    installation: Installation, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uv comes from pip; an index that does not answer leaves pip to do it all."""
    (checkout.bin / "uv").unlink()
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    bootstrap.prepare(installation)
    assert installation.is_ready()
    assert not (installation.state / "uv" / "bin" / "uv").exists()


def test_main_becomes_the_program(
    installation: Installation, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[list[str]] = []

    def become(path: str, argv: list[str]) -> None:
        became.append(argv)
        raise SystemExit

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setattr(bootstrap, "__file__", str(checkout.root / "bootstrap.py"))
    with pytest.raises(SystemExit):  # a process that became another one does not come back
        bootstrap.main(["--dev", "tests/run_checks.py", "fast"])
    assert became == [[str(installation.python), str(checkout.root / "tests/run_checks.py"), "fast"]]


def test_main_without_a_program_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main([]) == 2
    assert bootstrap.main(["--dev"]) == 2
    assert "usage:" in capsys.readouterr().err


def test_the_base_python_is_no_virtual_environment() -> None:
    found = bootstrap.base_python()
    shown = subprocess.run(
        [found, "-c", "import sys; print(sys.prefix == sys.base_prefix)"], capture_output=True, check=True
    )
    assert shown.stdout.strip() == b"True"
