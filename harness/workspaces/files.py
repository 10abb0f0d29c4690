"""Reads and writes below a directory that an agent may be changing at the same moment.

Every path is walked one part at a time from a directory handle and no link is ever followed, so neither a link in
place of a folder nor one slipped in while we work leads out of the directory.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from api.errors import Conflict, InvalidInput

Kind = Literal["file", "directory", "link", "other"]

_NO_LINKS: int = getattr(os, "O_NOFOLLOW", 0) | getattr(
    os, "O_CLOEXEC", 0
)  # not on Windows, where no place opens either
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINKS
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _NO_LINKS  # a pipe in place of a file must not make us wait
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS


class Root:
    """One directory; names are relative to it, with slashes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def kind(self, name: str) -> Kind | None:
        """What is at `name`, links not followed; None when nothing is."""
        status = self._status(name)
        if status is None:
            return None
        if stat.S_ISREG(status.st_mode):
            return "file"
        if stat.S_ISDIR(status.st_mode):
            return "directory"
        return "link" if stat.S_ISLNK(status.st_mode) else "other"

    def size(self, name: str) -> int:
        """Bytes of the file at `name`; 0 when there is none."""
        status = self._status(name)
        return status.st_size if status is not None and stat.S_ISREG(status.st_mode) else 0

    def is_executable(self, name: str) -> bool:
        """Whether the owner may execute the file at `name`."""
        status = self._status(name)
        return status is not None and bool(status.st_mode & stat.S_IXUSR)

    def read(self, name: str, limit: int) -> bytes | None:
        """The bytes of the regular file at `name`; None when there is none, or it is longer than `limit` bytes."""
        try:
            with self._parent(name) as (directory, last):
                handle = os.open(last, _READ, dir_fd=directory)
        except OSError:
            return None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return None
        with os.fdopen(handle, "rb") as file:
            data = file.read(limit + 1)
        return None if len(data) > limit else data

    def read_link(self, name: str) -> str | None:
        """Where the link at `name` points; None when there is none."""
        try:
            with self._parent(name) as (directory, last):
                return os.readlink(last, dir_fd=directory)
        except OSError:
            return None

    def names(self, name: str = "") -> list[str]:
        """The names in directory `name`, sorted; none when it is no directory."""
        try:
            with self._directory(_parts(name) if name else ()) as handle:
                return sorted(os.listdir(handle))  # noqa: PTH208 - a handle, not a path
        except OSError:
            return []

    def holds_links(self, name: str) -> bool:
        """Whether anything in directory `name` or the folders right below it is a link, or `name` is no directory."""
        try:
            with self._directory(_parts(name)) as handle:
                folders = []
                with os.scandir(handle) as entries:
                    for entry in entries:
                        if entry.is_symlink():
                            return True
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(entry.name)
                return any(_has_link(handle, folder) for folder in folders)
        except OSError:
            return True

    def write(self, name: str, data: bytes, *, executable: bool = False, read_only: bool = False) -> None:
        """Put `data` at `name` in one step, replacing whatever is there; missing folders are made."""
        mode = 0o444 if read_only else 0o755 if executable else 0o644
        with self._placing(name) as (directory, temporary):
            handle = os.open(temporary, _CREATE, mode, dir_fd=directory)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                os.fchmod(handle, mode)

    def link(self, name: str, target: str) -> None:
        """Put a symbolic link to `target` at `name`, replacing whatever is there."""
        with self._placing(name) as (directory, temporary):
            os.symlink(target, temporary, dir_fd=directory)

    def remove(self, name: str) -> None:
        """Remove the file, link or whole directory at `name`, and the folders this leaves empty."""
        parts = _parts(name)
        with contextlib.suppress(OSError):  # not there at all, or a folder that is not empty
            with self._parent(name) as (directory, last):
                _discard(directory, last)
            for depth in range(len(parts) - 1, 0, -1):
                with self._directory(parts[: depth - 1]) as handle:
                    os.rmdir(parts[depth - 1], dir_fd=handle)

    def take(self, name: str, into: Path, limit: int) -> bool:
        """Copy the file or link at `name` to the same name below `into`.

        False when it is neither, or over `limit` bytes.
        """
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (destination := self.read_link(name)) is not None:
            target.symlink_to(destination)
            return True
        if (data := self.read(name, limit)) is None:
            return False
        target.write_bytes(data)
        target.chmod(0o755 if self.is_executable(name) else 0o644)
        return True

    def bring(self, name: str, source: Path) -> None:
        """Copy the file or link at the same name below `source` to `name`."""
        origin = source / name
        if origin.is_symlink():
            self.link(name, str(origin.readlink()))
        else:
            self.write(name, origin.read_bytes(), executable=bool(origin.stat().st_mode & stat.S_IXUSR))

    def _status(self, name: str) -> os.stat_result | None:
        try:
            with self._parent(name) as (directory, last):
                return os.stat(last, dir_fd=directory, follow_symlinks=False)
        except OSError:
            return None

    @contextlib.contextmanager
    def _parent(self, name: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
        *folders, last = _parts(name)
        with self._directory(tuple(folders), create=create) as handle:
            yield handle, last

    @contextlib.contextmanager
    def _directory(self, parts: tuple[str, ...], *, create: bool = False) -> Iterator[int]:
        handle = os.open(self.path, _DIRECTORY)
        try:
            for part in parts:
                if create:
                    _make_directory(handle, part)
                below = os.open(part, _DIRECTORY, dir_fd=handle)
                os.close(handle)
                handle = below
            yield handle
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def _placing(self, name: str) -> Iterator[tuple[int, str]]:
        """A folder and a temporary name in it, for something that then goes to `name` in one step."""
        temporary = f".{secrets.token_hex(8)}.tmp"
        try:
            with self._parent(name, create=True) as (directory, last):
                try:
                    yield directory, temporary
                    _put(directory, temporary, last)
                except OSError:
                    with contextlib.suppress(OSError):
                        os.unlink(temporary, dir_fd=directory)
                    raise
        except OSError as error:
            raise Conflict(f"{self.path / name} could not be written: {error.strerror}.") from error


def _put(directory: int, temporary: str, last: str) -> None:
    try:
        os.replace(temporary, last, src_dir_fd=directory, dst_dir_fd=directory)
    except IsADirectoryError:
        _discard(directory, last)
        os.replace(temporary, last, src_dir_fd=directory, dst_dir_fd=directory)


def _parts(name: str) -> tuple[str, ...]:
    parts = tuple(name.split("/"))
    if any(part in {"", ".", ".."} or "\0" in part for part in parts):
        raise InvalidInput(f"{name!r} is no path inside a folder: give one without '..' and empty parts.")
    return parts


def _has_link(directory: int, name: str) -> bool:
    handle = os.open(name, _DIRECTORY, dir_fd=directory)
    try:
        with os.scandir(handle) as entries:
            return any(entry.is_symlink() for entry in entries)
    finally:
        os.close(handle)


def _make_directory(handle: int, part: str) -> None:
    """A directory `part`, in place of a file or link that has its name."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISDIR(os.stat(part, dir_fd=handle, follow_symlinks=False).st_mode):
            os.unlink(part, dir_fd=handle)
    with contextlib.suppress(FileExistsError):
        os.mkdir(part, 0o755, dir_fd=handle)


def _discard(directory: int, name: str) -> None:
    if stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
        shutil.rmtree(name, dir_fd=directory)
    else:
        os.unlink(name, dir_fd=directory)
