"""Who has the last word in a check's command: a test runner and files that are frozen, or a file the work brings. Pure.

Read with the shell's rules for words and operators, not more: this is about honest mistakes and blunt tricks.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

# Commands that say nothing about the feature, whatever they exit with.
_MUTE: Final = frozenset(
    {"cd", "echo", "exit", "export", "false", "mkdir", "printf", "set", "sleep", "trap", "true", "umask", "wait", ":"}
)
_PREFIXES: Final = frozenset({"command", "env", "exec", "nice", "nohup", "time", "!", "then", "do", "else", "{", "if"})
_CLOSERS: Final = frozenset({"fi", "done", "}", "esac"})
_SHELLS: Final = frozenset({"sh", "bash", "dash", "zsh"})
INTERPRETERS: Final = re.compile(r"^(?:python(?:\d(?:\.\d+)?)?|node|nodejs|bun|deno|ruby|perl|php|tsx|ts-node)$")
RUNNERS: Final = frozenset({"unittest", "pytest", "nose", "nose2", "doctest"})
_WITH_VALUE: Final = frozenset({"-r", "--require", "--import", "--loader", "-W", "-X", "--env-file"})
_OPERATOR: Final = re.compile(r"^[();<>|&\n]+$")
_PROGRAM: Final = re.compile(r"\.(?:py|[cm]?[jt]s|rb|php)$")
_RUN: Final = re.compile(
    r"\b(?:python[\d.]*|node|bun|deno|tsx|ts-node|ruby|php)\s+(?:run\s+)?(?:-[uBIW]\S*\s+)*([\w./-]+)"
)
_SHELL_OPTIONS: Final = re.compile(r"^(?:(?:[-+][oO]\s+\w+|[-+]\S*)(?:\s+|$))+")
_RUNS_TEXT: Final = re.compile(r"\b(?:exec|eval|compile|runpy)\b")
_ENDINGS: Final = (".py", "/__main__.py", "/__init__.py")
_COMPARES: Final = re.compile(r"[=!<>]=|[<>]|\b(?:assert|if|is|in|raise|exit|SystemExit|not|and|or)\b")
_CALLS: Final = re.compile(r"\w\s*\(")
_IMPORTED: Final = re.compile(r"\bimport\s+([\w.]+)|\bfrom\s+([\w.]+)\s+import\s+[\w, ]+")
_BECOMES: Final = re.compile(
    r"(?:^|[;&|({]|-\w*c)\s*[\"']?(?:\$\(|`)\s*(?:cat\s+|<\s*)(?:\./)?([\w./-]+)"
)  # `$(cat file)`
_ASSIGNMENT: Final = re.compile(r"^[A-Za-z_]\w*=")
_OPENERS: Final = frozenset({"if", "while", "until", "for", "case"})
_ENDING: Final = frozenset({"exit", "false"})
_KEEPS_CODES: Final = re.compile(r"\$\?|\bset\s+-\w*e|\berrexit\b|\btrap\b")  # or ends at the first failure
_EVALUATES: Final = frozenset({"-c", "-e", "--eval", "-p", "--test"})
_WORDS: Final = re.compile(r"[\w./-]+")
# Programs whose tests, or rules, are the files they are given.
_FILE_RUNNERS: Final = frozenset({"bats", "robot", "behave", "hurl", "cram", "prove", "shellspec", "expect", "k6"})


@dataclass(frozen=True)
class Step:
    """A simple command: its words, those of the commands that feed it, and the operator it comes after, of `;` and
    `||`; empty inside a compound command.
    """

    words: list[str]
    fed: list[str]
    after: str


def rests_on(command: str, files: Collection[str]) -> str | None:
    """The one of `files` whose own exit code is all there is to `command`, or enough for it; None when something else
    judges too.
    """
    if (run := _BECOMES.search(command)) is not None and run[1] in files:
        return run[1]
    found, judged = None, False
    steps = list(deciding(command))
    last_counts = _KEEPS_CODES.search(command) is None
    for place, step in enumerate(steps):
        name = _own(step, files)
        if name and step.after == "||" and not any(_ENDING & set(later.words) for later in steps[place:]):
            return name
        if name != "" and step.after == ";" and last_counts:
            found, judged = None, False
        judged = judged or name is None
        found = name or found
    return None if judged else found


def is_plain(command: str, files: Collection[str] = ()) -> bool:
    """Whether `command` decides by a program without a test runner, whose exit code says everything, and which is none
    of `files`.
    """
    return any(_program(step.words, files) for step in deciding(command))


def runs_directly(text: str, files: Collection[str]) -> bool:
    """Whether shell commands in `text` run one of `files` as a program without a test runner."""
    found = {str(PurePosixPath(match[1])) for match in _RUN.finditer(text)}
    return not found.isdisjoint(files)


def _program(words: list[str], files: Collection[str]) -> bool:
    rest = unwrapped(words)
    if not rest or INTERPRETERS.match(PurePosixPath(rest[0]).name) is None or not {"--test", "-m"}.isdisjoint(rest):
        return False
    return any(_PROGRAM.search(word) and _named(word, files) is None for word in rest[1:2])


def deciding(command: str) -> Iterator[Step]:
    """The simple commands whose exit code can become that of the whole: not those before a pipe, or in background."""
    lexer = shlex.shlex(command.replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    fed: list[str] = []
    after, depth = "", 0
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
            depth += (words[0] in _OPENERS) - (words[0] in _CLOSERS)
            yield Step(words, fed, "" if depth or words[0] in _OPENERS | _CLOSERS | {"{"} else after)
        fed = [*fed, *words] if token in {"|", "|&"} else []
        if token not in {"|", "|&"} and (words or not token.startswith(";")):
            after = token if token in {";", "||"} else ""
        words = []


def _own(step: Step, files: Collection[str]) -> str | None:
    """Which of `files` this command's exit code comes from; empty when it says nothing, None when another judges."""
    rest = unwrapped(step.words)
    if not rest or rest[0] in _MUTE | _CLOSERS:
        return ""
    program, args = PurePosixPath(rest[0]).name, rest[1:]
    if program in _SHELLS and args[:1] and re.fullmatch(r"-\w*c", args[0]):
        return rests_on(" ".join(args[1:2]), files)
    if program in _SHELLS:
        return _any_named(_SHELL_OPTIONS.sub("", " ".join(args)).split()[:1] or step.fed, files)
    if INTERPRETERS.match(program):
        has_program = any(not word.startswith("-") for word in args) or ("-" not in args and _EVALUATES & set(args))
        return _script(args, files) if has_program else _any_named(step.fed, files)
    if program in {"eval", *_FILE_RUNNERS} or (program == "xargs" and not _SHELLS.isdisjoint(args)):
        return _any_named([*_WORDS.findall(" ".join(args)), *step.fed], files)
    return _named(rest[0], files) if "/" in rest[0] else None


def unwrapped(words: list[str]) -> list[str]:
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
        if word == "-m" and rest[:1] == ["doctest"]:
            return _any_named(rest[1:], files)
        if word == "-m":
            return None if rest[:1] == [] or rest[0] in RUNNERS else _module(rest[0], files)
        if word in {"-c", "-e", "--eval", "-p"}:
            return _evaluated("".join(rest[:1]), files)
        if word in _WITH_VALUE:
            rest = rest[1:]
        elif not word.startswith("-") and word not in {"run", "test"}:
            return _named(word, files)
    return None


def _evaluated(code: str, files: Collection[str]) -> str | None:
    """The one of `files` that a program on the command line runs, or calls without comparing what comes back."""
    if _RUNS_TEXT.search(code):
        return _any_named(_WORDS.findall(code), files)
    if _COMPARES.search(code) or not _CALLS.search(_IMPORTED.sub("", code)):
        return None
    python = (_module(match[1] or match[2], files) for match in _IMPORTED.finditer(code))
    return next((name for name in python if name is not None), None)


def _module(name: str, files: Collection[str]) -> str | None:
    path = name.replace(".", "/")
    return next((found for end in _ENDINGS if (found := _named(f"{path}{end}", files)) is not None), None)


def _any_named(words: list[str], files: Collection[str]) -> str | None:
    return next((name for word in words if (name := _named(word, files)) is not None), None)


def _named(word: str, files: Collection[str]) -> str | None:
    name = str(PurePosixPath(word))
    return name if name in files else None
