"""Folders of the server's machine, as the folder browser needs them. Symbolic links are resolved before anything."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from api.errors import Conflict, InvalidInput, NotAllowed, NotFound
from server.schemas import Directory, DirectoryEntry, PathCheck

MOST_ENTRIES: Final = 1_000


def resolve(text: str) -> Path:
    """The absolute path of `text` (`~` is the user's home), without links. InvalidInput when it is none."""
    try:
        path = Path(text).expanduser()
        if not path.is_absolute():
            raise InvalidInput(f"{text!r} is no absolute path: begin it with / or ~.", field="path")
        return _reachable(path.resolve())
    except (ValueError, OSError, RuntimeError) as error:  # a NUL, a name that is too long, a loop of links
        raise InvalidInput(f"{text!r} cannot be a path: {_why(error)}.", field="path") from error


def _reachable(path: Path) -> Path:
    """`path`, unless the system says that it could never be one (OSError)."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return path
    return path


def list_folder(path: Path) -> Directory:
    """The folders in `path`, without hidden ones and those this user may not enter."""
    try:
        with os.scandir(path) as found:
            names = sorted((entry.name for entry in found if _shown(entry)), key=str.casefold)
    except OSError as error:
        raise _refusal(path, error) from error
    entries = [DirectoryEntry(name=name, path=path / name) for name in names[:MOST_ENTRIES]]
    parent = path.parent if path.parent != path else None
    return Directory(path=path, parent=parent, entries=entries, truncated=len(names) > MOST_ENTRIES)


def create_folder(path: Path) -> Directory:
    """Make one folder in an existing one."""
    try:
        path.mkdir()
    except FileExistsError as error:
        raise Conflict(f"{path} exists already: choose another name.", field="path") from error
    except OSError as error:
        raise _refusal(path.parent, error) from error
    return list_folder(path)


def check_for_project(path: Path, *, home: Path, install_folder: Path) -> PathCheck:
    """Whether `path` can hold a project."""
    exists = _exists(path)
    empty = not exists or (path.is_dir() and os.access(path, os.R_OK) and not any(path.iterdir()))
    complaint = _complaint(path, home, install_folder)
    if complaint is not None:
        return PathCheck(path=path, exists=exists, empty=empty, usable=False, detail=complaint)
    if not exists:
        detail = "The folder will be created."
    else:
        detail = "The folder is empty." if empty else "The folder has files; agents will build upon them."
    return PathCheck(path=path, exists=exists, empty=empty, usable=True, detail=detail)


def _complaint(path: Path, home: Path, install_folder: Path) -> str | None:
    if _exists(path) and not path.is_dir():
        return f"{path} is a file: choose a folder."
    taken = {Path.home().resolve(), install_folder, home}
    if any(path == other or path in other.parents for other in taken):
        return f"{path} holds more than a project: choose a folder of its own."
    if home in path.parents:
        return f"{path} is inside AutoCoder's own home: choose a folder elsewhere."
    existing = next(folder for folder in (path, *path.parents) if _exists(folder))
    if not existing.is_dir():
        return f"{existing} is a file: choose another place."
    if not os.access(existing, os.W_OK | os.X_OK):
        return f"{existing} cannot be written by this user: choose another place."
    return None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # in a folder this user may not enter
        return False


def _shown(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir() and os.access(entry.path, os.R_OK | os.X_OK)
    except OSError:
        return False


def _refusal(path: Path, error: OSError) -> NotFound | NotAllowed | InvalidInput:
    match error:
        case FileNotFoundError():
            return NotFound(f"There is no folder {path}.", field="path")
        case NotADirectoryError():
            return InvalidInput(f"{path} is a file: give a folder.", field="path")
        case PermissionError():
            return NotAllowed(f"This user may not use the folder {path}.", field="path")
        case _:
            return InvalidInput(f"The folder {path} cannot be used: {_why(error)}.", field="path")


def _why(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()
