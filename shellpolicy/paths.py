"""Paths in commands: what lies outside, what is never written, what is never even named.

All of it is lexical. Symbolic links, and everything else only a file system knows, are the sandbox's job.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, UNKNOWN, is_known, show

_OUTSIDE_HINT = "Work inside the workspace with relative paths; for scratch files use mktemp."
_TEMPORARY = ("/tmp", "/var/tmp", "/private/tmp")  # noqa: S108 - names to compare with, nothing is written
_DEVICES = frozenset({"/dev/null", "/dev/zero", "/dev/full", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty"})
_PROTECTED = (".git", ".mcp.json", ".claude", ".autocoder")
_SECRET = (
    ".ssh", ".aws", ".gnupg", ".netrc", ".docker", ".kube", ".npmrc", ".pypirc", ".git-credentials", ".azure",
    ".claude", ".claude.json", ".password-store", ".bash_history", ".zsh_history", ".pgpass", ".autocoder",
)  # fmt: skip
_SECRET_PLACE = re.compile(
    r"/proc/(?!net/|\d+/status\Z|self/status\Z)[^/]+/|/proc/kcore|/etc/(?:g?shadow|sudoers)|/dev/(?:tcp|udp|mem|kmem|port|sd"
    r"|nvme|vd|disk|loop)|(?:/var)?/run/(?:secrets|docker\.sock)|.*/\.config/(?:gh|gcloud|op|git)(?:/|\Z)"
)
_STARTS_LIMIT = 50
_STARTS = re.compile(r"(?:\A|[=@:,<>]|\A-[A-Za-z])(?=[~/])")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command runs: the workspace and the directory in it, None when unknown."""

    workspace: str | None
    cwd: str | None


def check_mention(text: str, place: Place) -> None:
    """Refuse a word that names credentials, another process's insides or a network device."""
    if "/" not in text and "~" not in text:
        return
    starts = [found.end() for found in _STARTS.finditer(text)] if not re.search(r"\s", text) else [0]
    if len(starts) > _STARTS_LIMIT:
        refuse(f"{show(text)!r} holds too many paths in one word", "Give them one by one.")
    for start in starts:
        path = posixpath.normpath(re.sub(r"\A(?:/+|~[^/]*)", _root, text[start:]))
        if path.startswith("/") and not (place.workspace is not None and is_under(path, place.workspace)):
            _check_place(path, text)


def _check_place(path: str, text: str) -> None:
    parts = path.split("/")
    hidden = [part for part in parts[1:4] if part.startswith(".")]
    if any(fnmatchcase(name, part) for part in hidden for name in _SECRET) and _is_home(parts[1]):
        refuse(f"{show(text)!r} is where credentials or private settings are kept", _OUTSIDE_HINT)
    if _SECRET_PLACE.match(path) or (path.startswith("/dev/") and not is_known(path[:8])):
        refuse(f"{show(text)!r} is a part of the system no command here needs", _OUTSIDE_HINT)


def _root(found: re.Match[str]) -> str:
    return "/" if found[0].startswith("/") else "/home/somebody"


def check_write(text: str, place: Place) -> None:
    """Refuse to write outside the workspace and the temporary directories, or into what belongs to the harness."""
    check_mention(text, place)
    check_protected(text, place)
    if text.startswith((UNKNOWN, MANY)) or text == "-":
        return
    path = _absolute(text, place)
    if path is None or path in _DEVICES or path.startswith("/dev/fd/"):
        return
    if path.startswith("~") or not is_inside(path, place):
        refuse(f"{show(text)!r} is outside the workspace", _OUTSIDE_HINT)


def check_protected(text: str, place: Place) -> None:
    """Refuse to change git's own files and the agent's settings, wherever they are."""
    if place.workspace is not None:
        text = text.replace(place.workspace + "/", "")
    for part in re.split(r"[/=]", text):
        name = part.casefold()
        if name.startswith(".") and any(fnmatchcase(protected, name) for protected in _PROTECTED):
            refuse(
                f"{show(text)!r} belongs to git or to the settings of the agent: commands do not write there",
                "Use git's own commands; leave .git, .claude, .mcp.json and .autocoder alone.",
            )


def check_removal(text: str, place: Place) -> None:
    """Refuse to remove a whole tree unless it is certain that it lies inside."""
    check_write(text, place)
    hint = "Name the directory from the workspace root: rm -rf dist; a variable must be set in the same command."
    if not text or not is_known(text):
        refuse(f"what {show(text)!r} stands for is not known before it runs, so its tree is not removed", hint)
    if ".." in text.split("/") or text.startswith("~"):
        refuse(f"removing the tree {show(text)!r} could reach outside the workspace", hint)
    path = posixpath.normpath(text)
    if path.startswith("/"):
        if path in (*_TEMPORARY, place.workspace) or (posixpath.dirname(path) in _TEMPORARY and _is_pattern(path)):
            refuse(f"{show(text)!r} is too much to remove at once", hint)
    elif path == ".":
        refuse("the current directory cannot be removed as a tree", hint)


def check_directory(text: str, place: Place) -> None:
    """Refuse a directory to work in that lies outside, or inside .git."""
    check_protected(text, place)
    if text.startswith((UNKNOWN, MANY)):
        return
    path = _absolute(text, place)
    if path is not None and (path.startswith("~") or not is_inside(path, place)):
        refuse(f"the directory {show(text)!r} is outside the workspace", "Stay inside the workspace.")


def is_inside(path: str, place: Place) -> bool:
    """Whether an absolute, normalised path lies in the workspace or in a temporary directory."""
    roots = _TEMPORARY if place.workspace is None else (*_TEMPORARY, place.workspace)
    return any(is_under(path, root) for root in roots)


def is_under(path: str, root: str) -> bool:
    """Whether `path` is `root` or lies below it."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def joined(text: str, place: Place) -> str | None:
    """Where `cd text` leads from `place`, None when that is not known."""
    if not is_known(text) or text.startswith("~"):
        return None
    return _absolute(text, place)


def _absolute(text: str, place: Place) -> str | None:
    """`text` as a normalised absolute path; None for a relative one where the directory is not known."""
    if text.startswith(("/", "~")):
        return re.sub(r"\A/+", "/", posixpath.normpath(text))
    if place.cwd is None:
        return None
    return posixpath.normpath(posixpath.join(place.cwd, text))


def _is_home(first: str) -> bool:
    """Whether homes lie below this top-level directory, or below what this pattern may match."""
    return any(fnmatchcase(name, first) for name in ("root", "home", "Users"))


def _is_pattern(path: str) -> bool:
    return any(mark in path for mark in "*?[")
