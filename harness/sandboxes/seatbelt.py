"""Places on macOS: the system's sandbox-exec around the runner. Written from its documentation, not verified.

Unlike bubblewrap it has no namespaces: processes of the machine can be seen, and the loopback is the machine's own.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.sandboxes.allowlist import Allowlist
from harness.sandboxes.base import Availability, PlaceSpec
from harness.sandboxes.local_place import LocalPlace, open_place
from harness.sandboxes.loopback import free_port, proxy_environment
from harness.sandboxes.runner_process import Handles, Walls, base_python, refuse_folder
from harness.sandboxes.toolchains import find_toolchains, own_environment, prefix_of

PROGRAM = Path("/usr/bin/sandbox-exec")
BANNER = (
    "The sandbox of macOS is used as documented but was not verified: look at what `doctor` says of the escapes it "
    "tried. Commands share this machine's loopback."
)
SYSTEM = ("/usr", "/bin", "/sbin", "/System", "/Library", "/opt", "/dev", "/private/etc", "/private/var/db")


class Seatbelt:
    """See base.Provider."""

    name = "seatbelt"
    isolated = True
    detached = False

    def __init__(self, *, environ: Mapping[str, str] | None = None, home: Path | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._home = Path.home() if home is None else home

    def availability(self) -> Availability:
        """See base.Provider."""
        if platform.system() != "Darwin":
            return Availability(
                False, "sandbox-exec exists on macOS only", "choose `bubblewrap` on Linux", "unsupported"
            )
        if not PROGRAM.exists():
            return Availability(False, f"{PROGRAM} is missing", "use a macOS that has it", "missing")
        return Availability(True)

    async def open(self, spec: PlaceSpec) -> LocalPlace:
        """See base.Provider."""
        Allowlist(spec.egress)
        refuse_folder(spec, self.name)
        home, scratch = spec.run_dir / "home", spec.run_dir / "tmp"
        port = free_port() if spec.egress else 0
        search = self._environ.get("PATH", "").split(os.pathsep)
        tools = find_toolchains(search, self._home, (*own_environment(), spec.run_dir, spec.workspace), spec.workspace)

        def command(handles: Handles) -> list[str]:
            home.mkdir()
            scratch.mkdir()
            readable = (*tools.shown, *spec.read_only, prefix_of(base_python()), handles.archive)
            text = profile(readable=readable, writable=(spec.workspace, home, scratch), proxy_port=port)
            python = [str(base_python()), "-I", "-S", str(handles.archive), str(handles.listener)]
            return [str(PROGRAM), "-p", text, *python]

        environment = {
            "PATH": os.pathsep.join(str(folder) for folder in tools.path),
            "HOME": str(home),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
            "SHELL": "/bin/bash",
            **tools.environment,
            **proxy_environment(port),
        }
        return await open_place(spec, Walls(command, environment, scratch=str(scratch), proxy_port=port, banner=BANNER))


def profile(*, readable: Sequence[Path], writable: Sequence[Path], proxy_port: int) -> str:
    """The rules in sandbox-exec's language: all is denied that is not named."""
    read = " ".join(_subpath(path) for path in (*map(Path, SYSTEM), *readable, *writable))
    write = " ".join(_subpath(path) for path in writable)
    rules = [
        "(version 1)",
        "(deny default)",
        "(allow process-fork process-exec*)",
        "(allow signal process-info* (target same-sandbox))",
        "(allow sysctl-read mach-lookup ipc-posix-shm* pseudo-tty)",
        "(allow file-read-metadata)",
        f'(allow file-read* (literal "/") {read})',
        f'(allow file-write* {write} (literal "/dev/null") (literal "/dev/tty") (regex #"^/dev/ttys[0-9]+$"))',
        '(allow network-bind network-inbound (local ip "localhost:*"))',
        '(allow network-outbound (remote ip "localhost:*"))',
    ]
    if not proxy_port:
        rules.append("; no egress: only the loopback")
    return "\n".join(rules)


def _subpath(path: Path) -> str:
    quoted = str(path.resolve()).replace("\\", "\\\\").replace('"', '\\"')
    return f'(subpath "{quoted}")'
