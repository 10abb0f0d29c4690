"""What in a card's changes could make its check pass without the feature being there. Pure.

Three answers: files that never belong into a commit are refused; files that decide how tests run, and tests of other
cards, are shown to a person first; test files outside the check are laid under the run without the work as well, so
that what they make easier is easier on both sides.
"""

from __future__ import annotations

import configparser
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from harness.verification.dependencies import makes_packages
from harness.workspaces.bench import Change

_ABSENT: Final = "000000"
_VENDORED: Final = frozenset({"node_modules", "site-packages", "dist-packages", ".venv", "venv", "__pycache__"})
_COMPILED: Final = (".pyc", ".pyo", ".pth")
_TEST_FOLDERS: Final = frozenset({"test", "tests", "__tests__", "spec", "specs", "e2e"})
_TEST_FILE: Final = re.compile(r"(?:^test_.*\.py|_test\.(?:py|go|rb|exs)|[._-](?:test|spec)\.[cm]?[jt]sx?)$")
_RUNNER_FILE: Final = re.compile(
    r"^(?:conftest\.py|pytest\.ini|\.pytest\.ini|tox\.ini|noxfile\.py|sitecustomize\.py|usercustomize\.py|\.mocharc.*"
    r"|\.noserc|nose\.cfg|\.coveragerc|karma\.conf.*|\.taprc|\.nycrc.*|bunfig\.toml"
    r"|(?:jest|vitest|playwright|cypress|ava|wdio)\.(?:config|setup|workspace)\..*)$"
)
# Modules that, lying beside the tests, would be loaded in place of the real ones.
_SHADOWED: Final = frozenset({*sys.stdlib_module_names, "pytest", "_pytest", "py", "pluggy", "nose", "hypothesis"})
_PACKAGE_KEYS: Final = ("scripts", "jest", "vitest", "mocha", "ava")
_SCRIPT_RUNNERS: Final = re.compile(r"\b(?:npm|npx|pnpm|yarn|bun)\b")
_WORD: Final = re.compile(r"[\w./-]+")


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
    """What is looked at. `text` gives a blob by its id; `others` names the cards a test file belongs to, ours apart."""

    changes: Sequence[Change]
    command: str
    frozen: Collection[str]
    others: Mapping[str, str]
    text: Callable[[str], str]


def review(work: Work) -> Review:
    """Look at the changes of a card that is to be proven."""
    doubts, shared = [], list(work.frozen)
    for change in work.changes:
        if (refusal := _refusal(change)) is not None:
            return Review(refusal, (), ())
        if (why := _doubt(change, work)) is not None:
            doubts.append(Doubt(change.name, why))
        if makes_packages(change.name) or is_test(change.name) or change.name in _called_scripts(work):
            shared.append(change.name)
    return Review(None, tuple(doubts), tuple(dict.fromkeys(shared)))


def digest(changes: Sequence[Change], doubts: Sequence[Doubt]) -> str:
    """What a person approves: the contents of the doubtful files, before and after."""
    names = {doubt.name for doubt in doubts}
    rows = sorted(f"{change.name} {change.old_id} {change.new_id}" for change in changes if change.name in names)
    return hashlib.sha256("\n".join(rows).encode(errors="surrogateescape")).hexdigest()[:16]


def is_test(name: str) -> bool:
    """Whether a file belongs to the tests, by its name."""
    path = PurePosixPath(name)
    return not _TEST_FOLDERS.isdisjoint(path.parts[:-1]) or _TEST_FILE.search(path.name) is not None


def _refusal(change: Change) -> str | None:
    if change.new_mode == _ABSENT:
        return None
    path = PurePosixPath(change.name)
    if not _VENDORED.isdisjoint(path.parts[:-1]) or path.suffix in _COMPILED:
        return (
            f"{change.name} is an installed package or a compiled file: take it out of the repository "
            f"(`git rm --cached`, .gitignore), commit, and let init.sh make it."
        )
    if change.old_mode == _ABSENT and _shadows(path):
        return (
            f"{change.name} would be loaded in place of the module {path.stem if path.suffix else path.name!r} "
            "that tests are run with: give it another name, and commit."
        )
    return None


def _shadows(path: PurePosixPath) -> bool:
    """Whether a new file at the root, or a package there, hides a module of the test runner."""
    if len(path.parts) == 1:
        return path.suffix in (".py", ".so") and path.name.partition(".")[0] in _SHADOWED
    return len(path.parts) == 2 and path.name == "__init__.py" and path.parts[0] in _SHADOWED - {"test", "site"}


def _doubt(change: Change, work: Work) -> str | None:
    name = change.name
    if name in work.others:
        return f"it is the test of {work.others[name]}"
    if name in work.frozen:
        return None
    base = PurePosixPath(name).name
    if _RUNNER_FILE.match(base):
        return "it decides how tests are run"
    if base.startswith("vite.config.") and "vitest" in work.command:
        return "it decides how tests are run"
    if base in {"Makefile", "justfile", "Taskfile.yml"} and re.search(r"\b(?:make|just|task)\b", work.command):
        return "the check is run by it"
    if base in {"package.json", "pyproject.toml", "setup.cfg"} and _settings_differ(change, work):
        return "its settings of the test runner change"
    return None


def _settings_differ(change: Change, work: Work) -> bool:
    base = PurePosixPath(change.name).name
    if base == "package.json" and not _SCRIPT_RUNNERS.search(work.command) and change.old_mode == _ABSENT:
        return False
    read = {"package.json": _package_settings, "pyproject.toml": _pyproject_settings, "setup.cfg": _setup_settings}
    try:
        return read[base](work.text(change.old_id)) != read[base](work.text(change.new_id))
    except (ValueError, configparser.Error):
        return True


def _package_settings(text: str) -> object:
    found = json.loads(text) if text.strip() else {}
    return {key: found[key] for key in _PACKAGE_KEYS if key in found} if isinstance(found, dict) else found


def _pyproject_settings(text: str) -> object:
    tool = tomllib.loads(text).get("tool", {})
    return {key: tool[key] for key in ("pytest", "coverage", "tox", "nox") if key in tool}


def _setup_settings(text: str) -> object:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return {key: dict(parser[key]) for key in ("tool:pytest", "pytest", "aliases") if key in parser}


def _called_scripts(work: Work) -> frozenset[str]:
    """The changed shell scripts the command names: they are part of the check, whoever wrote them."""
    words = {word.removeprefix("./") for word in _WORD.findall(work.command)}
    return frozenset(change.name for change in work.changes if change.name in words and change.name.endswith(".sh"))
