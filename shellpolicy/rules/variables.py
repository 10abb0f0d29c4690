"""The shell's own commands that set variables or its behaviour."""

from __future__ import annotations

import re
from collections import deque

from shellpolicy.calls import Call, Rule
from shellpolicy.options import Grammar, take_apart
from shellpolicy.variables import check_arithmetic, check_assignment, check_evaluated, check_name
from shellpolicy.verdict import refuse
from shellpolicy.words import is_known, show

_SET = re.compile(r"[-+][aefuxmbCTEhv]*o?\Z")
_SET_OPTIONS = frozenset(
    {
        "allexport", "errexit", "errtrace", "functrace", "monitor", "noclobber", "noglob", "notify", "nounset",
        "pipefail", "verbose", "xtrace", "ignoreeof", "nolog", "hashall",
    }
)  # fmt: skip
_SHOPT_OPTIONS = frozenset(
    {
        "nullglob",
        "globstar",
        "failglob",
        "nocaseglob",
        "nocasematch",
        "lastpipe",
        "inherit_errexit",
        "extglob",
        "xpg_echo",
    }
)
_READ = Grammar(flags="erEs", values="adinNptu")
_MAPFILE = Grammar(flags="t", values="dnOsu")
_MODE_HINT = "Use set -e, -u, -x or -o pipefail."


def judge_declaration(call: Call) -> None:
    """export, declare, typeset, local, readonly."""
    for word in call.args:
        name, equals, value = word.partition("=")
        if word.startswith(("-", "+")):
            if not re.match(r"[-+][aAxrgpfFiult-]*\Z", word):
                refuse(f"{call.name} {show(word)} is not permitted", "Use a plain variable.")
        elif not is_known(name):
            refuse(
                f"{call.name} {show(word)} sets variables that are not known before it runs",
                "Name them one by one, or use: set -a; . ./.env; set +a",
            )
        elif equals:
            if value.lstrip().startswith("("):
                check_evaluated(value)
            check_assignment(name.removesuffix("+"), value)
        else:
            check_arithmetic(name)


def judge_read(call: Call) -> None:
    """read, mapfile, readarray: the variables they fill."""
    parsed = take_apart(call.name, call.args, _READ if call.name == "read" else _MAPFILE)
    for name in (*parsed.values("-a"), *parsed.operands):
        check_name(name)


def judge_getopts(call: Call) -> None:
    """getopts optstring name."""
    for name in call.args[1:2]:
        check_name(name)


def judge_printf(call: Call) -> None:
    """printf -v NAME fills a variable."""
    for position, word in enumerate(call.args):
        if word == "--" or not word.startswith("-"):
            return
        if word.startswith("-v"):
            check_name(word[2:] or "".join(call.args[position + 1 : position + 2]))
            return


def judge_unset(call: Call) -> None:
    """unset: variables, never functions (calling one later would mean a program)."""
    for word in call.args:
        check_arithmetic(word)
        if not is_known(word) or word in call.scope.functions or re.match(r"-\w*[fn]", word):
            refuse(f"unset {show(word)} is not permitted", "Unset plain variables by name.")


def judge_wait(call: Call) -> None:
    """wait -p NAME fills a variable."""
    parsed = take_apart("wait", call.args, Grammar(flags="fn", values="p"))
    for name in parsed.values("-p"):
        check_name(name)


def judge_test(call: Call) -> None:
    """test, [: -v and -R evaluate array indices."""
    for word in call.args:
        check_arithmetic(word)


def judge_set(call: Call) -> None:
    """set: the everyday switches and positional parameters."""
    rest = deque(call.args)
    while rest:
        word = rest.popleft()
        if word in ("--", "-"):
            break
        if is_known(word[:1]) and not word.startswith(("-", "+")):
            rest.appendleft(word)
            break
        if not _SET.match(word) or not is_known(word):
            refuse(f"set {show(word)} is not permitted", _MODE_HINT)
        if word.endswith("o") and rest and rest.popleft() not in _SET_OPTIONS:
            refuse("set -o with that option is not permitted", _MODE_HINT)
    for word in rest:
        check_arithmetic(word)


def judge_shopt(call: Call) -> None:
    """shopt: options that only change globs and exit codes."""
    for word in call.args:
        if not re.match(r"-[suqp]+\Z", word) and word not in _SHOPT_OPTIONS:
            refuse(f"shopt {show(word)} is not permitted", "Use nullglob, globstar or extglob.")


def judge_let(call: Call) -> None:
    """let evaluates its arguments."""
    for word in call.args:
        check_arithmetic(word)
        check_name(re.split(r"[^A-Za-z0-9_]", word, maxsplit=1)[0] or "x")


def judge_hash(call: Call) -> None:
    """hash -p gives a command another program."""
    if any(word.startswith("-") and word != "-r" for word in call.args):
        refuse("hash can only be used as hash -r", "Name the program by its path.")


RULES: dict[str, Rule] = {
    **dict.fromkeys(("export", "declare", "typeset", "local", "readonly"), judge_declaration),
    **dict.fromkeys(("read", "mapfile", "readarray"), judge_read),
    **dict.fromkeys(("test", "["), judge_test),
    "getopts": judge_getopts,
    "printf": judge_printf,
    "unset": judge_unset,
    "wait": judge_wait,
    "set": judge_set,
    "shopt": judge_shopt,
    "let": judge_let,
    "hash": judge_hash,
}
