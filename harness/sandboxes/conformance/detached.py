"""Ports and paths of a place: its own where the provider says so, the machine's otherwise."""

from __future__ import annotations

import contextlib
import dataclasses

from api.errors import InvalidInput
from harness.sandboxes.conformance.stage import Check, Stage, expect, there

LISTEN = (
    "python3 -c \"import socket; s = socket.socket(); s.bind(('127.0.0.1', 4321)); s.listen(); "
    "print('listening', flush=True); import time; time.sleep(60)\" > said & "
    "until grep -q listening said; do kill -0 $! || exit 1; done"
)


async def two_places_have_ports_of_their_own(stage: Stage) -> None:
    async with stage.place() as one, dataclasses.replace(stage, root=stage.root / "other").place() as other:
        for place in (one, other):
            done = await place.run(LISTEN)
            expect(done.ok, f"each of two places listens on the same port: {done.output}")


async def a_folder_is_shown_as_the_workspace(stage: Stage) -> None:
    spec = stage.spec()
    folder = stage.root / "elsewhere"
    folder.mkdir()
    (spec.workspace / "covered").touch()
    place = await stage.provider.open(dataclasses.replace(spec, folder=folder))
    try:
        done = await place.run("pwd && ls -A && touch made")
        expect(done.output == f"{spec.workspace}\n", f"it has the path of the workspace, and its own files: {done}")
        await place.write_file("sent", b"1")
        expect(await place.read_file("made") == b"", "files are read where commands write them")
    finally:
        await place.close()
    expect(await there(folder / "made") and await there(folder / "sent"), "what was written is in the folder")
    expect(not await there(spec.workspace / "made"), "what it covers is left alone")
    expect(await there(spec.workspace / "covered"), "what it covers is left alone")


async def no_folder_is_shown_elsewhere(stage: Stage) -> None:
    spec = dataclasses.replace(stage.spec(), folder=stage.root)
    with contextlib.suppress(InvalidInput):
        await stage.provider.open(spec)
        expect(False, "a folder that cannot be shown at another path is refused")
    expect(not spec.run_dir.exists(), "a refused place leaves nothing")


DETACHED: tuple[Check, ...] = (two_places_have_ports_of_their_own, a_folder_is_shown_as_the_workspace)
ATTACHED: tuple[Check, ...] = (no_folder_is_shown_elsewhere,)
