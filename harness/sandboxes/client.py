"""Runs one command in a place for a shell on the host: `python -I -S client.py SOCKET REQUEST`.

A program of its own that imports next to nothing, because it starts once for every command of an agent. Output goes
to stdout as it comes; the exit code is the command's. When this is killed, so is what it runs: the runner sees the
connection end. REQUEST is a line of JSON, or `@FILE` for one too long for an argument.
"""

# ruff: noqa: PTH108, PTH119, PTH120, PTH123 - pathlib would triple the start-up time

from __future__ import annotations

import _socket  # socket itself costs 8 ms
import os
import sys

GONE = 125


def main(address: str, request: str) -> int:
    """Send the request and pass on what comes back; the exit code to end with."""
    place = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        os.chdir(os.path.dirname(address))  # the name of a socket may have 107 bytes at most
        place.connect(os.path.basename(address))
    except OSError:
        os.write(2, b"autocoder: the place this command belongs to is closed\n")
        return GONE
    if request.startswith("@"):
        with open(request[1:], encoding="utf-8") as file:
            request = file.read()
        os.unlink(file.name)
    place.sendall(request.rstrip("\n").encode() + b"\n")
    return follow(place)


def follow(place: _socket.socket) -> int:
    """Pass output on until the end of the answer."""
    buffer = b""
    while data := place.recv(262_144):
        buffer += data
        while len(buffer) >= 5 and len(buffer) >= 5 + (length := int.from_bytes(buffer[1:5], "big")):
            kind, payload, buffer = buffer[:1], buffer[5 : 5 + length], buffer[5 + length :]
            if kind == b"x":
                return int(payload.split(b" ", 1)[0])
            if kind == b"e":
                os.write(2, b"autocoder: " + payload + b"\n")
                return GONE
            show(payload)
    os.write(2, b"autocoder: the place was closed while this command ran\n")
    return GONE


def show(data: bytes) -> None:
    """Write all of `data` to stdout."""
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    try:
        os._exit(main(sys.argv[1], sys.argv[2]))
    except (KeyboardInterrupt, OSError):  # nobody reads our output any more
        os._exit(130)
