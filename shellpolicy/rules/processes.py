"""Ending and listing processes."""

from __future__ import annotations

import re

import security
from shellpolicy.calls import Call, Rule
from shellpolicy.options import Grammar, long_names, refuse_options, take_apart
from shellpolicy.verdict import refuse
from shellpolicy.words import is_known, show

_PKILL = Grammar(
    flags="fxnoiec", values="", long_flags=long_names("full exact newest oldest ignore-case echo count"),
    long_values=long_names("signal"),
)  # fmt: skip
_SIGNAL = re.compile(r"-(?:\d+|(?:SIG)?(?:TERM|KILL|INT|HUP|QUIT|USR1|USR2|STOP|CONT))\Z", re.IGNORECASE)
_PATTERN = re.compile(r"\^?[\w ./:=@-]+\$?\Z")
_SCRIPT = re.compile(r"[\w./-]*\w\.(?:[cm]?js|tsx?|py|sh)\Z")
_PS_VALUE = re.compile(r"-?\w*[opCuUgGtsk]\Z|--(?:format|sort|user|pid|ppid)\Z")
_INTERPRETERS = frozenset({"python", "python3"})
_PKILL_HINT = "End your own development server, for example pkill -f 'node server.js', or kill \"$PID\"."


def judge_pkill(call: Call) -> None:
    """pkill: development processes only."""
    args = [word for word in call.args if not _SIGNAL.match(word)]
    parsed = take_apart("pkill", args, _PKILL)
    if len(parsed.operands) != 1:
        refuse("pkill needs exactly one pattern", _PKILL_HINT)
    pattern = parsed.operands[0]
    words = pattern.strip("^$").split()
    first = words[0].rsplit("/", 1)[-1] if words else ""
    bare = len(words) == 1 and first in _INTERPRETERS  # AutoCoder itself may be one of those
    if not _PATTERN.match(pattern) or bare or not (first in security.DEV_PROCESSES or _SCRIPT.match(first)):
        refuse(f"pkill {show(pattern)!r} could end more than development processes", _PKILL_HINT)


def judge_kill(call: Call) -> None:
    """kill: processes by id, jobs, and $!; never everything."""
    args = list(call.args)
    if args[:1] in (["-l"], ["-L"]):
        return
    if args[:1] in (["-s"], ["-n"], ["--signal"]):
        del args[:2]
    elif args and re.match(r"-\w+\Z", args[0]) and len(args) > 1:
        del args[0]
    for word in args:
        if word == "--" or not is_known(word):
            continue
        if not re.match(r"(?:-?[1-9]\d+|[2-9]|%(?:\d+|[+%-])?|%[?\w.-]+)\Z", word):
            refuse(f"kill {show(word)} is not permitted", "Give the process id, or %1 for a job of this shell.")


def judge_ps(call: Call) -> None:
    """ps: without the environments of processes (the letter e without a dash)."""
    before = ""
    for word in call.args:
        if re.match(r"[A-Za-z]*e[A-Za-z]*\Z", word) and not _PS_VALUE.match(before):
            refuse(f"ps {show(word)} shows the environment of processes", "Use ps aux or ps -ef.")
        before = word


def judge_ss(call: Call) -> None:
    """ss -K closes connections of others."""
    parsed = take_apart("ss", call.args, Grammar(open=True, values="fFDA"))
    refuse_options("ss", parsed, ("-K", "--kill", "-D", "--diag", "-F", "--filter"))


RULES: dict[str, Rule] = {"pkill": judge_pkill, "kill": judge_kill, "ps": judge_ps, "ss": judge_ss}
