"""Commands that run shell text, or change where the shell works."""

from __future__ import annotations

import re
from collections import deque

from shellpolicy.calls import Call, Rule
from shellpolicy.names import check_script
from shellpolicy.paths import check_directory, joined
from shellpolicy.syntax import Dialect
from shellpolicy.variables import check_arithmetic
from shellpolicy.verdict import refuse
from shellpolicy.words import Fields, Scope, is_known, show

_UNSEEN_HINT = "Write the script out in the command, or put it into a file of the workspace and run that."
_CLUSTER = re.compile(r"[-+][aefhlmuvxBCETc]*[oO]?\Z")
_LONG = frozenset({"--norc", "--noprofile", "--login", "--verbose", "--version", "--help"})
_SIGNALS = frozenset({"EXIT", "INT", "TERM", "HUP", "QUIT", "PIPE", "USR1", "USR2", "ERR", "CHLD", "ALRM", "WINCH"})
_OPTIONS = frozenset({"errexit", "nounset", "pipefail", "xtrace", "noglob", "nullglob", "globstar", "extglob"})


def judge_shell(call: Call) -> None:
    """bash, sh: a script file, -c text, or text on standard input."""
    dialects: tuple[Dialect, ...] = ("posix", "bash") if call.name == "sh" else ("bash",)
    is_text, rest = _shell_options(call)
    if is_text:
        if not rest:
            refuse(f"{call.name} -c has no text", _UNSEEN_HINT)
        _judge_text(call, rest[0], dialects)
        for word in rest[2:]:
            check_arithmetic(word)
    elif rest:
        check_script(rest[0], call.place)
    elif call.stdin.file is not None:
        check_script(call.stdin.file, call.place)
    elif call.stdin.text is not None:
        _judge_text(call, call.stdin.text, dialects)
    elif call.args not in (("--version",), ("--help",)):
        refuse(f"{call.name} would run whatever arrives on its standard input", _UNSEEN_HINT)


def _shell_options(call: Call) -> tuple[bool, Fields]:
    """Whether there is -c, and what follows the options."""
    is_text, reads_input, rest = False, False, deque(call.args)
    while rest and rest[0].startswith(("-", "+")):
        word = rest.popleft()
        if word in ("-", "--"):
            break
        if word == "-s":
            reads_input = True
        elif word not in _LONG and not _CLUSTER.match(word):
            refuse(f"{call.name} with the option {show(word)!r} is not permitted", _UNSEEN_HINT)
        elif not word.startswith("--"):
            is_text = is_text or "c" in word
            if word[-1] in "oO" and (not rest or rest.popleft() not in _OPTIONS):
                refuse(f"{call.name} {show(word)} with that option is not permitted", _UNSEEN_HINT)
    return is_text, () if reads_input and not is_text else tuple(rest)


def _judge_text(call: Call, text: str, dialects: tuple[Dialect, ...]) -> None:
    if not is_known(text):
        refuse(f"{call.name} would run text that is not known before it runs", _UNSEEN_HINT)
    before = call.place
    for dialect in dialects:
        call.judge.script(text, Scope(depth=call.scope.depth), dialect)
        call.judge.enter(before.cwd)


def judge_eval(call: Call) -> None:
    """eval: text that is written out is judged like any other."""
    text = " ".join(call.args)
    if not is_known(text):
        refuse("eval would run text that is not known before it runs", "Write the command itself.")
    call.judge.script(text, call.scope)


def judge_trap(call: Call) -> None:
    """trap: its command is judged when it is set."""
    words = call.args[1:] if call.args[:1] == ("--",) else call.args
    if not words or words[0] in ("-l", "-p"):
        return
    command, *signals = words
    for name in signals:
        if name.upper().removeprefix("SIG") not in _SIGNALS and not name.isdigit():
            refuse(f"trap on {show(name)!r} is not permitted", "Use EXIT, INT or TERM.")
    if not is_known(command):
        refuse("trap would run text that is not known before it runs", "Write the command itself, in single quotes.")
    if signals and command != "-":
        before = call.place
        call.judge.script(command, call.scope)
        call.judge.enter(before.cwd)


def judge_source(call: Call) -> None:
    """source, .: a script of the workspace, as it would be run."""
    if not call.args or call.args[0].startswith("-"):
        refuse("source needs the name of a script", "Write . ./scripts/env.sh")
    check_script(call.args[0], call.place)


def judge_cd(call: Call) -> None:
    """cd, pushd: stay inside."""
    words = [word for word in call.args if not re.match(r"-[LPen@]+\Z|--\Z", word)]
    if not words and call.name == "cd":
        refuse("cd without a directory leaves the workspace", "Name the directory, for example cd frontend.")
    if not words or words[0] == "-" or re.match(r"[-+]\d+\Z", words[0]):
        call.judge.enter(None)
        return
    check_directory(words[0], call.place)
    call.judge.enter(joined(words[0], call.place))


def judge_popd(call: Call) -> None:
    """popd: back to somewhere that was allowed."""
    call.judge.enter(None)


RULES: dict[str, Rule] = {
    **dict.fromkeys(("bash", "sh"), judge_shell),
    **dict.fromkeys(("source", "."), judge_source),
    **dict.fromkeys(("cd", "pushd"), judge_cd),
    "eval": judge_eval,
    "trap": judge_trap,
    "popd": judge_popd,
}
