"""Which program a name means, and whether it may run."""

from __future__ import annotations

import posixpath
import re

from shellpolicy.paths import Place, check_protected, is_under
from shellpolicy.policies import Policy
from shellpolicy.verdict import PERMIT_HINT, refuse
from shellpolicy.words import show

_SYSTEM = frozenset(
    {
        "/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", "/snap/bin",
    }
)  # fmt: skip
_TOOLS = re.compile(r"(?:\A|/)(?:\.?venv|env)/bin\Z|(?:\A|/)node_modules/\.bin\Z")
_PLAIN = re.compile(r"(?:[A-Za-z0-9_./:+@%,-]+|\[)\Z")
_FUNCTION = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_VERSIONED = re.compile(r"(python|pip)3?(?:\.\d+)?\Z")
_BUILTINS = frozenset(
    {
        "alias", "bg", "bind", "break", "builtin", "caller", "cd", "command", "compgen", "complete", "compopt",
        "continue", "coproc", "declare", "dirs", "disown", "echo", "enable", "eval", "exec", "exit", "export",
        "false", "fc", "fg", "function", "getopts", "hash", "help", "history", "jobs", "kill", "let", "local",
        "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read", "readarray", "readonly", "return", "select",
        "set", "shift", "shopt", "source", "suspend", "test", "time", "times", "trap", "true", "type", "typeset",
        "ulimit", "umask", "unalias", "unset", "wait",
    }
)  # fmt: skip


def is_plain(name: str) -> bool:
    """Whether a command name has only characters that stand for themselves."""
    return bool(_PLAIN.match(name))


def base(name: str) -> str:
    """The name rules know a program by: without its directory and without a Python version."""
    name = name if name == "." else posixpath.basename(name)
    found = _VERSIONED.match(name)
    return {"python": "python3", "pip": "pip"}[found[1]] if found else name


def check_program(name: str, policy: Policy, place: Place) -> str:
    """Refuse a program that may not run here; the name of its rule, empty for a script of the workspace."""
    if "/" not in name:
        return _listed(name, policy)
    directory = posixpath.normpath(posixpath.dirname(name))
    if directory in _SYSTEM:
        return _listed(posixpath.basename(name), policy)
    check_protected(name, place)
    _check_script(name, place)
    if not _TOOLS.search(directory):
        return ""
    _check_blocked(posixpath.basename(name), policy)
    return base(name)


def check_function(name: str, policy: Policy) -> None:
    """Refuse a function that would stand in for a command."""
    if not _FUNCTION.match(name):
        refuse(f"{show(name)!r} is not a plain function name", "Use letters, digits and underscores.")
    if name in _BUILTINS or name in policy.allowed | policy.never | policy.withheld:
        refuse(f"a function called {name!r} would stand in for the command of that name", "Give it a name of its own.")


def check_script(name: str, place: Place) -> None:
    """Refuse a script file that is not plainly one of the workspace: what a shell is told to run or to read in."""
    if is_plain(name) and name != "-" and "/" not in name and "." not in name:
        refuse(
            f"the script {show(name)!r} could be found on PATH instead of in the workspace", f"Write ./{show(name)}."
        )
    check_protected(name, place)
    _check_script(name, place)


def _check_script(name: str, place: Place) -> None:
    path = posixpath.normpath(name)
    if not path.startswith("/") and place.cwd is not None:
        path = posixpath.normpath(posixpath.join(place.cwd, path))
    if path.startswith("/"):
        inside = place.workspace is not None and is_under(path, place.workspace)
    else:
        inside = not path.startswith(("..", "~"))
    if not is_plain(name) or name == "-" or not inside:
        refuse(
            f"{show(name)!r} is not a script of the workspace",
            "Name it by a path from the workspace root, written out in full, for example ./scripts/build.sh.",
        )


def _listed(name: str, policy: Policy) -> str:
    _check_blocked(name, policy)
    if name not in policy.allowed and base(name) not in policy.allowed:
        refuse(f"{show(name)!r} is not one of the allowed commands", PERMIT_HINT)
    return base(name)


def _check_blocked(name: str, policy: Policy) -> None:
    if name in policy.never or base(name) in policy.never:
        refuse(f"{name!r} is blocked, and no list or file can permit it", "Find a way that needs no such command.")
    if name in policy.withheld or base(name) in policy.withheld:
        refuse(f"{name!r} is blocked by the policy of this project or organisation", "Find a way without it.")
