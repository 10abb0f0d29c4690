"""What in a card's changes could make its check pass without the feature being there. Pure.

Three answers: files that never belong into a commit are refused; files that decide how tests run, and tests of other
cards, are shown to a person first; test files outside the check are laid under the run without the work as well, so
that what they make easier is easier on both sides.
"""

from __future__ import annotations

import configparser
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from harness.verification.commands import is_plain, rests_on, runs_directly
from harness.verification.dependencies import makes_packages
from harness.verification.preloads import loaded, sourced
from harness.verification.reaching import is_source, loads_others, reaches, reaches_shell, redirects
from harness.verification.runners import by_name, has_settings, is_read, is_surroundings, settings
from harness.verification.shadows import LINK, added_shadow, hidden, program, shadows, target
from harness.workspaces.bench import ABSENT, Change

_VENDORED: Final = frozenset({"node_modules", "site-packages", "dist-packages", ".venv", "venv", "__pycache__"})
_CACHES: Final = frozenset({".pytest_cache", ".tox", ".nox", ".turbo", ".nx", ".vitest", ".nyc_output"})
_COMPILED: Final = (".pyc", ".pyo", ".pth")
_INSTALLED: Final = (".dist-info", ".egg-info", ".egg")  # folders in which Python finds plug-ins of its test runners
_TEST_FOLDERS: Final = frozenset(
    {"test", "tests", "__tests__", "__mocks__", "spec", "specs", "e2e", "__snapshots__", "__fixtures__", "testdata"}
)
_TEST_FILE: Final = re.compile(
    r"(?:^test_.*\.py|_test\.(?:py|go|rb|exs)|[._-](?:test|spec)\.[cm]?[jt]sx?|^(?:spec|test)_helper\.\w+"
    r"|^(?:setup-?tests|test-?(?:setup|utils))\.[cm]?[jt]sx?)$",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\b(?:sh|bash|dash|zsh|npm|npx|pnpm|yarn|bun|g?make|just|task|rake|tox|nox)\b")
_SCRIPT_RUNNERS: Final = re.compile(r"\b(?:npm|npx|pnpm|yarn|bun)\b")
_INSTALLS: Final = re.compile(r'"(?:pre|post)?(?:install|prepare)"\s*:')
_CHECKS: Final = re.compile(r"(?:^|[/._-])(?:checks?|acceptance|qa|verification)$", re.IGNORECASE)  # a folder of tests
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

    def shell(self) -> str:
        """The same, where a shell or a tool that runs one may stand between the command and the tests."""
        between = _BETWEEN.search(self.command) is not None or any(name in self.command for name in self.frozen)
        return self.reach() if between else self.command


def review(work: Work) -> Review:
    """Look at the changes of a card that is to be proven."""
    work = replace(work, called=cache(work.called))  # it asks git
    shared = [*work.frozen, *(change.name for change in work.changes if _is_shared(change.name, work))]
    mine = {change.name for change in work.changes}.difference(shared)
    while (own := rests_on(work.command, mine)) is not None and own.endswith(".sh"):
        shared.append(own)  # it stands between the command and the test, and is the same on both sides
        mine.remove(own)
    plain = is_plain(work.command, mine) or runs_directly(work.shell(), work.frozen)
    ends = plain and loads_others(work.called())
    doubts = []
    for change in work.changes:
        if (refusal := _refusal(change, work)) is not None:
            return Review(refusal, (), ())
        if (why := _doubt(change, work, ends=ends)) is not None:
            doubts.append(Doubt(change.name, why))
    if not work.guards and own is not None:
        return Review(_LAST_WORD.format(own), (), ())
    return Review(None, tuple(doubts), tuple(dict.fromkeys(shared)))


def setup_refusal(changed: Iterable[str], added: Iterable[str]) -> str | None:
    """Why what init.sh did to a checkout makes its check worthless; None when nothing.

    `changed` are files of the commit, `added` new ones that git does not ignore.
    """
    added = tuple(added)
    for name in changed:
        if not makes_packages(name) and (PurePosixPath(name).suffix in _CODE or by_name(name)):
            return f"init.sh changed {name}: it may install and build, but what is checked is what you committed"
    for name in added:
        if by_name(name) or (is_test(name) and PurePosixPath(name).suffix in _CODE):
            return f"init.sh wrote {name}, which decides how tests are run: commit it instead"
    if (found := added_shadow(added)) is not None:
        return f"init.sh wrote {found}, which would be loaded in place of the module tests are run with"
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
    if change.new_mode == ABSENT:
        return None
    path = PurePosixPath(change.name)
    installed = any(part in _VENDORED or part.endswith(_INSTALLED) for part in path.parts[:-1])
    if not _CACHES.isdisjoint(path.parts[:-1]):
        return (
            f"{change.name} is what a tool remembers of earlier runs: take it out of the repository "
            f"(`git rm --cached`, .gitignore), and commit."
        )
    if installed or path.suffix in _COMPILED:
        return (
            f"{change.name} is an installed package or a compiled file: take it out of the repository "
            f"(`git rm --cached`, .gitignore), commit, and let init.sh make it."
        )
    link = change.new_mode == LINK
    if (tool := program(change.name, work.shell)) is not None:
        return f"{change.name} would be run in place of the program {tool!r}: give it another name, and commit."
    if link and is_test(change.name) and not is_test(to := target(change.name, work.text(change.new_id))):
        return f"{change.name} is a link from the tests to {to}: put the file itself there, and commit."
    if change.old_mode != ABSENT and change.old_mode != LINK != change.new_mode:
        return None
    if (other := hidden(change.name, work.frozen, link=link)) is not None:
        return f"{change.name} would be loaded in place of the check file {other}: give it another name, and commit."
    if (module := shadows(change.name, work.command, link=link)) is not None:
        return (
            f"{change.name} would be loaded in place of the module {module!r} that tests are run with: give it another "
            "name, and commit."
        )
    return None


def _doubt(change: Change, work: Work, *, ends: bool) -> str | None:
    name = change.name
    if name in work.others:
        return f"it is the test of {work.others[name]}"
    if name in work.frozen:
        return None
    if (why := by_name(name, work.reach)) is not None:
        told_apart = is_read(name) and (is_surroundings(name) or ABSENT not in (change.old_mode, change.new_mode))
        return None if told_apart and not _differ(change, work) else why
    if has_settings(name, work.reach):
        return "its settings of the test runner change" if _differ(change, work) else None
    if _is_around(name, work.frozen):
        return redirects(work.text(change.old_id), work.text(change.new_id))
    if is_test(name) or change.new_mode == ABSENT or makes_packages(name):
        return None
    if name in loaded(work.command):
        return "the check's command has it loaded by the test runner"
    read = name in sourced(work.shell())
    if not read and not is_source(name):
        return None
    old, new = work.text(change.old_id), work.text(change.new_id)
    return (reaches_shell(old, new) if read else None) or reaches(name, old, new, plain=ends)


def _is_around(name: str, frozen: Collection[str]) -> bool:
    """Whether `name` is a package that one of the check's files lies in."""
    path = PurePosixPath(name)
    return path.name == "__init__.py" and any(path.parent in PurePosixPath(other).parents for other in frozen)


def _differ(change: Change, work: Work) -> bool:
    """Whether what a file says about how tests are run changes; also where nobody can tell."""
    base = PurePosixPath(change.name).name
    if base == "package.json" and change.old_mode == ABSENT and not _SCRIPT_RUNNERS.search(work.reach()):
        return _INSTALLS.search(work.text(change.new_id)) is not None
    try:
        old, new = (settings(base, work.text(identity), work.command) for identity in (change.old_id, change.new_id))
    except (ValueError, SyntaxError, configparser.Error):
        return True
    return old != new


def _is_shared(name: str, work: Work) -> bool:
    """Whether a changed file is laid under the run without the work: packages, tests, and what surrounds them."""
    if makes_packages(name) or is_surroundings(name) or is_test(name):
        return True
    folders = {str(PurePosixPath(frozen).parent) for frozen in work.frozen}
    return any(_CHECKS.search(folder) and name.startswith(f"{folder}/") for folder in folders)
