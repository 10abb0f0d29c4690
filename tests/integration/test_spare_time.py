"""Work that gives way: to verifications of others, but not to those whose programs are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from api.database import Database
from harness.sandboxes.base import PlaceSpec, Provider
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.sandboxes.process import Process
from harness.verification.gentle import GentleProvider
from harness.verification.records import Records
from harness.verification.spare_time import PATIENCE, SpareTime
from harness.workspaces import locks

WALLED = [pytest.mark.place, pytest.mark.skipif(not Bubblewrap().availability().ok, reason="there are no walls here")]


class Others(Records):
    """Records in which others verify as told."""

    def __init__(self, database: Database, tell: Callable[[int], list[int]]) -> None:
        super().__init__(database, "test", 30)
        self.asked = 0
        self._tell = tell

    def others(self, mine: int) -> list[int]:
        self.asked += 1
        return self._tell(self.asked)


async def done() -> str:
    return "done"


async def test_it_works_when_nobody_else_does(database: Database, tmp_path: Path) -> None:
    spare = SpareTime(Others(database, lambda _: []), tmp_path / "lock")
    assert await spare.spend(1, done) == "done"
    assert 0 <= spare.used < 1


async def test_it_waits_until_the_others_are_done(database: Database, tmp_path: Path) -> None:
    others = Others(database, lambda asked: [7] if asked < 4 else [])
    assert await SpareTime(others, tmp_path / "lock").spend(1, done) == "done"
    assert others.asked >= 4


async def test_a_program_that_is_gone_does_not_stop_it_for_ever(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.verification.spare_time.DEAD_AFTER", 0.3)
    assert await SpareTime(Others(database, lambda _: [7]), tmp_path / "lock").spend(1, done) == "done"


async def test_others_who_are_never_done_are_not_waited_for_forever(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.verification.spare_time.LONGEST_WAIT", 0.3)
    others = Others(database, lambda asked: [asked])
    assert await SpareTime(others, tmp_path / "lock").spend(1, done) == "done"


async def test_while_the_lock_is_held_nobody_is_taken_for_dead(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.verification.spare_time.DEAD_AFTER", 0.1)
    others = Others(database, lambda _: [7])
    with locks.held(tmp_path / "lock", 1):
        waiting = asyncio.create_task(SpareTime(others, tmp_path / "lock").spend(1, done))
        while others.asked < 4:  # noqa: ASYNC110 - asked from threads
            await asyncio.sleep(0.02)
        assert not waiting.done()
    assert await asyncio.wait_for(waiting, 10) == "done"


async def test_it_begins_again_after_an_interruption_until_its_patience_ends(
    database: Database, tmp_path: Path
) -> None:
    begun = 0

    async def slow() -> int:
        nonlocal begun
        begun += 1
        if begun <= PATIENCE:
            await asyncio.Event().wait()
        return begun

    # Asked before (free), at the start (free) and in the middle of each piece of work (somebody came).
    others = Others(database, lambda asked: [asked] if asked % 3 == 0 else [])
    found = await asyncio.wait_for(SpareTime(others, tmp_path / "lock").spend(1, slow), 20)
    assert found == PATIENCE + 1


async def test_without_patience_it_takes_its_turn(database: Database, tmp_path: Path) -> None:
    others = Others(database, lambda _: [7])
    assert await SpareTime(others, tmp_path / "lock").spend(1, done, patience=0) == "done"
    assert others.asked == 0


async def test_what_goes_wrong_is_told(database: Database, tmp_path: Path) -> None:
    async def wrong() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await SpareTime(Others(database, lambda _: []), tmp_path / "lock").spend(1, wrong)


@pytest.mark.parametrize("inner", [Process(), pytest.param(Bubblewrap(), marks=WALLED)], ids=lambda one: one.name)
async def test_commands_of_gentle_places_give_way(tmp_path: Path, inner: Provider) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    provider = GentleProvider(inner)
    assert (provider.name, provider.isolated, provider.availability().ok) == (inner.name, inner.isolated, True)
    place = await provider.open(PlaceSpec(workspace=workspace, run_dir=tmp_path / "run"))
    try:
        result = await place.run("nice; exit 3")
        assert (result.output.strip(), result.exit_code) == ("10", 3)
        assert (place.workspace, "No sandbox" in place.banner) == (workspace, not inner.isolated)
        await place.write_file("a.txt", b"a")
        assert await place.read_file("a.txt") == b"a"
        assert "a.txt" in place.client_command("cat a.txt")
        assert list(await place.refused()) == []
    finally:
        await place.close()
