"""The menu as a process on a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


# Makes standard input the controlling terminal, so that Ctrl+C typed there is a signal, and becomes the program.
TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


class Screen:
    """start.py on a pseudo-terminal."""

    def __init__(self, home: Path) -> None:
        self._ours, theirs = os.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", TAKE_TERMINAL, sys.executable, ROOT / "start.py"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=os.environ | {"AUTOCODER_HOME": str(home)},
            start_new_session=True,
        )
        os.close(theirs)
        self.text = ""

    def wait_for(self, words: str) -> None:
        """Read what is shown until `words` appear, or everything when it ends."""
        while words not in self.text:
            try:
                self.text += os.read(self._ours, 4096).decode()
            except OSError:  # the terminal is closed: the program has ended
                break
        assert words in self.text, self.text

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def leave(self, keys: str) -> int:
        """Type `keys` until it ends: Python only notes a Ctrl+C between a prompt and the reading of its answer."""
        for _ in range(15):
            self.type(keys)
            try:
                return self.process.wait(2)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError(self.text)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    made = Screen(tmp_path / "home")
    yield made
    made.close()


@pytest.mark.parametrize("keys", ["\x03", "\x04", "6\n"])
def test_the_menu_can_always_be_left(screen: Screen, keys: str) -> None:
    screen.wait_for("Choose")
    assert screen.leave(keys) == 0
    assert "Traceback" not in screen.text


def test_ctrl_c_leaves_in_the_middle_of_questions(screen: Screen) -> None:
    screen.wait_for("Choose")
    screen.type("1\n")
    screen.wait_for("Name")
    assert screen.leave("\x03") == 0


def test_a_wrong_choice_is_asked_again(screen: Screen) -> None:
    screen.wait_for("Choose")
    screen.type("nonsense\n")
    screen.wait_for("Type a number from 1 to 6.")
