"""Who has the last word in a check's command: a test runner and files that are frozen, or a file the work brings. Pure.

Read with the shell's rules for words and operators, not more: this is about honest mistakes and blunt tricks.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import Final

# Commands that say nothing about the feature, whatever they exit with.
_MUTE: Final = frozenset(
    {"cd", "echo", "exit", "export", "false", "mkdir", "printf", "set", "sleep", "trap", "true", "umask", "wait", ":"}
)
_PREFIXES: Final = frozenset({"command", "env", "exec", "nice", "nohup", "time", "!", "then", "do", "else", "{", "if"})
_CLOSERS: Final = frozenset({"fi", "done", "}", "esac"})
_SHELLS: Final = frozenset({"sh", "bash", "dash", "zsh"})
_INTERPRETERS: Final = re.compile(r"^(?:python(?:\d(?:\.\d+)?)?|node|nodejs|bun|deno|ruby|perl|php|tsx|ts-node)$")
_RUNNERS: Final = frozenset({"unittest", "pytest", "nose", "nose2", "doctest"})
_WITH_VALUE: Final = frozenset({"-r", "--require", "--import", "--loader", "-W", "-X", "--env-file"})
_OPERATOR: Final = re.compile(r"^[();<>|&\n]+$")
_ASSIGNMENT: Final = re.compile(r"^[A-Za-z_]\w*=")


def rests_on(command: str, files: Collection[str]) -> str | None:
    """The one of `files` whose own exit code is all there is to `command`; None when something else judges too."""
    found = None
    for words in _deciding(command):
        name = _own(words, files)
        if name is None:
            return None
        found = name or found
    return found


def is_plain(command: str) -> bool:
    """Whether `command` decides by a program without a test runner, whose exit code says everything."""
    return any(_program(words) for words in _deciding(command))


def _program(words: list[str]) -> bool:
    rest = _unwrapped(words)
    if not rest or _INTERPRETERS.match(PurePosixPath(rest[0]).name) is None or not {"--test", "-m"}.isdisjoint(rest):
        return False
    return any(re.search(r"\.(?:py|[cm]?[jt]s|rb|php)$", word) for word in rest[1:2])


def _deciding(command: str) -> Iterator[list[str]]:
    """The simple commands whose exit code can become that of the whole: not those before a pipe, or in background."""
    lexer = shlex.shlex(command.replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        tokens = list(lexer)
    except ValueError:
        return
    for token in [*tokens, ";"]:
        if not _OPERATOR.match(token):
            words.append(token)
            continue
        if token.startswith(("<", ">")):
            continue
        if words and token not in {"|", "|&", "&"}:
            yield words
        words = []


def _own(words: list[str], files: Collection[str]) -> str | None:
    """Which of `files` this command's exit code comes from; empty when it says nothing, None when another judges."""
    rest = _unwrapped(words)
    if not rest or rest[0] in _MUTE | _CLOSERS:
        return ""
    program, args = PurePosixPath(rest[0]).name, rest[1:]
    if program in _SHELLS and args[:1] and re.fullmatch(r"-\w*c", args[0]):
        return rests_on(" ".join(args[1:2]), files)
    if program in _SHELLS or _INTERPRETERS.match(program):
        return _script(args, files)
    return _named(rest[0], files) if "/" in rest[0] else None


def _unwrapped(words: list[str]) -> list[str]:
    """A simple command without what stands before its program."""
    rest = words
    while rest and (rest[0] in _PREFIXES or _ASSIGNMENT.match(rest[0]) or rest[0] == "timeout"):
        rest = _without_limit(rest) if rest[0] == "timeout" else rest[1:]
    return rest


def _without_limit(words: list[str]) -> list[str]:
    """`timeout -k 5 60 command` without its first words."""
    rest = words[1:]
    while rest and (rest[0].startswith("-") or re.fullmatch(r"[\d.]+[smhd]?", rest[0])):
        rest = rest[1:]
    return rest


def _script(args: list[str], files: Collection[str]) -> str | None:
    """The program an interpreter is given, if it is one of `files`; of a test runner, the test files."""
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word == "--test":
            tests = [_named(name, files) for name in rest if not name.startswith("-")]
            return tests[0] if tests and all(tests) else None
        if word == "-m":
            return None if rest[:1] == [] or rest[0] in _RUNNERS else _module(rest[0], files)
        if word in {"-c", "-e", "--eval", "-p"}:
            return None
        if word in _WITH_VALUE:
            rest = rest[1:]
        elif not word.startswith("-") and word not in {"run", "test"}:
            return _named(word, files)
    return None


def _module(name: str, files: Collection[str]) -> str | None:
    path = name.replace(".", "/")
    return _named(f"{path}.py", files) or _named(f"{path}/__main__.py", files)


def _named(word: str, files: Collection[str]) -> str | None:
    name = str(PurePosixPath(word))
    return name if name in files else None
