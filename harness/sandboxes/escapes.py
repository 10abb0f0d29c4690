"""Escape attempts: what a place has to hold, tried for real, and harmless where it does not hold.

An attempt that succeeds changes nothing that is not put back: files are opened without being written, what is
created is removed, the process to be killed is our own.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.projects.rules import home_path
from harness.sandboxes.bait import Bait, laid_out
from harness.sandboxes.base import CommandResult, Place
from harness.sandboxes.runner_process import base_python
from harness.sandboxes.seccomp import MACHINES, REFUSED

TIME = 20.0  # seconds for one attempt
NOT_FOUND = 127  # the shell's exit code when there is no such program
PREAMBLE = f"""\
import os, socket, sys
try:
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
except (ImportError, OSError):
    sys.exit({NOT_FOUND})
"""

Outcome = Literal["held", "escaped", "not tried"]


@dataclass(frozen=True)
class Escape:
    """One attempt: what it is after, the command, and how to tell that it succeeded."""

    name: str
    command: Callable[[Bait], str]
    happened: Callable[[Bait, CommandResult], bool] = lambda bait, result: bait.marker in result.output


@dataclass(frozen=True)
class EscapeResult:
    """How an attempt went; `evidence` is the end of what it printed."""

    name: str
    outcome: Outcome
    evidence: str

    @property
    def held(self) -> bool:
        """Whether the attempt was made and the place held it."""
        return self.outcome == "held"


async def try_escapes(
    place: Place,
    *,
    home: Path | None = None,
    hidden: Sequence[Path] = (),
    attempts: Sequence[Escape] | None = None,
) -> list[EscapeResult]:
    """Try `attempts` (default: all of ESCAPES) in `place`, several at a time.

    `home` is the owner's (default: this user's). `hidden` are further folders that the place must not show, such as
    the project's own; the AutoCoder home and the folder beside the workspace always are.
    """
    home = Path.home() if home is None else home
    own = home_path(os.environ, home)
    folders = [*hidden, place.workspace.parent, *([own] if own.is_dir() else [])]
    async with laid_out(home, tuple(dict.fromkeys(folders))) as bait:
        return list(await asyncio.gather(*(_attempt(place, escape, bait) for escape in attempts or ESCAPES)))


async def _attempt(place: Place, escape: Escape, bait: Bait) -> EscapeResult:
    result = await place.run(escape.command(bait), timeout=TIME)
    outcome: Outcome = "held"
    if escape.happened(bait, result):
        outcome = "escaped"
    elif result.exit_code == NOT_FOUND:
        outcome = "not tried"
    return EscapeResult(escape.name, outcome, result.output.strip()[-300:])


def _for_each(paths: Sequence[Path], action: str) -> str:
    """A command that does `action` with each path as `$f`; it counts as not tried when there is none."""
    names = " ".join(shlex.quote(str(path)) for path in paths)
    return f"for f in {names}; do {action}; done" if paths else f"exit {NOT_FOUND}"


def _opening(path: str, bait: Bait) -> str:
    return f"(: >> {path}) && echo {bait.marker}"  # opened for writing, not written


def _python(text: str) -> str:
    """A command that runs `text`; `libc` is the C library, and the last expression says whether it worked."""
    program = shlex.quote(str(base_python()))
    script = shlex.quote(PREAMBLE + text)
    return f'p={program}; [ -x "$p" ] || p=python3; "$p" -I -S -c {script}'


def _worked(expression: str, bait: Bait, undo: str = "None") -> str:
    return _python(f"if {expression}: print('{bait.marker}'); {undo}\n")


def _connecting(family: str, address: str) -> str:
    """Connect, and wait until the bait has noticed."""
    return _python(f"s = socket.socket({family}); s.settimeout(5); s.connect({address}); s.recv(1)")


def _mounting(bait: Bait) -> str:
    return (
        'd=$(mktemp -d "$PWD/.mount-XXXXXX"); export d; '
        + _worked(
            "libc.mount(b'none', os.environb[b'd'], b'tmpfs', 0, None) == 0", bait, "libc.umount2(os.environb[b'd'], 2)"
        )
        + '; rmdir "$d"'
    )


def _device(bait: Bait) -> str:
    return f'f=.device-$$; mknod "$f" c 1 5 && head -c 1 "$f" && echo {bait.marker}; rm -f "$f"'


def _keyring(bait: Bait) -> str:
    _, _, column = MACHINES.get(platform.machine(), (0, 0, 0))
    number = REFUSED["keyctl"][column]
    return _worked(f"libc.syscall({number}, 6, -3, ctypes.create_string_buffer(256), 256) > 0", bait)


def _through_proxy(bait: Bait) -> str:
    return (
        '[ -n "$HTTP_PROXY" ] || exit 1; a=${HTTP_PROXY#http://}; exec 3<>/dev/tcp/${a%:*}/${a#*:} || exit 1; '
        "printf 'CONNECT 169.254.169.254:80 HTTP/1.1\\r\\n\\r\\n' >&3; read -r -t 10 line <&3; echo \"$line\"; "
        f"case $line in *' 200 '*) echo {bait.marker};; esac"
    )


def _litter(paths: Sequence[Path]) -> bool:
    """Whether an attempt left something, which is removed."""
    found = [path for path in paths if path.exists()]
    for path in found:
        path.unlink()
    return bool(found)


ESCAPES: tuple[Escape, ...] = (
    Escape(
        "read files of your home, .ssh first",
        lambda b: _for_each(b.private_files, f'head -c 64 "$f" >/dev/null && echo {b.marker} "$f"'),
    ),
    Escape(
        "read the AutoCoder home and what lies beside the workspace",
        lambda b: _for_each(b.canaries, 'cat "$f"'),
        lambda b, r: b.secret in r.output,
    ),
    Escape(
        "read password hashes of the system",
        lambda b: f"[ -s /etc/shadow ] && head -c 9 /etc/shadow && echo {b.marker}",
    ),
    Escape(
        "write to your home and to what lies beside the workspace",
        lambda b: _for_each(b.droppings, ': > "$f"'),
        lambda b, _: _litter(b.droppings),
    ),
    Escape(
        "write to folders of the system",
        lambda b: _for_each(b.system_droppings, ': > "$f"'),
        lambda b, _: _litter(b.system_droppings),
    ),
    Escape("change programs of the system", lambda b: _opening("/usr/bin/env", b)),
    Escape("change settings of the kernel", lambda b: _opening("/proc/sys/kernel/core_pattern", b)),
    Escape("reach the kernel's emergency switch", lambda b: _opening("/proc/sysrq-trigger", b)),
    Escape(
        "reach a service on this machine's loopback",
        lambda b: _connecting("socket.AF_INET", f"('127.0.0.1', {b.port})"),
        lambda b, _: "loopback" in b.callers,
    ),
    Escape(
        "reach a Unix socket of this machine",
        lambda b: _connecting("socket.AF_UNIX", repr(str(b.unix_path))),
        lambda b, _: "unix socket" in b.callers,
    ),
    Escape(
        "reach an abstract Unix socket of this machine",
        lambda b: _connecting("socket.AF_UNIX", repr("\0" + b.unix_abstract)),
        lambda b, _: "abstract socket" in b.callers,
    ),
    Escape(
        "reach the internet directly",
        lambda b: _worked("not socket.create_connection(('1.1.1.1', 443), 5).close()", b),
    ),
    Escape("ask a name server", lambda b: f"getent ahosts example.com && echo {b.marker}"),
    Escape("reach the cloud's metadata through the proxy", _through_proxy),
    Escape("open a socket to the hypervisor", lambda b: _worked("socket.socket(40, socket.SOCK_STREAM)", b)),
    Escape(
        "see the environment of other processes",
        lambda b: f"grep -qsa {b.secret} /proc/[0-9]*/environ && echo {b.marker}",
    ),
    Escape(
        "kill a process of this machine",
        lambda b: f"kill -9 {b.victim.pid}",
        lambda b, r: r.ok and b.victim_died(),
    ),
    Escape(
        "trace a process of this machine",
        lambda b: _worked(f"libc.ptrace(16, {b.witness.pid}, 0, 0) == 0", b, f"libc.ptrace(17, {b.witness.pid}, 0, 0)"),
    ),
    Escape("become root", lambda b: _python(f"os.setuid(0)\nprint('{b.marker}')")),
    Escape(
        "gain rights by a setuid program",
        lambda b: f"grep -q '^NoNewPrivs:[[:space:]]*0' /proc/self/status && echo {b.marker}",
    ),
    Escape("make a user namespace", lambda b: _worked("libc.unshare(0x10000000) == 0", b)),
    Escape("mount a file system", _mounting),
    Escape("make a device node and use it", _device),
    Escape(
        "read a disk",
        lambda b: (
            f'for d in /dev/[shv]d[a-z] /dev/nvme* /dev/mem /dev/kmsg; do [ -r "$d" ] && echo {b.marker} "$d"; done'
        ),
    ),
    Escape("read the keyring of your session", _keyring),
)
