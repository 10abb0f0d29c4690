"""What would be loaded in place of the modules and files a check is made of. Pure."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import PurePosixPath
from typing import Final

LINK: Final = "120000"  # git's mode of a symbolic link

_NATIVE: Final = ".so"
# Modules that, lying beside the tests, would be loaded in place of the real ones.
_SHADOWED: Final = frozenset(
    {
        *sys.stdlib_module_names,
        *("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments", "exceptiongroup", "tomli"),
        *("nose", "nose2", "hypothesis", "coverage", "xdist", "execnet", "pytest_asyncio", "pytest_cov", "pytest_mock"),
    }
)
_OWN_PACKAGES: Final = frozenset({"test", "site"})  # packages of applications are called that, and nothing is hidden
# Folders a command looks for modules in, or runs tests from.
_PATHS: Final = re.compile(
    r"""(?:\b(?:cd|pushd)\s+|(?:^|\s)(?:-C|-s|-t|--rootdir|--app-dir|--directory|--start-directory|--prefix)[\s=]+"""
    r"""|\bPYTHONPATH=|\bpythonpath=|\bpath\.insert\(\s*\d\s*,\s*)["']?([\w./:-]+)"""
)
_PATH: Final = re.compile(r"""\bPATH=["']?([^\s;&|"']+)""")
_HERE: Final = re.compile(r"^(?:\$PWD|\$\{PWD\}|\$\(pwd\)|`pwd`|\.)(?:/|$)")
_PROGRAMS: Final = re.compile(
    r"^(?:python[\d.]*|node|deno|bun|npm|npx|pnpm|yarn|pytest|py\.test|vitest|jest|mocha|tox|nox|g?make|sh|bash|env|timeout"
    r"|test|\[|true|false|grep|diff|cmp|curl|jq|git|go|cargo|ruby|php|java|mvn|gradle)$"
)


def module_of(name: str, *, link: bool = False) -> PurePosixPath | None:
    """The Python module or package the file `name` is, as a path without ending; None when it is none."""
    path = PurePosixPath(name)
    if path.suffix not in (".py", _NATIVE):
        return path if link and not path.suffix else None
    stem = path.name.partition(".")[0]
    return path.parent if stem == "__init__" else path.with_name(stem)


def hidden(name: str, frozen: Collection[str], *, link: bool = False) -> str | None:
    """Which Python file of the check the new file `name` would be loaded in place of."""
    module, path = module_of(name, link=link), PurePosixPath(name)
    if module is None:
        return None
    package = module == path.parent or (link and path.suffix == "")
    for other in frozen:
        checked = PurePosixPath(other)
        hides = (package or path.suffix == _NATIVE) and module == checked.with_suffix("")
        if checked.suffix == ".py" and (hides or (not package and module in checked.parents)):
            return other
    return None


def shadows(name: str, command: str, *, link: bool = False) -> str | None:
    """The module of the test runner that the new file `name` hides: at the root, or in a folder that `command` goes to
    or looks for modules in.
    """
    module = module_of(name, link=link)
    if module is None or module.name not in _SHADOWED:
        return None
    package = module == PurePosixPath(name).parent or link
    if package and module.name in _OWN_PACKAGES:
        return None
    return module.name if str(module.parent) in {".", *_searched(command)} else None


def program(name: str, shell: Callable[[], str]) -> str | None:
    """The well-known program that the file `name` would be run in place of, where the commands of `shell` put its
    folder on the PATH.
    """
    path = PurePosixPath(name)
    if _PROGRAMS.match(path.name) is None:
        return None
    folders = {folder for match in _PATH.finditer(shell()) for folder in match[1].split(":")}
    found = {str(PurePosixPath(_HERE.sub("", folder) or ".")) for folder in folders}
    return path.name if str(path.parent) in found else None


def added_shadow(names: Iterable[str]) -> str | None:
    """The one of `names` (folders end with a slash) at the root that hides a module of the test runner."""
    for name in names:
        module = PurePosixPath(name) if name.endswith("/") else module_of(name)
        own = name.endswith("/") and str(module) in _OWN_PACKAGES
        if module is not None and str(module.parent) == "." and module.name in _SHADOWED and not own:
            return name
    return None


def target(name: str, text: str) -> str:
    """Where a link called `name` leads, from the root of the project."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), text))


def _searched(command: str) -> set[str]:
    found = {folder for match in _PATHS.finditer(command) for folder in match[1].split(":")}
    return {str(PurePosixPath(folder)) for folder in found if folder}
