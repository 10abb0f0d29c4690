"""Packages that stay from one run to the next, instead of being copied for each: thousands of files in many a project.

They are moved out of the checkout after the run, and back for the next run that needs the same ones. Before that,
every file is looked at: the inode, and the time of its last change as the kernel keeps it, tell whether it still is the
one that was copied. What a check wrote goes, and what it changed or removed is copied again.
"""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness import processes
from harness.workspaces import checkouts, owned
from harness.workspaces.checkouts import Known

_COPY_SECONDS = 600.0
_USUAL = 0o755
_MOST_MENDED = 0.2  # share of the files above which all are copied anew


@dataclass(frozen=True)
class _Note:
    """What was brought: the folders `names`, each folder in them with its mode, each file as `checkouts` knows it."""

    key: str
    names: Sequence[str]
    folders: Mapping[str, int]
    files: Known


class Spare:
    """The packages of the folder `checkout` between two runs in it; used by one run at a time."""

    def __init__(self, checkout: Path) -> None:
        self._checkout = checkout
        self._tree = checkout.with_name(f"{checkout.name}.packages")
        self._note = checkout.with_name(f"{checkout.name}.packages.json")

    def bring(self, key: str, kept: Path, names: Sequence[str]) -> bool:
        """Put the folders `names` of `kept`, known as `key`, into the checkout; False when they did not fit.

        `put_by` them when the run is over.
        """
        found = self._read()
        self._note.unlink(missing_ok=True)  # no longer true if this is interrupted
        note = None if found is None or found.key != key else self._mended(found, kept)
        if note is None:
            owned.remove(self._tree)
            self._tree.mkdir(parents=True)
            if not copy(kept, self._tree):
                return False
            note = _Note(key, names, _folders(self._tree), checkouts.facts_of(self._tree))
        fitted = all(_move(self._tree / name, self._checkout / name) for name in names)
        if fitted and not checkouts.is_coarse(note.files):
            checkouts.settle(note.files)
            scratch = self._note.with_suffix(".new")
            scratch.write_text(json.dumps(vars(note)))
            scratch.replace(self._note)
        return fitted

    def put_by(self) -> None:
        """Take what was brought out of the checkout; nothing where nothing is known of it."""
        note = self._read()
        root = self._checkout.resolve()
        for name in note.names if note is not None else ():
            with contextlib.suppress(OSError):  # the run may have removed it, or put a link in its way
                if (self._checkout / name).resolve() == root / name and not (self._tree / name).exists():
                    _move(self._checkout / name, self._tree / name)
        if note is None:
            owned.remove(self._tree)

    def _read(self) -> _Note | None:
        try:
            return _Note(**json.loads(self._note.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _mended(self, note: _Note, kept: Path) -> _Note | None:
        """What is known of the folders put by, once they are what `kept` holds; None if it is better to copy that."""
        try:
            staying = checkouts.strip(self._tree, note.files)
            missing = [name for name in note.files if name not in staying]
            if len(missing) > _MOST_MENDED * len(note.files):
                return None
            for name in note.folders:
                with contextlib.suppress(FileExistsError):
                    (self._tree / name).mkdir()
                    (self._tree / name).chmod(_USUAL)
            for name in missing:
                shutil.copy2(kept / name, self._tree / name, follow_symlinks=False)
            for name in (name for name, mode in note.folders.items() if mode != _USUAL):
                (self._tree / name).chmod(note.folders[name])
            changed = {name: checkouts.facts_of_file(self._tree / name) for name in missing}
        except OSError:
            return None
        return replace(note, files={**note.files, **changed})


def copy(source: Path, target: Path) -> bool:
    """Copy a folder with everything in it; links stay links."""
    flags = ["-a", "--reflink=auto"] if platform.system() == "Linux" else ["-a"]
    return processes.run(["cp", *flags, f"{source}/.", str(target)], timeout=_COPY_SECONDS).ok


def _move(source: Path, target: Path) -> bool:
    """Whether `source` could be moved to `target`, where nothing is yet."""
    if target.exists() or target.is_symlink():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    return True


def _folders(root: Path) -> dict[str, int]:
    """The mode of every folder below `root`, outer ones first."""
    found = (path for path in root.rglob("*") if path.is_dir() and not path.is_symlink())
    return {str(path.relative_to(root)): path.stat().st_mode & 0o777 for path in sorted(found)}
