"""Commits copied from one repository to another, every object checked on the way: two processes, of `git fetch` seven.

The repository read from may borrow objects that an agent wrote. The one written to computes every hash anew and takes
no object that is malformed or names one that is not there.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from api.errors import Unavailable
from harness import processes
from harness.workspaces import git

_HEAD: Final = 12  # bytes of a pack before its first object
_FEW: Final = 100  # objects that are written one by one; more stay together in a pack, as git itself does it
_SECONDS: Final = 600.0
_GIVE: Final = ("pack-objects", "--revs", "--stdout", "--quiet", "--window=0", "--threads=1", "--delta-base-offset")


def copy(source: Path, target: Path, commit: str, known: Sequence[str]) -> None:
    """Copy `commit` with its history from the git folder `source` to the git folder `target`.

    Left out is what `known` commits hold, which are in both. GitFailed when something cannot be read, is malformed or
    missing; then nothing points to what has been copied.
    """
    wanted = "".join(f"{line}\n" for line in (commit, *(f"^{one}" for one in known)))
    gave, took = processes.pipe(
        ["git", f"--git-dir={source}", *_GIVE],
        lambda head: ["git", f"--git-dir={target}", *_taking(head)],
        head=_HEAD,
        cwd=target,
        env=git.environment(),
        stdin=wanted.encode(),
        timeout=_SECONDS,
    )
    for done in (gave, took):
        if done.timed_out:
            raise Unavailable(f"Copying {commit[:12]} did not finish within {_SECONDS:.0f} s: try again.")
        if not done.ok:
            text = gave.stderr.strip() or took.stderr.strip()
            raise git.GitFailed(
                f"{commit[:12]} cannot be copied: {git.gist(text)}.", exit_code=done.exit_code, text=text
            )


def _taking(head: bytes) -> list[str]:
    """The git command that takes a pack which begins with `head`."""
    if len(head) < _HEAD:  # none came: the end of the first program tells why
        return ["unpack-objects", "-q"]
    version, objects = struct.unpack(">II", head[4:])
    command = ["unpack-objects", "-q"] if objects < _FEW else ["index-pack", "--stdin", "--fix-thin"]
    return [*command, "--strict", f"--pack_header={version},{objects}"]
