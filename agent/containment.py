"""How the CLI is started: it never outlives its agent, and its own view of the files has little that can be written.

The gate (agent.hooks) decides every tool call; this is for the case that a decision is outrun, by a link that is
swapped between the decision and the deed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from api.errors import Unavailable
from harness import processes
from harness.sandboxes.bubblewrap import find_bwrap

WRAPPER = Path(__file__).parent / "contained_cli.sh"

Containment = Literal["root", "user", "none"]

# What the CLI itself keeps in a home; its login lives there and is renewed there.
_CLI_FILES = (".claude", ".claude.json", ".claude.json.backup")


@dataclass(frozen=True)
class View:
    """What the CLI sees of the machine's files.

    Everything is read-only but `writable`; `home` is hidden but for `readable`, or, with `keeps_login`, but for the
    CLI's own files in it.
    """

    home: Path
    writable: tuple[Path, ...]
    readable: tuple[Path, ...] = ()
    keeps_login: bool = False


def find_cli(environ: Mapping[str, str]) -> Path:
    """The Claude Code CLI: the one that ships with the SDK, else `claude` on PATH. Unavailable when there is none."""
    spec = importlib.util.find_spec("claude_agent_sdk")
    if spec is not None and spec.origin is not None:
        name = "claude.exe" if sys.platform == "win32" else "claude"
        bundled = Path(spec.origin).parent / "_bundled" / name
        if bundled.is_file():
            return bundled
    found = shutil.which("claude", path=environ.get("PATH"))
    if found is None:
        msg = "The Claude Code CLI was not found: install the requirements again, or put `claude` on PATH."
        raise Unavailable(msg)
    return Path(found)


def contained_cli(environ: Mapping[str, str], view: View, folder: Path) -> tuple[Path, dict[str, str]]:
    """The program to start as the CLI, and the variables it needs; the list of mounts is written into `folder`.

    Where the machine does not allow the whole of it, what it allows: see docs/sandbox.md.
    """
    cli = find_cli(environ)
    mode = containment()
    if mode == "none":
        return cli, {}
    variables = {"AUTOCODER_CLI": str(cli), "AUTOCODER_CONTAINMENT": mode}
    bwrap = find_bwrap(environ)
    if bwrap is not None and mounts_work(bwrap):
        listing = folder / "cli-mounts"
        arguments = [*mounts(view), *_read_only(_programs(cli, bwrap))]
        listing.write_bytes(b"".join(os.fsencode(part) + b"\0" for part in arguments))
        variables |= {"AUTOCODER_BWRAP": str(bwrap), "AUTOCODER_MOUNTS": str(listing)}
    return WRAPPER, variables


@cache
def containment() -> Containment:
    """What ties a child's life to ours here. `none` outside Linux, and where user namespaces are forbidden."""
    if sys.platform != "linux" or not all(map(shutil.which, ("setsid", "setpriv", "unshare"))):
        return "none"
    mode: Containment = "root" if os.geteuid() == 0 else "user"
    return mode if _try(*_namespaces(mode)) else "none"


@cache
def mounts_work(bwrap: Path) -> bool:
    """Whether the CLI can be given a view of its own here, inside its process namespace."""
    return _try(*_namespaces(containment()), bwrap, "--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev")


def mounts(view: View) -> list[str]:
    """The bwrap arguments for `view`; a later one lies over an earlier one."""
    arguments = ["--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - a private one
    home = view.home.resolve()
    if view.keeps_login:
        arguments += _home_with_login(home)
    elif home != Path("/"):
        arguments += ["--tmpfs", str(home)]
    arguments += _read_only(view.readable)
    for path in view.writable:
        arguments += ["--bind", str(path), str(path)]
    return arguments


def _programs(cli: Path, bwrap: Path) -> Sequence[Path]:
    """What must be there for the CLI and for the client programs its Bash tool starts."""
    prefixes = [Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[1] / "harness"]
    return [path.resolve() for path in (*prefixes, cli, bwrap) if path.exists()]


def _read_only(paths: Sequence[Path]) -> list[str]:
    return [part for path in paths for part in ("--ro-bind", str(path), str(path))]


def _home_with_login(home: Path) -> list[str]:
    """The home itself stays: the CLI replaces its files there by renaming. The rest of it is hidden or read-only."""
    arguments = ["--bind", str(home), str(home)]
    for entry in sorted(home.iterdir()):
        if entry.name in _CLI_FILES or entry.is_symlink():
            continue
        if not entry.name.startswith("."):
            arguments += ["--ro-bind", str(entry), str(entry)]
        elif entry.is_dir():
            arguments += ["--tmpfs", str(entry)]
        else:
            arguments += ["--ro-bind", "/dev/null", str(entry)]
    return arguments


def _namespaces(mode: Containment) -> list[str]:
    user = ["--user", "--map-current-user"] if mode == "user" else []
    return ["unshare", *user, "--pid", "--fork", "--kill-child=KILL", "--mount-proc"]


def _try(*command: str | Path) -> bool:
    try:
        return processes.run([*command, "true"], timeout=10).ok
    except FileNotFoundError:
        return False
