"""The provider without walls conforms where no walls are asked for, and says what it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.errors import Unavailable
from harness.sandboxes import conformance
from harness.sandboxes.base import Limits, PlaceSpec
from harness.sandboxes.conformance import Check, Stage, checks, name_of
from harness.sandboxes.conformance.commands import a_flood_is_bounded, exit_code_is_the_commands
from harness.sandboxes.escapes import ESCAPES, Escape, try_escapes
from harness.sandboxes.local_place import LocalPlace
from harness.sandboxes.process import BANNER, Process

PROVIDER = Process()
pytestmark = pytest.mark.skipif(os.name != "posix", reason="places need POSIX processes")


@pytest.mark.parametrize("check", checks(PROVIDER), ids=name_of)
async def test_process_conforms(check: Check, tmp_path: Path) -> None:
    await check(Stage(PROVIDER, tmp_path))


async def test_it_says_that_there_are_no_walls(tmp_path: Path) -> None:
    async with Stage(PROVIDER, tmp_path).place() as place:
        assert place.banner == BANNER
    assert not PROVIDER.isolated


async def test_nothing_of_the_owners_environment_comes_along(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "ANTHROPIC_API_KEY": "secret", "LANG": "C"}
    async with Stage(Process(environ=environ), tmp_path).place() as place:
        names = {line.split("=")[0] for line in (await place.run("env")).output.splitlines()}
    assert names - {"PWD", "SHLVL", "_"} == {"PATH", "LANG", "HOME", "TMPDIR", "AUTOCODER_PLACE"}


def test_it_works_where_there_are_processes() -> None:
    assert PROVIDER.availability().ok


# Attempts that are aimed at bait alone: on a machine without walls they succeed, so the bait tells.
TELLING = (
    "read files of your home, .ssh first",
    "read the AutoCoder home and what lies beside the workspace",
    "write to your home and to what lies beside the workspace",
    "reach a service on this machine's loopback",
    "reach a Unix socket of this machine",
    "reach an abstract Unix socket of this machine",
    "see the environment of other processes",
    "kill a process of this machine",
)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="some attempts are for Linux")
async def test_without_walls_escapes_succeed_and_are_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id").write_text("secret")
    attempts = [escape for escape in ESCAPES if escape.name in TELLING]
    async with Stage(PROVIDER, tmp_path).place() as place:
        results = await try_escapes(place, home=home, attempts=attempts)
        left = [path for folder in (home, place.workspace.parent) for path in folder.glob(".autocoder-*")]
    assert {result.name: result.outcome for result in results} == dict.fromkeys(TELLING, "escaped")
    assert left == []


async def test_an_attempt_that_could_not_be_made_is_not_called_held(tmp_path: Path) -> None:
    missing = Escape("run what is not there", lambda bait: "no-such-program-here")
    empty = next(escape for escape in ESCAPES if escape.name == TELLING[0])
    async with Stage(PROVIDER, tmp_path).place() as place:
        results = await try_escapes(place, home=tmp_path / "nobody", attempts=[missing, empty])
    assert [(result.outcome, result.held) for result in results] == [("not tried", False)] * 2


class NoWall(Process):
    """A provider that claims what it has not."""

    async def open(self, spec: PlaceSpec) -> LocalPlace:
        if spec.limits.output_bytes != Limits().output_bytes:
            raise Unavailable("not today")
        return await super().open(spec)


async def test_the_whole_suite_gives_a_verdict_on_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = (a_flood_is_bounded, exit_code_is_the_commands)
    monkeypatch.setattr(conformance, "CHECKS", wanted)
    verdicts = {verdict.check: verdict for verdict in await conformance.run_conformance(NoWall(), tmp_path)}
    assert verdicts["exit_code_is_the_commands"].outcome == "passed"
    assert verdicts["a_flood_is_bounded"] == conformance.Verdict("a_flood_is_bounded", "failed", "not today")
    assert verdicts["escapes_are_held"].outcome == "not applicable"
