"""How the CLI is started so that it never outlives its agent: finds out once what this machine allows."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from api.errors import Unavailable
from harness import processes

WRAPPER = Path(__file__).parent / "contained_cli.sh"

Containment = Literal["root", "user", "none"]


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


@cache
def containment() -> Containment:
    """What ties a child's life to ours here. `none` outside Linux, and where user namespaces are forbidden."""
    if sys.platform != "linux" or not all(map(shutil.which, ("setsid", "setpriv", "unshare"))):
        return "none"
    mode: Containment = "root" if os.geteuid() == 0 else "user"
    user = ["--user", "--map-current-user"] if mode == "user" else []
    tried = processes.run(
        ["unshare", *user, "--pid", "--fork", "--kill-child=KILL", "--mount-proc", "true"], timeout=10
    )
    return mode if tried.ok else "none"


def contained_cli(environ: Mapping[str, str]) -> tuple[Path, dict[str, str]]:
    """The program to start as the CLI, and the variables it needs."""
    cli, mode = find_cli(environ), containment()
    if mode == "none":
        return cli, {}
    return WRAPPER, {"AUTOCODER_CLI": str(cli), "AUTOCODER_CONTAINMENT": mode}
