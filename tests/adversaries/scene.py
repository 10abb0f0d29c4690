"""What tricks are made of: the application, the clone of an agent, and the moves in it.

The application adds two numbers; the card is to subtract. Its agent works in a clone of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from api.backlog.schemas import CheckSpec
from api.backlog.statuses import Proof
from tests.gitprojects import commit_files, run_git, write_files

ADD = "def add(a, b):\n    return a + b\n"
DONE = ADD + "\n\ndef subtract(a, b):\n    return a - b\n"
APP = {
    "calc.py": ADD,
    ".gitignore": ".cache/\nnode_modules/\n__pycache__/\n",
    "pyproject.toml": '[project]\nname = "calc"\n',
    "package.json": '{"scripts": {"test": "python3 -m unittest"}}\n',
    "tests/__init__.py": "",
    "tests/support.py": "def same(case, a, b):\n    case.assertEqual(a, b)\n",
    "tests/run.sh": 'python3 -m unittest "$@"\n',
    "tests/test_add.py": (
        "import unittest\n\nimport calc\n\n\nclass AddTest(unittest.TestCase):\n"
        "    def test_add(self):\n        self.assertEqual(calc.add(2, 3), 5)\n"
    ),
}
NAME = "tests/test_subtract.py"
COMMAND = "python3 -m unittest tests.test_subtract -v"
ASKS = "self.assertEqual(calc.subtract(5, 3), 2)"


def a_test(body: str = ASKS, *, top: str = "", mark: str = "", more: str = "") -> str:
    """A test file with one test, under `mark`; `top` and `more` are other lines of its file and of its class."""
    marked = f"    {mark}\n" if mark else ""
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    rest = "".join(f"    {line}\n" for line in more.splitlines())
    return (
        f"import unittest\n\nimport calc\n{top}\n\nclass SubtractTest(unittest.TestCase):\n"
        f"{marked}    def test_subtract(self):\n{lines}{rest}"
    )


@dataclass
class Scene:
    """The clone of the card's agent, and the means to set the card's check as the feature tools do."""

    folder: Path
    freeze: Callable[[CheckSpec], None]

    def check(self, test: str = a_test(), command: str = COMMAND, *, name: str = NAME, **more: str) -> None:
        """Write the test, and set the check."""
        write_files(self.folder, {name: test})
        self.freeze(CheckSpec.model_validate({"command": command, "files": [name], **more}))

    def commit(self, files: Mapping[str, str] | None = None, *gone: str) -> None:
        """Write `files`, remove those that are `gone`, and commit."""
        for name in gone:
            (self.folder / name).unlink()
        commit_files(self.folder, {**(files or {})})

    def git(self, *args: str) -> str:
        """Run git in the clone."""
        return run_git(self.folder, *args)


Move = Callable[[Scene], None]


@dataclass(frozen=True)
class Honest:
    """What a diligent agent would do that looks most like the trick. `asked`: a person is asked, and says yes."""

    does: str
    move: Move
    badge: Proof = "proven"
    asked: bool = False


@dataclass(frozen=True)
class Trick:
    """`says`: a part of what the agent is told, or of the output. `asked`: a person is asked."""

    name: str
    cheat: Move
    says: str
    honest: Honest
    asked: bool = False


def with_check(files: Mapping[str, str], test: str | None = None, command: str = COMMAND, **more: str) -> Move:
    """Set the check, then commit it with `files`."""

    def play(scene: Scene) -> None:
        scene.check(test or a_test(), command, **more)
        scene.commit(files)

    return play


def afterwards(files: Mapping[str, str], *gone: str) -> Move:
    """Do honest work, then commit `files` and remove `gone`."""

    def play(scene: Scene) -> None:
        with_check({"calc.py": DONE})(scene)
        scene.commit(files, *gone)

    return play


def command_only(command: str, files: Mapping[str, str]) -> Move:
    """A check without files."""

    def play(scene: Scene) -> None:
        scene.freeze(CheckSpec(command=command))
        scene.commit(files)

    return play


WORK = {"calc.py": DONE}
HONEST = with_check(WORK)
