"""What the owner of a place and its runner say to each other, for both ends.

A request is a line of JSON on a connection of its own; an answer is frames of 1 byte kind, 4 bytes length and the
payload: `o` output, `x` the end (an exit code and JSON), `e` a refusal (JSON).
"""

from __future__ import annotations

import json

OUTPUT, END, REFUSAL = b"o", b"x", b"e"
HEAD = 5  # bytes before a payload
CHUNK = 262_144  # bytes of output in one frame
FRAME = 1_048_576  # longest payload the owner takes: what comes out of a place is not trusted
LINE = 16_777_216  # longest request


class Settings:
    """What the owner says when the place opens."""

    def __init__(
        self,
        *,
        workspace: str,
        scratch: str,
        environment: dict[str, str],
        mark: str,
        contained: bool,
        proxy_port: int,
        memory_bytes: int,
        processes: int,
        file_bytes: int,
        open_files: int,
        output_bytes: int,
    ) -> None:
        self.workspace = workspace
        self.scratch = scratch
        self.environment = environment
        self.mark = mark
        self.contained = contained
        self.proxy_port = proxy_port
        self.memory_bytes = memory_bytes
        self.processes = processes
        self.file_bytes = file_bytes
        self.open_files = open_files
        self.output_bytes = output_bytes

    def line(self) -> bytes:
        """These settings as they are sent."""
        return json.dumps(vars(self)).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Settings:
        """The settings sent as `line`."""
        return cls(**json.loads(line))


class Request:
    """One request; which fields count depends on `do`: run, read, write, forward."""

    def __init__(
        self,
        do: str,
        *,
        command: str = "",
        cwd: str = "",
        shared_cwd: bool = False,
        environment: dict[str, str] | None = None,
        timeout: float | None = None,
        path: str = "",
        size: int = 0,
        port: int = 0,
    ) -> None:
        self.do = do
        self.command = command
        self.cwd = cwd
        self.shared_cwd = shared_cwd
        self.environment = environment
        self.timeout = timeout
        self.path = path
        self.size = size
        self.port = port

    def line(self) -> bytes:
        """This request as it is sent: only what differs from the defaults."""
        return json.dumps({name: value for name, value in vars(self).items() if value}).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Request:
        """The request sent as `line`."""
        return cls(**json.loads(line))


class Refused(Exception):
    """A request that cannot be met: a kind of api.errors, and a sentence."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind

    def frame(self) -> bytes:
        """This refusal as it is sent."""
        return frame(REFUSAL, json.dumps({"kind": self.kind, "detail": str(self)}).encode())


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame of an answer."""
    return kind + len(payload).to_bytes(4, "big") + payload


def ending(exit_code: int, **facts: object) -> bytes:
    """The last frame of an answer."""
    return frame(END, f"{exit_code} {json.dumps(facts)}".encode())
