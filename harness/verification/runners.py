"""Which files, and which settings in a manifest, decide how tests are run, and which code reaches into that. Pure."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Final

# Decide about tests whatever the check's command is.
_ALWAYS: Final = re.compile(
    r"^(?:conftest\.py|\.?pytest\.(?:ini|toml)|tox\.ini|noxfile\.py|sitecustomize\.py|usercustomize\.py|\.mocharc.*"
    r"|\.noserc|nose\.cfg|\.coveragerc|karma\.conf.*|\.taprc|\.nycrc.*|bunfig\.toml|\.rspec|phpunit\.xml.*"
    r"|(?:jest|vitest|playwright|cypress|ava|wdio)\.(?:config|setup|workspace)\..*)$",
    re.IGNORECASE,  # as the file systems of some machines do
)
# Decide where what is run names their tool. Names of make, just and task files are as free as their tools take them.
_BY_TOOL: Final = (
    (re.compile(r"\bg?make\b"), re.compile(r"^(?:(?:GNU)?[Mm]akefile|.+\.mk)$"), "the check is run by it"),
    (re.compile(r"\bjust\b"), re.compile(r"^(?:\.?justfile|.+\.just)$", re.IGNORECASE), "the check is run by it"),
    (re.compile(r"\btask\b"), re.compile(r"^taskfile(?:\.dist)?\.ya?ml$", re.IGNORECASE), "the check is run by it"),
    (re.compile(r"\brake\b"), re.compile(r"^(?:[Rr]akefile(?:\.rb)?|.+\.rake)$"), "the check is run by it"),
    (re.compile(r"\binv(?:oke)?\b"), re.compile(r"^tasks\.py$"), "the check is run by it"),
    (re.compile(r"\b(?:gulp|grunt)\b"), re.compile(r"^(?:gulp|Grunt)file\..+$"), "the check is run by it"),
    (re.compile(r"\bvitest\b"), re.compile(r"^vite\.config\..+$"), "it decides how tests are run"),
    (
        re.compile(r"\b(?:jest|npm|npx|pnpm|yarn|bun)\b"),
        re.compile(r"^(?:babel\.config\..+|\.babelrc.*|\.swcrc|\.pnpmfile\.cjs)$"),
        "it may rewrite tests before they are run",
    ),
)
_BUILDS: Final = (
    (re.compile(r"^pom\.xml$"), re.compile(r"\bmvnw?\b")),
    (re.compile(r"^(?:(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties)$"), re.compile(r"\bgradlew?\b")),
    (re.compile(r"^Cargo\.toml$"), re.compile(r"\bcargo\b")),
    (re.compile(r"^deno\.jsonc?$"), re.compile(r"\bdeno\b")),
)
_PLACES: Final = re.compile(r"^\s*(?:-e|--editable)\s+(?!\.(?:\[|\s|$))|\bfile:|^\s*\.{1,2}/")
_TALKS_OF_TESTS: Final = re.compile(r"test|surefire|failsafe|harness|runner", re.IGNORECASE)
_NPM_KEYS: Final = re.compile(r"^\s*(?:script-shell|shell|node-options|ignore-scripts|if-present|prefix|workspaces?)\b")
_YARN_KEYS: Final = re.compile(r"^\s*(?:yarnPath|yarn-path|plugins|injectEnvironmentFiles|initScope|path)\b|^\s+- ")
_PNPM_KEYS: Final = re.compile(r"^\s*(?:scriptShell|shellEmulator|nodeOptions|ignoreScripts)\b")
_RUNNERS: Final = re.compile(
    r"^(?:vitest|jest|mocha|ava|tap|playwright|cypress|karma|tsx|ts-node|@(?:playwright|jest|vitest)/.+)$"
)
_VERSION: Final = re.compile(r"^[\^~<>=v*\d\sx.|&-][\w\s.^~<>=*|+-]*$|^(?:latest|next|workspace:[\^~*])$")
_PACKAGES: Final = ("dependencies", "devDependencies", "optionalDependencies", "overrides", "resolutions", "bin")
_PACKAGE_KEYS: Final = ("scripts", "jest", "vitest", "mocha", "ava", "babel", "tap")

# Application code that reaches into the runner it is loaded by, or asks whether it is being tested.
_SOURCES: Final = frozenset({".py", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"})
_REACHES: Final = (
    (
        re.compile(
            r"^\s*(?:import|from)\s+_?(?:unittest|pytest|pluggy|nose)\b"
            r"|(?:sys\.modules|__import__|import_module)\W{1,3}_?(?:unittest|pytest|pluggy)\b"
            r"|\b_exit\b|\bos\.exec[lv]p?e?\b|\bgc\.get_(?:objects|referrers)\b|\bsys\.set(?:trace|profile)\b"
            r"|\b(?:from|require\(|import\()\s*['\"](?:node:test|vitest|@jest/globals|mocha|@playwright/test)['\"]"
            r"|\bglobalThis\.(?:expect|test|it|describe)\b",
            re.MULTILINE,
        ),
        "it reaches into the test runner",
    ),
    (
        re.compile(
            r"\b(?:PYTEST_CURRENT_TEST|JEST_WORKER_ID|NODE_TEST_CONTEXT|VITEST_\w+|AUTOCODER_ARTEFACTS)\b"
            r"|\b(?:process\.env\.VITEST|import\.meta\.vitest)\b|['\"](?:unittest|pytest)['\"]\s+in\s+sys\.modules"
        ),
        "it asks whether it is being tested",
    ),
    (re.compile(r"\bdef __eq__\([^)]*\)[^:\n]*:\s*return True\b"), "it is equal to anything it is compared with"),
)
_ENDS: Final = (
    re.compile(r"\bprocess\.(?:exit|reallyExit)\b|\bsys\.exit\b|\bSystemExit\b|^\s*(?:exit|quit)\s*\(", re.MULTILINE),
    "it can end the program that checks it",
)
_MAIN: Final = re.compile(r"^if __name__ == ", re.MULTILINE)  # what follows is not run by an import


def by_name(name: str, reach: Callable[[], str] = str) -> str | None:
    """Why the file `name` decides how the tests run that `reach` (the command, and what it calls) speaks of."""
    base = PurePosixPath(name).name
    if _ALWAYS.match(base) or name.endswith((".cargo/config", ".cargo/config.toml")):
        return "it decides how tests are run"
    return next((why for tool, file, why in _BY_TOOL if file.match(base) and tool.search(reach())), None)


def has_settings(name: str, reach: Callable[[], str]) -> bool:
    """Whether settings of a test runner that `reach` may speak of can be in the file `name`, among others."""
    base = PurePosixPath(name).name
    tool = next((tool for file, tool in _BUILDS if file.match(base)), None)
    return base in _READERS or _is_requirements(base) if tool is None else tool.search(reach()) is not None


def settings(name: str, text: str) -> object:
    """What the file `name` says about how tests are run, to be compared; ValueError or configparser.Error if it cannot
    be read.
    """
    base = PurePosixPath(name).name
    return (_matching(_PLACES) if _is_requirements(base) else _READERS.get(base, _lines_about_tests))(text)


def is_surroundings(name: str) -> bool:
    """Whether the file decides how packages are installed, beside the manifests: it belongs to both runs."""
    base = PurePosixPath(name).name
    return base in {".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "pnpm-workspace.yaml", "pip.conf", "uv.toml"}


def reaches(name: str, old: str, new: str, *, plain: bool = False) -> str | None:
    """What application code newly does that only tests have to do; None when nothing.

    `plain`: it is checked by a program without a test runner, which passes when the application ends it with 0.
    """
    if PurePosixPath(name).suffix not in _SOURCES:
        return None
    old, new = (_MAIN.split(text, maxsplit=1)[0] for text in (old, new)) if plain else (old, new)
    for pattern, why in (*_REACHES, _ENDS) if plain else _REACHES:
        if {match[0].strip() for match in pattern.finditer(new)} - {
            match[0].strip() for match in pattern.finditer(old)
        }:
            return why
    return None


def _is_requirements(base: str) -> bool:
    return base.startswith("requirements") and base.endswith(".txt")


def _package(text: str) -> object:
    found = json.loads(text) if text.strip() else {}
    if not isinstance(found, dict):
        return found
    replaced = {
        (key, name): where
        for key in _PACKAGES
        for name, where in dict(found.get(key) or {}).items()
        if _RUNNERS.match(name) and (not isinstance(where, str) or not _VERSION.match(where))
    }
    return replaced, {key: found[key] for key in _PACKAGE_KEYS if key in found}


def _pyproject(text: str) -> object:
    found = tomllib.loads(text)
    tool = found.get("tool", {})
    chosen = {key: tool[key] for key in ("pytest", "coverage", "tox", "nox", "poe", "taskipy") if key in tool}
    plugins = found.get("project", {}).get("entry-points", {}).get("pytest11")
    return chosen if plugins is None else {**chosen, "plugins": plugins}


def _setup_cfg(text: str) -> object:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    plugins = parser.get("options.entry_points", "pytest11", fallback=None)
    return plugins, {key: dict(parser[key]) for key in ("tool:pytest", "pytest", "aliases") if key in parser}


def _lines_about_tests(text: str) -> object:
    return [line.strip() for line in text.splitlines() if _TALKS_OF_TESTS.search(line)]


def _matching(pattern: re.Pattern[str]) -> Callable[[str], object]:
    return lambda text: [line.strip() for line in text.splitlines() if pattern.search(line)]


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "package.json": _package,
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _matching(re.compile("pytest11|test_suite|cmdclass")),
    ".npmrc": _matching(_NPM_KEYS),
    ".yarnrc": _matching(_YARN_KEYS),
    ".yarnrc.yml": _matching(_YARN_KEYS),
    "pnpm-workspace.yaml": _matching(_PNPM_KEYS),
}
