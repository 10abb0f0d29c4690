"""Clean checkouts in a folder that is used again and again.

To make a file costs ten times what it costs to see that nobody touched it. So in a project of many files those of the
last checkout stay if they are the very ones git wrote: the same inode, with the time of its last change as the kernel
keeps it, which no program can set. Everything else in the folder goes, and git writes what is missing. What is known
of the files lies beside the folder, where no check can reach it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from harness.workspaces import clone, git, owned
from harness.workspaces.layout import Layout

WORTH: Final = 100  # files; below that a new folder is as quick
_TICK: Final = 10_000_000  # nanoseconds in which two changes may get the same time
_COARSE: Final = 1_000_000_000

Known = Mapping[str, list[int]]  # inode, time of change, mode and size of each file


def check_out(layout: Layout, into: Path, commit: str, borrowed: tuple[Path, ...] = ()) -> Known:
    """Make `into` a clean checkout of `commit`, whatever it holds; what `is_untouched` wants to know of its files."""
    known, index = _recall(into), _memory(into) / "index"
    if known:
        with contextlib.suppress(OSError, git.GitFailed):
            strip(into, known)
            clone.checkout(layout, into, commit, branch=None, borrowed=borrowed, index=index)
            files = facts_of(into)
            if not _are_converted(files):
                _remember(into, files)
                return files
    put_away(into)
    into.mkdir(parents=True)
    clone.checkout(layout, into, commit, branch=None, borrowed=borrowed)
    files = facts_of(into)
    _remember(into, files)
    return files


def is_untouched(folder: Path, files: Known) -> bool:
    """Whether `folder` holds just the `files` of its checkout, all as git wrote them; False where that cannot be told.

    A look at every file, which takes less than the git processes that tell what has changed.
    """
    if is_coarse(files):
        return False
    left = len(files)
    for name, facts in _files(folder):
        if files.get(name) != facts:
            return False
        left -= 1
    return not left


def put_away(into: Path) -> None:
    """Leave nothing in `into` but files that the next checkout can use."""
    known = _read(into)
    if known:
        with contextlib.suppress(OSError):
            strip(into, known)
            return
    owned.remove(into)
    owned.remove(_memory(into))


def _memory(into: Path) -> Path:
    return into.with_name(f"{into.name}.known")


def _read(into: Path) -> Known:
    """What is known of the files in `into`; nothing where none are to be kept."""
    try:
        found = json.loads((_memory(into) / "files").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and into.is_dir() and not into.is_symlink() else {}


def _recall(into: Path) -> Known:
    """The same, forgotten from now on: it is no longer true if the checkout is interrupted."""
    known = _read(into)
    (_memory(into) / "files").unlink(missing_ok=True)
    return known


def _remember(into: Path, known: Known) -> None:
    """Write down which files git has written. Where the system's times are too coarse for that, nothing is."""
    if len(known) < WORTH or is_coarse(known) or _are_converted(known):
        owned.remove(_memory(into))
        return
    _memory(into).mkdir(exist_ok=True)
    shutil.copyfile(into / ".git/index", _memory(into) / "index")
    settle(known)
    scratch = _memory(into) / "files.new"
    scratch.write_text(json.dumps(known))
    scratch.replace(_memory(into) / "files")


def settle(known: Known) -> None:
    """Wait until whoever changes one of the files changes its time."""
    newest = max((facts[1] for facts in known.values()), default=0)
    while time.time_ns() - newest < _TICK:
        time.sleep(0.002)


def is_coarse(known: Known) -> bool:
    """Whether the times of changes are not fine enough to see one that follows soon."""
    return sys.platform == "win32" or all(facts[1] % _COARSE == 0 for facts in known.values())


def _are_converted(files: Known) -> bool:
    """Whether more than its own content decides what a file looks like: another commit may have other rules for it."""
    return any(name.rpartition("/")[2] == ".gitattributes" for name in files)


def facts_of(folder: Path) -> Known:
    """What is to be known of the files in `folder`, by their names; of a repository's own nothing."""
    return dict(_files(folder))


def _files(folder: Path, prefix: str = "") -> Iterator[tuple[str, list[int]]]:
    with os.scandir(f"{folder}/{prefix}") as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if prefix or entry.name != ".git":
                    yield from _files(folder, f"{prefix}{entry.name}/")
            else:
                yield f"{prefix}{entry.name}", _facts(entry)


def facts_of_file(path: Path) -> list[int]:
    """What is to be known of one file."""
    return _told(path.lstat())


def _facts(entry: os.DirEntry[str]) -> list[int]:
    return _told(entry.stat(follow_symlinks=False))


def _told(found: os.stat_result) -> list[int]:
    return [found.st_ino, found.st_ctime_ns, found.st_mode, found.st_size]


def strip(folder: Path, known: Known) -> set[str]:
    """Remove what is not `known`; the names of the files that stay.

    Of a folder nothing stays but its name: its time and attributes could tell tales.
    """
    folders = frozenset(name[: cut + 1] for name in known for cut, letter in enumerate(name) if letter == "/")
    staying: set[str] = set()
    _strip(str(folder), "", known, folders, staying)
    return staying


def _strip(root: str, prefix: str, known: Known, folders: frozenset[str], staying: set[str]) -> None:
    with os.scandir(f"{root}/{prefix}") as found:
        entries = list(found)
    for entry in entries:
        name = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if f"{name}/" in folders and stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode) & 0o700 == 0o700:
                _strip(root, f"{name}/", known, folders, staying)
                _anonymise(entry.path)
            else:
                owned.remove(Path(entry.path))
        elif known.get(name) == _facts(entry):
            staying.add(name)
        else:
            os.unlink(entry.path)  # noqa: PTH108 - a Path for each of thousands of files takes longer than the rest


def _anonymise(folder: str) -> None:
    for name in os.listxattr(folder) if sys.platform == "linux" else ():
        os.removexattr(folder, name)
    os.chmod(folder, 0o755)  # noqa: PTH101, S103 - as above; nobody else gets into the folders around it
    os.utime(folder)
