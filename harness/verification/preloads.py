"""What the command of a check has loaded before its tests are, and what its shell reads. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from harness.verification.commands import INTERPRETERS, RUNNERS, deciding, unwrapped

_LOADERS: Final = re.compile(
    rf"{INTERPRETERS.pattern}|^(?:npx|pnpm|yarn|bunx|pytest|py\.test|vitest|jest|mocha|ava|tap|playwright|cypress|g?make)$"
)
_LOADING: Final = frozenset(
    {
        *(
            "-r",
            "--require",
            "--import",
            "--loader",
            "--experimental-loader",
            "--preload",
            "-c",
            "--config",
            "-p",
            "-f",
        ),
        *("--file", "--makefile", "--rcfile", "--rootdir", "--setupFiles", "--globalSetup", "--setupFilesAfterEnv"),
        *(
            "--test-reporter",
            "--reporter",
            "--test-global-setup",
            "--env-file",
            "--env-file-if-exists",
            "--config-file",
        ),
    }
)
_SOURCED: Final = re.compile(
    r"""(?:(?:^|[;&|({"']|\b(?:then|do|else)\b)[ \t]*(?:\.|source)[ \t]+"""
    r"""|\b(?:BASH_ENV|ENV)=|--env-file(?:-if-exists)?[= ])["']?([\w./-]+)""",
    re.MULTILINE,
)
_VARIABLES: Final = re.compile(
    r"""\b(?:LD_PRELOAD|DYLD_INSERT_LIBRARIES|PYTHONSTARTUP|NODE_OPTIONS|RUBYOPT|PERL5OPT|PYTEST_ADDOPTS|PYTEST_PLUGINS)="""
    r"""(?:["']([^"']*)["']|(\S*))"""
)
_FILE: Final = re.compile(r"[\w./-]+")


def loaded(command: str) -> frozenset[str]:
    """The files, as they are named, that options of interpreters and test runners in `command` have loaded first."""
    found: set[str] = set()
    for step in deciding(command):
        found.update(_options(unwrapped(step.words)))
    found.update(name for match in _VARIABLES.finditer(command) for name in _FILE.findall(match[1] or match[2]))
    return frozenset(str(PurePosixPath(name)) for name in found)


def sourced(text: str) -> frozenset[str]:
    """The files that shell commands in `text` read into their own shell, or take variables from."""
    return frozenset(str(PurePosixPath(match[1])) for match in _SOURCED.finditer(text))


def _options(words: list[str]) -> Iterator[str]:
    """The values of the options of a runner, or of an interpreter before its program."""
    if not words or _LOADERS.match(PurePosixPath(words[0]).name) is None:
        return
    interpreter = INTERPRETERS.match(PurePosixPath(words[0]).name) is not None
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        option, _, value = word.partition("=")
        if word == "-m":
            if rest[:1] == [] or rest.pop(0) not in RUNNERS:
                return
            interpreter = False
        elif word == "--test":
            interpreter = False
        elif option in _LOADING:
            found = value or (rest.pop(0) if rest else "")
            yield from (found, f"{found.replace('.', '/')}.py", f"{found.replace('.', '/')}/__init__.py")
        elif interpreter and not word.startswith("-"):
            return  # what follows is for the program
