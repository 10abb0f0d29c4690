"""Files as seen from inside the place: a link that points out of the workspace leads nowhere it should not."""

# ruff: noqa: PTH103, PTH105, PTH108, PTH110, PTH116, PTH120, PTH123 - pathlib would add 8 ms to the opening of every place

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
import threading

from harness.sandboxes.inside import wire


def send_file(connection: socket.socket, path: str) -> None:
    """Send the bytes of a regular file, then the end."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # a named pipe must not make us wait
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise wire.Refused("invalid_input", f"{path} is no regular file.")
            while data := file.read(wire.CHUNK):
                connection.sendall(wire.frame(wire.OUTPUT, data))
    except ConnectionError:
        raise
    except (OSError, ValueError) as error:
        raise _refusal(path, error) from error
    connection.sendall(wire.ending(0))


def write_file(path: str, data: bytes) -> None:
    """Replace the file at `path` in one step; one that was there keeps its mode."""
    beside = f"{path}.{threading.get_ident()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        mode = stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else 0o644
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
        os.replace(beside, path)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError, ValueError):
            os.unlink(beside)
        raise _refusal(path, error) from error


def _refusal(path: str, error: OSError | ValueError) -> wire.Refused:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return wire.Refused("not_found", f"There is no file {path} in the place.")
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return wire.Refused("not_allowed", f"The place does not allow that for {path}: {reason}.")
    return wire.Refused("invalid_input", f"{path!r} cannot be used: {reason}.")
