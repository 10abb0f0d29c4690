"""Pictures a check leaves behind, such as screenshots of the page it tested: kept beside its receipt.

A check writes them to the folder named by AUTOCODER_ARTEFACTS, or to `test-results` as Playwright does. What is taken
is judged by its first bytes, not by its name, and bounded in number and size.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from harness.workspaces.files import Root

VARIABLE: Final = "AUTOCODER_ARTEFACTS"
OWN: Final = ".autocoder/artefacts"
FOLDERS: Final = (OWN, "test-results")
MOST: Final = 8
LARGEST: Final = 2 * 1024 * 1024  # bytes of one picture
KEPT: Final = 200  # verifications of a project whose pictures stay

_LOOKED_AT: Final = 500  # names, so that a check cannot make us look for ever
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_KINDS: Final = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}


def collect(checkout: Path) -> dict[str, bytes]:
    """The pictures in `checkout` by a safe name, in the order of their paths; no process may write there any more."""
    root = Root(checkout)
    found: dict[str, bytes] = {}
    for name in _files(root):
        data = root.read(name, LARGEST)
        kind = None if data is None else kind_of(data)
        if data is not None and kind is not None:
            stem = _UNSAFE.sub("-", name.rpartition("/")[2].rpartition(".")[0]).strip("-.")[:60] or "picture"
            found[f"{len(found) + 1}-{stem}.{kind}"] = data
        if len(found) == MOST:
            break
    return found


def kind_of(data: bytes) -> str | None:
    """The format of a picture as its file ending, by its first bytes; None when it is none that is kept."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), None)


def folder_of(project: Path, verification_id: int) -> Path:
    """Where the pictures of one verification are."""
    return project / OWN / str(verification_id)


def keep(project: Path, verification_id: int, pictures: Mapping[str, bytes]) -> list[str]:
    """Write them down; their names. The pictures of the oldest verifications go."""
    if not pictures:
        return []
    folder = folder_of(project, verification_id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    numbered = [path for path in folder.parent.iterdir() if path.name.isdecimal()]
    for old in sorted(numbered, key=lambda path: int(path.name))[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return list(pictures)


def _files(root: Root) -> Iterator[str]:
    looked = 0
    waiting = [name for name in reversed(FOLDERS) if root.kind(name) == "directory"]
    while waiting and looked < _LOOKED_AT:
        folder = waiting.pop()
        inside = []
        for entry in root.names(folder)[: _LOOKED_AT - looked]:
            looked += 1
            name = f"{folder}/{entry}"
            kind = root.kind(name)
            if kind == "file":
                yield name
            elif kind == "directory":
                inside.append(name)
        waiting += reversed(inside)
