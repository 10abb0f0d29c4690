"""Conformance: files, seen from inside and from the owner's side."""

from __future__ import annotations

import os

from api.errors import AppError, InvalidInput, NotFound
from harness.sandboxes.base import Place
from harness.sandboxes.conformance.stage import Check, Stage, expect

BYTES = bytes(range(256)) * 5000


async def what_is_written_is_read(stage: Stage) -> None:
    async with stage.place() as place:
        await place.write_file("new/folder/file", BYTES)
        expect(await place.read_file("new/folder/file") == BYTES, "bytes come back as they went")
        expect(await place.read_file(place.workspace / "new/folder/file") == BYTES, "a path may be absolute")
        await place.run("chmod 700 new/folder/file")
        await place.write_file("new/folder/file", b"short")
        listed = await place.run("cd new/folder; cat file; stat -c ' %a' file; ls")
        expect(listed.output == "short 700\nfile\n", f"a file is replaced as a whole, not as {listed.output!r}")


async def what_cannot_be_read_is_said(stage: Stage) -> None:
    async with stage.place() as place:
        await place.run("mkfifo pipe")
        for path, kind in (("nothing", NotFound), (".", InvalidInput), ("pipe", InvalidInput), ("a\0b", InvalidInput)):
            expect(await _refused(place, path, kind), f"reading {path!r} is refused as {kind.kind}")
        try:
            await place.write_file("pipe/x", b"")
        except (NotFound, InvalidInput):
            return
    expect(False, "writing below something that is no folder is refused")


async def the_workspace_has_one_path(stage: Stage) -> None:
    async with stage.place() as place:
        (place.workspace / "outside").write_text("from outside", encoding="utf-8")
        result = await place.run(f"cat {place.workspace}/outside; echo from inside > inside")
        expect(result.output == "from outside", "what the owner writes is seen inside, under the same path")
        expect((place.workspace / "inside").read_text(encoding="utf-8") == "from inside\n", "and the other way round")
        expect((place.workspace / "inside").stat().st_uid == os.getuid(), "what is written inside is the owner's")


async def home_and_scratch_are_private(stage: Stage) -> None:
    async with stage.place() as place, stage.place() as other:
        result = await place.run('echo x > ~/mine && echo x > "$TMPDIR/mine" && echo ~')
        expect(result.ok and result.output.strip() != str(os.environ.get("HOME")), "the home is one of the place's own")
        seen = await other.run('cat ~/mine "$TMPDIR/mine"')
        expect("x" not in seen.output.split(), "two places do not share a home or a scratch folder")


async def _refused(place: Place, path: str, kind: type[AppError]) -> bool:
    try:
        await place.read_file(path)
    except kind:
        return True
    return False


CHECKS: tuple[Check, ...] = (
    what_is_written_is_read,
    what_cannot_be_read_is_said,
    the_workspace_has_one_path,
    home_and_scratch_are_private,
)
