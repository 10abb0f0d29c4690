"""The macOS provider around a stand-in for sandbox-exec: everything but the wall itself."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from api.errors import InvalidInput
from harness.sandboxes import seatbelt
from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.conformance import Stage
from harness.sandboxes.conformance.walls import only_listed_hosts_are_reached
from harness.sandboxes.seatbelt import Seatbelt

pytestmark = pytest.mark.skipif(os.name != "posix", reason="places need POSIX processes")


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seatbelt:
    program = tmp_path / "sandbox-exec"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = -p ] || exit 64\nprintf %s "$2" > {tmp_path}/profile\nshift 2\nexec "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(seatbelt, "PROGRAM", program)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    return Seatbelt()


async def test_the_runner_starts_behind_the_profile(provider: Seatbelt, tmp_path: Path) -> None:
    stage = Stage(provider, tmp_path)
    async with stage.place(environment={"A": "b"}) as place:
        assert (await place.run("echo $A; cd ~ && pwd")).output.startswith("b\n/")
        assert "not verified" in place.banner
        profile = (tmp_path / "profile").read_text()
    assert f'(subpath "{place.workspace}")' in profile
    assert "(deny default)" in profile


async def test_hosts_are_reached_through_the_proxy_alone(provider: Seatbelt, tmp_path: Path) -> None:
    await only_listed_hosts_are_reached(Stage(provider, tmp_path))


async def test_a_host_that_is_none_is_refused(provider: Seatbelt, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="names no host"):
        await provider.open(PlaceSpec(tmp_path, tmp_path / "run", egress=("a/b",)))
