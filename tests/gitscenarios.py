"""Programs that kill themselves at a named step: `python -m tests.gitscenarios SCENARIO BASE STEP`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from api.backlog.statuses import PERSON, Actor
from harness import processes
from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.local_place import LocalPlace
from harness.sandboxes.process import Process
from harness.verification import Conditions, Verifier
from harness.verification.rechecks import Rechecks
from harness.verification.undoing import undo
from tests.gitcards import add_card, claim_card, open_backlog, set_check
from tests.gitprojects import commit_files, open_project, run_git, start_card


def prepare(base: Path, on_step: Callable[[str], None]) -> None:
    """Make the folder a project."""
    open_project(base, on_step)


def land(base: Path, on_step: Callable[[str], None]) -> None:
    """Land what agent-1 committed for card 1."""
    repository = open_project(base, on_step)
    repository.land(repository.open_workspace("agent-1"), 1, "card 1")


def start(base: Path, on_step: Callable[[str], None]) -> None:
    """Move agent-1 on to card 2."""
    open_project(base, on_step).open_workspace("agent-1").start_feature(2, "two")


def follow(base: Path, on_step: Callable[[str], None]) -> None:
    """Let the user's branch follow."""
    open_project(base, on_step).follow()


def verify(base: Path, on_step: Callable[[str], None]) -> None:
    """Have card 1 of agent-1 verified; it has the check that set_up_card gave it."""
    repository = open_project(base, on_step)
    workspace = repository.open_workspace("agent-1")

    class Telling(Process):
        opened = 0

        async def open(self, spec: PlaceSpec) -> LocalPlace:
            place = await super().open(spec)
            Telling.opened += 1
            on_step(f"place {Telling.opened} opened")
            return place

    with contextlib.closing(open_backlog(repository.folder)) as database:
        verifier = Verifier(database, repository, Telling(), Conditions(lease_seconds=1))
        asyncio.run(verifier.verify(1, actor=Actor("agent-1", "coder"), workspace=workspace))


def take_back(base: Path, on_step: Callable[[str], None]) -> None:
    """Undo card 1."""
    repository = open_project(base, on_step)
    with contextlib.closing(open_backlog(repository.folder)) as database:
        undo(database, repository, 1, "", actor=PERSON)


def recheck(base: Path, on_step: Callable[[str], None]) -> None:
    """Run the check of a green card again."""
    repository = open_project(base, on_step)

    class Telling(Process):
        async def open(self, spec: PlaceSpec) -> LocalPlace:
            place = await super().open(spec)
            on_step("place opened")
            return place

    with contextlib.closing(open_backlog(repository.folder)) as database:
        rechecks = Rechecks(database, repository, Telling(), Conditions(lease_seconds=1))
        asyncio.run(rechecks.cycle())


SCENARIOS = {
    "prepare": prepare,
    "land": land,
    "start": start,
    "follow": follow,
    "verify": verify,
    "undo": take_back,
    "recheck": recheck,
}


def set_up(base: Path) -> None:
    """A project whose agent-1 has committed `work.txt` for card 1."""
    workspace = start_card(open_project(base), "agent-1", 1)
    commit_files(workspace.path, {"work.txt": "w\n", "folder/more.txt": "m\n"})


def set_up_card(base: Path, command: str = "test -e work.txt") -> None:
    """The same, with card 1 in the backlog, claimed by agent-1 and checked by `command`."""
    set_up(base)
    with contextlib.closing(open_backlog(base / "app")) as database:
        assert add_card(database) == 1
        claim_card(database, 1)
        set_check(database, 1, command)


def run_killed(scenario: str, base: Path, step: str) -> None:
    """Run `scenario` in a process of its own that dies by SIGKILL at `step`; AssertionError when it got past it."""
    done = processes.run([sys.executable, "-m", "tests.gitscenarios", scenario, str(base), step], cwd=ROOT)
    assert done.exit_code == -signal.SIGKILL, done


def landings(folder: Path, number: int = 1) -> int:
    """How many commits on the integration branch landed card `number`."""
    return len(run_git(folder, "log", "--format=%H", f"--grep=^Feature: #{number}$", "autocoder/integration").split())


ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":

    def _die(step: str) -> None:
        if step == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)

    SCENARIOS[sys.argv[1]](Path(sys.argv[2]), _die)
