"""The door to git: by argv, deaf to every hook, filter, prompt, alias and remote.

Host git never gets an agent's `.git` as its repository (bench.py says how its objects are read instead), so an agent's
configuration is never loaded. What is switched off here are the rest: the user's own hooks would run scripts that
agents may have changed, and anything that asks would wait forever.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from api.errors import AppError, Unavailable
from harness import processes
from harness.processes import Completed

OLDEST: Final = (2, 38)  # the first with `merge-tree --write-tree`
OUTPUT_LIMIT: Final = 64 * 1024 * 1024  # bytes; what is longer is an error, never cut in silence
NOWHERE: Final = "/dev/null"

_SETTINGS: Final[Mapping[str, str]] = {
    "core.hooksPath": NOWHERE,
    "core.fsmonitor": "false",
    "core.attributesFile": NOWHERE,
    "core.excludesFile": NOWHERE,
    "core.editor": "false",
    "core.sshCommand": "false",
    "core.askPass": "false",
    "core.pager": "cat",
    "core.quotePath": "true",  # paths arrive as ASCII, whatever bytes they are made of
    "core.packedRefsTimeout": "10000",
    "core.filesRefLockTimeout": "10000",
    "credential.helper": "",
    "protocol.allow": "never",
    "protocol.file.allow": "always",
    "transfer.fsckObjects": "true",
    "fetch.recurseSubmodules": "false",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "merge.autoStash": "false",
    "merge.verifySignatures": "false",
    "rerere.enabled": "false",
    "commit.gpgSign": "false",
    "log.showSignature": "false",
    "safe.directory": "*",
}


class GitFailed(Unavailable):
    """Git ended with an error; `text` is everything it said."""

    def __init__(self, detail: str, *, exit_code: int, text: str) -> None:
        super().__init__(detail)
        self.exit_code = exit_code
        self.text = text


def environment(extra: Mapping[str, str] | None = None, *, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment every git here gets: ours without GIT_*, one language, our settings above any file's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    variables = processes.clean_environment(base=inherited)
    every = {**_SETTINGS, **(settings or {})}
    for number, (name, value) in enumerate(every.items()):
        variables[f"GIT_CONFIG_KEY_{number}"] = name
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    variables.update(
        GIT_CONFIG_COUNT=str(len(every)),
        GIT_CONFIG_GLOBAL=NOWHERE,
        GIT_CONFIG_NOSYSTEM="1",
        GIT_ATTR_NOSYSTEM="1",
        GIT_TERMINAL_PROMPT="0",
        GIT_NO_LAZY_FETCH="1",
        GIT_NO_REPLACE_OBJECTS="1",
        LC_ALL="C",
    )
    variables.update(extra or {})
    return variables


def attempt(
    args: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    timeout: float = 120.0,
    encoding: str = "utf-8",
) -> Completed:
    """Run `git args` in `cwd` and return what came of it, failed or not.

    Raises Unavailable when git is missing, says more than OUTPUT_LIMIT or takes longer than `timeout` seconds.
    """
    try:
        done = processes.run(
            ["git", *args],
            cwd=cwd,
            env=environment(env, settings=settings),
            timeout=timeout,
            stdin=stdin,
            limit=OUTPUT_LIMIT,
            encoding=encoding,
        )
    except FileNotFoundError:
        if not cwd.is_dir():
            raise Unavailable(f"The folder {cwd} is gone: put it back or choose another.") from None
        raise Unavailable("Git is not installed: install git 2.38 or newer.") from None
    except NotADirectoryError:
        raise Unavailable(f"{cwd} is not a folder: choose one that is.") from None
    if done.timed_out:
        raise Unavailable(f"`git {args[0]}` did not finish within {timeout:.0f} s in {cwd}: try again.")
    if len(done.stdout) >= OUTPUT_LIMIT:
        raise Unavailable(f"`git {args[0]}` said more than 64 MB in {cwd}: leave generated files out with .gitignore.")
    return done


def git(
    args: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    timeout: float = 120.0,
) -> str:
    """What `git args` printed in `cwd`, without the last line break; GitFailed with git's own words otherwise."""
    done = attempt(args, cwd=cwd, env=env, settings=settings, stdin=stdin, timeout=timeout)
    if not done.ok:
        text = done.stderr.strip() or done.stdout.strip()
        raise GitFailed(f"`git {args[0]}` failed in {cwd}: {gist(text)}.", exit_code=done.exit_code, text=text)
    return done.stdout.removesuffix("\n")


def require_version() -> tuple[int, int]:
    """The version of the git found on PATH; Unavailable when it is missing or too old."""
    found = re.search(r"(\d+)\.(\d+)", git(["version"], cwd=Path("/")))
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version < OLDEST:
        raise Unavailable(f"Git {version[0]}.{version[1]} is too old: install git 2.38 or newer.")
    return version


def unquote(name: str) -> str:
    """The path git printed as `name`: as it is, or in double quotes with C escapes for bytes beyond plain ASCII."""
    if not (len(name) >= 2 and name[0] == name[-1] == '"'):
        return name
    single = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
    out = bytearray()
    position, body = 0, name[1:-1]
    while position < len(body):
        if body[position] != "\\":
            out += body[position].encode()
            position += 1
        elif body[position + 1] in single:
            out.append(single[body[position + 1]])
            position += 2
        else:
            out.append(int(body[position + 1 : position + 4], 8))
            position += 4
    return os.fsdecode(bytes(out))


def quote(name: str) -> str:
    """The path `name` in double quotes, every byte that is not plain ASCII as a C escape: what `unquote` reads."""
    plain = (chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}" for byte in os.fsencode(name))
    return f'"{"".join(plain)}"'


def lines(text: str) -> list[str]:
    """The lines of what git printed; line breaks inside quoted names do not occur."""
    return text.split("\n") if text else []


def paths_for_stdin(names: Sequence[str]) -> bytes:
    """`names` as `--stdin -z` wants them."""
    return b"".join(os.fsencode(name) + b"\0" for name in names)


def one_line(error: AppError) -> str:
    """The sentence of `error` for use inside another text."""
    return error.detail.rstrip(".")


def gist(text: str) -> str:
    """The line of git's words that says what is wrong."""
    for line in text.splitlines():
        if line.startswith(("fatal:", "error:")):
            return line.partition(":")[2].strip().rstrip(".")
    return (text.splitlines() or ["no reason given"])[-1].rstrip(".")
