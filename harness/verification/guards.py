"""What in a card's changes could make its check pass without the feature being there. Pure.

Three answers: files that never belong into a commit are refused; files that decide how tests run, and tests of other
cards, are shown to a person first; test files outside the check are laid under the run without the work as well, so
that what they make easier is easier on both sides.
"""

from __future__ import annotations

import configparser
import hashlib
import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from harness.verification.commands import is_plain, rests_on
from harness.verification.dependencies import makes_packages
from harness.verification.runners import by_name, has_settings, is_surroundings, reaches, settings
from harness.workspaces.bench import Change

_ABSENT: Final = "000000"
_VENDORED: Final = frozenset({"node_modules", "site-packages", "dist-packages", ".venv", "venv", "__pycache__"})
_COMPILED: Final = (".pyc", ".pyo", ".pth")
_INSTALLED: Final = (".dist-info", ".egg-info", ".egg")  # folders in which Python finds plug-ins of its test runners
_TEST_FOLDERS: Final = frozenset({"test", "tests", "__tests__", "__mocks__", "spec", "specs", "e2e"})
_TEST_FILE: Final = re.compile(
    r"(?:^test_.*\.py|_test\.(?:py|go|rb|exs)|[._-](?:test|spec)\.[cm]?[jt]sx?|^(?:spec|test)_helper\.\w+"
    r"|^(?:setup-?tests|test-?(?:setup|utils))\.[cm]?[jt]sx?)$",
    re.IGNORECASE,
)
# Modules that, lying beside the tests, would be loaded in place of the real ones.
_SHADOWED: Final = frozenset(
    {
        *sys.stdlib_module_names,
        *("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments", "exceptiongroup", "tomli"),
        *("nose", "nose2", "hypothesis", "coverage", "xdist", "execnet", "pytest_asyncio", "pytest_cov", "pytest_mock"),
    }
)
_SCRIPT_RUNNERS: Final = re.compile(r"\b(?:npm|npx|pnpm|yarn|bun)\b")
_WORD: Final = re.compile(r"[\w./-]+")
_CODE: Final = frozenset(
    {
        ".py",
        ".js",
        ".mjs",
        ".cjs",
        ".jsx",
        ".ts",
        ".tsx",
        ".vue",
        ".svelte",
        ".html",
        ".css",
        ".go",
        ".rs",
        ".rb",
        ".php",
    }
)
_LAST_WORD: Final = (
    "the check is worth no more than the exit code of {0}, which is a part of the work: put the test into a file of "
    "its own (or let {0} be one), and name it in `files` of feature_set_check"
)


@dataclass(frozen=True)
class Doubt:
    """A file a person has to look at before its card can be proven, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Review:
    """What became of a look at the changes: why they are refused, what a person is asked, what belongs to both runs."""

    refusal: str | None
    doubts: tuple[Doubt, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    """What is looked at. `text` gives a blob by its id; `others` names the cards a test file belongs to, ours apart.

    `called`: what the files say that the command names, its check files among them. `guards`: nothing has to turn.
    """

    changes: Sequence[Change]
    command: str
    frozen: Collection[str]
    others: Mapping[str, str]
    text: Callable[[str], str]
    called: Callable[[], str] = str
    guards: bool = False

    def reach(self) -> str:
        """The command, and what it calls."""
        return f"{self.command}\n{self.called()}"


def review(work: Work) -> Review:
    """Look at the changes of a card that is to be proven."""
    doubts, shared = [], list(work.frozen)
    for change in work.changes:
        if (refusal := _refusal(change, work)) is not None:
            return Review(refusal, (), ())
        if (why := _doubt(change, work)) is not None:
            doubts.append(Doubt(change.name, why))
        if _is_shared(change.name, work):
            shared.append(change.name)
    mine = {change.name for change in work.changes} - set(shared)
    if not work.guards and (own := rests_on(work.command, mine)) is not None:
        return Review(_LAST_WORD.format(own), (), ())
    return Review(None, tuple(doubts), tuple(dict.fromkeys(shared)))


def setup_refusal(changed: Iterable[str], added: Iterable[str]) -> str | None:
    """Why what init.sh did to a checkout makes its check worthless; None when nothing.

    `changed` are files of the commit, `added` new ones that git does not ignore.
    """
    for name in changed:
        if not makes_packages(name) and (PurePosixPath(name).suffix in _CODE or by_name(name)):
            return f"init.sh changed {name}: it may install and build, but what is checked is what you committed"
    for name in added:
        if by_name(name) or (is_test(name) and PurePosixPath(name).suffix in _CODE):
            return f"init.sh wrote {name}, which decides how tests are run: commit it instead"
    return None


def digest(changes: Sequence[Change], doubts: Sequence[Doubt]) -> str:
    """What a person approves: the contents of the doubtful files, before and after."""
    names = {doubt.name for doubt in doubts}
    rows = sorted(f"{change.name} {change.old_id} {change.new_id}" for change in changes if change.name in names)
    return hashlib.sha256("\n".join(rows).encode(errors="surrogateescape")).hexdigest()[:16]


def is_test(name: str) -> bool:
    """Whether a file belongs to the tests, by its name."""
    path = PurePosixPath(name)
    return not _TEST_FOLDERS.isdisjoint(path.parts[:-1]) or _TEST_FILE.search(path.name) is not None


def _refusal(change: Change, work: Work) -> str | None:
    if change.new_mode == _ABSENT:
        return None
    path = PurePosixPath(change.name)
    installed = any(part in _VENDORED or part.endswith(_INSTALLED) for part in path.parts[:-1])
    if installed or path.suffix in _COMPILED:
        return (
            f"{change.name} is an installed package or a compiled file: take it out of the repository "
            f"(`git rm --cached`, .gitignore), commit, and let init.sh make it."
        )
    if change.old_mode == _ABSENT and (hidden := _hidden(path, work.frozen)) is not None:
        return f"{change.name} would be loaded in place of the check file {hidden}: give it another name, and commit."
    if change.old_mode == _ABSENT and _shadows(path, work.command):
        return (
            f"{change.name} would be loaded in place of the module {path.stem if path.suffix else path.name!r} "
            "that tests are run with: give it another name, and commit."
        )
    return None


def _hidden(path: PurePosixPath, frozen: Collection[str]) -> str | None:
    """Which Python file of the check a new module or package would be loaded in place of."""
    if path.suffix not in (".py", ".so") and path.name != "__init__.py":
        return None
    module = path.parent if path.name == "__init__.py" else path.with_name(path.name.partition(".")[0])
    for name in frozen:
        checked = PurePosixPath(name)
        hides = path.suffix == ".so" or path.name == "__init__.py"
        if checked.suffix == ".py" and ((hides and module == checked.with_suffix("")) or _is_beside(path, checked)):
            return name
    return None


def _is_beside(path: PurePosixPath, checked: PurePosixPath) -> bool:
    """Whether the module `path` has the name of a folder that `checked` is in."""
    return path.name != "__init__.py" and path.with_name(path.name.partition(".")[0]) in checked.parents


def _shadows(path: PurePosixPath, command: str) -> bool:
    """Whether a new file, or package, hides a module of the test runner: at the root, or in a folder the command names
    (`cd backend && ...`, `PYTHONPATH=src`).
    """
    package = path.name == "__init__.py"
    folder = path.parent.parent if package else path.parent
    if folder != PurePosixPath() and str(folder) not in {word.rstrip("/") for word in _words(command)}:
        return False
    if package:
        return path.parent.name in _SHADOWED - {"test", "site"}
    return path.suffix in (".py", ".so") and path.name.partition(".")[0] in _SHADOWED


def _doubt(change: Change, work: Work) -> str | None:
    name = change.name
    if name in work.others:
        return f"it is the test of {work.others[name]}"
    if name in work.frozen:
        return None
    if (why := by_name(name, work.reach)) is not None:
        return why
    if has_settings(name, work.reach):
        return "its settings of the test runner change" if _settings_differ(change, work) else None
    if is_test(name) or change.new_mode == _ABSENT:
        return None
    return reaches(name, work.text(change.old_id), work.text(change.new_id), plain=is_plain(work.command))


def _settings_differ(change: Change, work: Work) -> bool:
    base = PurePosixPath(change.name).name
    if base == "package.json" and change.old_mode == _ABSENT and not _SCRIPT_RUNNERS.search(work.reach()):
        return False
    try:
        return settings(base, work.text(change.old_id)) != settings(base, work.text(change.new_id))
    except (ValueError, configparser.Error):
        return True


def _is_shared(name: str, work: Work) -> bool:
    """Whether a changed file is laid under the run without the work: packages, tests, and what the command calls."""
    if makes_packages(name) or is_surroundings(name) or is_test(name):
        return True
    return name.endswith(".sh") and name in _words(work.command)


def _words(command: str) -> frozenset[str]:
    return frozenset(word.removeprefix("./") for word in _WORD.findall(command))
