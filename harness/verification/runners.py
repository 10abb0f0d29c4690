"""Which files, and which settings in a manifest, decide how tests are run. Pure."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Final

from harness.verification.recipes import of_conftest, of_make, of_scripts

# Decide about tests whatever the check's command is.
_ALWAYS: Final = re.compile(
    r"^(?:conftest\.py|\.?pytest\.(?:ini|toml)|tox\.ini|noxfile\.py|sitecustomize\.py|usercustomize\.py|\.mocharc.*"
    r"|\.noserc|nose\.cfg|\.coveragerc|karma\.conf.*|\.taprc|\.nycrc.*|bunfig\.toml|\.rspec|phpunit\.xml.*"
    r"|(?:jest|vitest|playwright|cypress|ava|wdio)\.(?:config|setup|workspace)\..*)$",
    re.IGNORECASE,  # as the file systems of some machines do
)
_MAKES: Final = re.compile(r"\bg?make\b")
_MAKEFILES: Final = frozenset({"Makefile", "makefile", "GNUmakefile"})
_MAKEFILE: Final = re.compile(r"^(?:(?:GNU)?[Mm]akefile|.+\.mk)$")
# Decide where what is run names their tool. Names of make, just and task files are as free as their tools take them.
_BY_TOOL: Final = (
    (_MAKES, _MAKEFILE, "the check is run by it"),
    (re.compile(r"\bjust\b"), re.compile(r"^(?:\.?justfile|.+\.just)$", re.IGNORECASE), "the check is run by it"),
    (re.compile(r"\btask\b"), re.compile(r"^taskfile(?:\.dist)?\.ya?ml$", re.IGNORECASE), "the check is run by it"),
    (re.compile(r"\brake\b"), re.compile(r"^(?:[Rr]akefile(?:\.rb)?|.+\.rake)$"), "the check is run by it"),
    (re.compile(r"\binv(?:oke)?\b"), re.compile(r"^tasks\.py$"), "the check is run by it"),
    (re.compile(r"\bturbo\b"), re.compile(r"^turbo\.jsonc?$"), "the check is run by it"),
    (re.compile(r"\bnx\b"), re.compile(r"^(?:nx|project)\.json$"), "the check is run by it"),
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
_TEST_PROGRAMS: Final = re.compile(r"^(?:_?pytest.*|py\.test|pluggy|python[\d.]*|tox|nox|coverage|nose2?|hatch|make)$")
# Variables by which interpreters and shells are told what to load, or where programs are.
STEERS: Final = re.compile(
    r"^[ \t]*(?:export\s+)?(?:PATH|PY(?:THON|TEST)\w*|NODE_(?:OPTIONS|PATH)|(?:DY)?LD_\w+|BASH_ENV|ENV|RUBYOPT|PERL5OPT"
    r"|JAVA_TOOL_OPTIONS|GOFLAGS|RUSTFLAGS|VITEST\w*|JEST\w*)="
)
_ENVIRONMENT: Final = re.compile(r"^\.env(?:\.(?!example|sample|template|dist).+)?$")
_TSCONFIG: Final = re.compile(r"^[jt]sconfig.*\.json$")
_MAPS: Final = re.compile(
    r"""["'](?:vitest|jest|mocha|chai|@jest/[\w/*]+|@playwright/[\w/*]+|assert|node:[\w/*]+)["']\s*:"""
)
_SURROUNDINGS: Final = frozenset(
    {
        *(".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", "pnpm-workspace.yaml", "pip.conf", "uv.toml"),
        *("mise.toml", ".mise.toml", "conftest.py"),
    }
)
_PACKAGES: Final = ("dependencies", "devDependencies", "optionalDependencies", "overrides", "resolutions", "bin")
_TOOLS: Final = ("pytest", "coverage", "tox", "nox", "poe", "taskipy")
_PACKAGE_KEYS: Final = ("jest", "vitest", "mocha", "ava", "babel", "tap")


def by_name(name: str, reach: Callable[[], str] = str) -> str | None:
    """Why the file `name` decides how the tests run that `reach` (the command, and what it calls) speaks of."""
    base = PurePosixPath(name).name
    if _ALWAYS.match(base) or name.endswith((".cargo/config", ".cargo/config.toml")):
        return "it decides how tests are run"
    return next((why for tool, file, why in _BY_TOOL if file.match(base) and tool.search(reach())), None)


def is_read(name: str) -> bool:
    """Whether a file that decides how tests are run is read for what in it decides."""
    base = PurePosixPath(name).name
    return base == "conftest.py" or base in _MAKEFILES


def has_settings(name: str, reach: Callable[[], str]) -> bool:
    """Whether settings of a test runner that `reach` may speak of can be in the file `name`, among others."""
    base = PurePosixPath(name).name
    tool = next((tool for file, tool in _BUILDS if file.match(base)), None)
    if tool is not None:
        return tool.search(reach()) is not None
    named = base == "package.json" or base in _READERS or _TSCONFIG.match(base) is not None
    return named or _is_requirements(base) or _is_environment(base)


def settings(name: str, text: str, command: str = "") -> object:
    """What the file `name` says about how tests are run by `command`, to be compared; ValueError, SyntaxError or
    configparser.Error if it cannot be read.
    """
    base = PurePosixPath(name).name
    if base == "conftest.py":
        return of_conftest(text)
    if base in _MAKEFILES:
        return of_make(text, command) if _MAKES.search(command) else text
    if base == "package.json":
        return _package(text, command)
    if _is_environment(base):
        return _matching(STEERS)(text)
    if _TSCONFIG.match(base):
        return _matching(_MAPS)(text)
    return (_matching(_PLACES) if _is_requirements(base) else _READERS.get(base, _lines_about_tests))(text)


def is_surroundings(name: str) -> bool:
    """Whether the file decides how packages are installed, beside the manifests: it belongs to both runs."""
    base = PurePosixPath(name).name
    return base in _SURROUNDINGS


def _is_environment(base: str) -> bool:
    return _ENVIRONMENT.match(base) is not None


def _is_requirements(base: str) -> bool:
    return base.startswith("requirements") and base.endswith(".txt")


def _package(text: str, command: str) -> object:
    found = json.loads(text) if text.strip() else {}
    if not isinstance(found, dict):
        return found
    replaced = {
        (key, name): where
        for key in _PACKAGES
        for name, where in dict(found.get(key) or {}).items()
        if _RUNNERS.match(name) and (not isinstance(where, str) or not _VERSION.match(where))
    }
    scripts = found.get("scripts") or {}
    chosen = of_scripts(scripts, command) if isinstance(scripts, dict) else scripts
    return replaced, chosen, {key: found[key] for key in _PACKAGE_KEYS if key in found}


def _pyproject(text: str) -> object:
    found = tomllib.loads(text)
    tool = found.get("tool", {})
    chosen = {key: tool[key] for key in _TOOLS if key in tool}
    project = found.get("project", {})
    programs = {**project.get("scripts", {}), **tool.get("poetry", {}).get("scripts", {})}
    return (
        chosen,
        [tool.get(name, {}).get(key) for name, key in (("hatch", "envs"), ("pixi", "tasks"), ("rye", "scripts"))],
        project.get("entry-points", {}).get("pytest11"),
        {name: programs[name] for name in programs if _TEST_PROGRAMS.match(name)},
        {name: where for name, where in tool.get("uv", {}).get("sources", {}).items() if _TEST_PROGRAMS.match(name)},
        found.get("build-system", {}).get("backend-path"),
    )


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
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _matching(re.compile("pytest11|test_suite|cmdclass")),
    ".npmrc": _matching(_NPM_KEYS),
    ".yarnrc": _matching(_YARN_KEYS),
    ".yarnrc.yml": _matching(_YARN_KEYS),
    "pnpm-workspace.yaml": _matching(_PNPM_KEYS),
}
