"""Programs that start other programs: what they start is judged as if it stood alone."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase

from shellpolicy.calls import Call, Rule, Stdin
from shellpolicy.options import Grammar, long_names, refuse_hidden, refuse_option, refuse_options, take_apart
from shellpolicy.paths import check_directory, check_removal, check_write
from shellpolicy.variables import check_assignment
from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, UNKNOWN, Fields, is_known, show

_ENV = Grammar(
    flags="i0v", values="uC", long_flags=long_names("ignore-environment null debug list-signal-handling help version"),
    long_values=long_names("unset chdir"), first_operand_ends=True,
)  # fmt: skip
_SIMPLE = {
    "timeout": (Grammar(flags="fpv", values="ks", long_flags=long_names("preserve-status foreground verbose"),
                        long_values=long_names("kill-after signal"), first_operand_ends=True), 1),
    "nice": (Grammar(flags="0123456789", values="n", long_values=long_names("adjustment"), first_operand_ends=True), 0),
    "nohup": (Grammar(first_operand_ends=True), 0),
    "setsid": (Grammar(flags="cfw", long_flags=long_names("ctty fork wait"), first_operand_ends=True), 0),
    "stdbuf": (Grammar(values="ioe", long_values=long_names("input output error"), first_operand_ends=True), 0),
    "time": (Grammar(flags="pvaq", values="of", long_flags=long_names("portability verbose append quiet"),
                     long_values=long_names("output format"), first_operand_ends=True), 0),
    "exec": (Grammar(flags="cl", values="a", first_operand_ends=True), 0),
    "builtin": (Grammar(first_operand_ends=True), 0),
}  # fmt: skip
_XARGS = Grammar(
    flags="0rtxpo", values="adEILnPsR", optional="eil",
    long_flags=long_names("null no-run-if-empty verbose exit interactive open-tty"),
    long_values=long_names("arg-file delimiter max-args max-procs max-chars max-lines replace eof process-slot-var"),
    first_operand_ends=True,
)  # fmt: skip
_FIND_VALUES = frozenset(
    {
        "-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename", "-regex", "-iregex", "-type", "-xtype", "-maxdepth",
        "-mindepth", "-mtime", "-mmin", "-ctime", "-cmin", "-atime", "-amin", "-newer", "-anewer", "-cnewer", "-size", "-user",
        "-group", "-uid", "-gid", "-perm", "-links", "-inum", "-samefile", "-fstype", "-lname", "-ilname", "-printf",
        "-regextype", "-context", "-used", "-newermt", "-newerct", "-newerat",
    }
)  # fmt: skip
_FIND_NAMES = frozenset({"-name", "-iname", "-path", "-ipath", "-wholename", "-regex"})
_FIND_RUNS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_FIND_WRITES = frozenset({"-fprint", "-fprint0", "-fls", "-fprintf"})


def judge_wrapper(call: Call) -> None:
    """timeout, nice, nohup, setsid, stdbuf, time, exec, builtin."""
    grammar, skipped = _SIMPLE[call.name]
    parsed = take_apart(call.name, call.args, grammar)
    if call.name == "time":
        for path in parsed.values("-o", "--output"):
            check_write(path, call.place)
    if any(MANY in word for word in parsed.operands[:skipped]):
        refuse_hidden(call.name, parsed)
    call.start(tuple(parsed.operands[skipped:]))


def judge_command(call: Call) -> None:
    """command: -v and -V only ask where a program is."""
    parsed = take_apart("command", call.args, Grammar(flags="pvV", first_operand_ends=True))
    if not parsed.names() & {"-v", "-V"}:
        call.start(tuple(parsed.operands))


def judge_env(call: Call) -> None:
    """env: its assignments and its command."""
    args = call.args[1:] if call.args[:1] == ("-",) else call.args
    parsed = take_apart("env", args, _ENV)
    for directory in parsed.values("-C", "--chdir"):
        check_directory(directory, call.place)
    words = parsed.operands
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        check_assignment(name, value)
    if parsed.values("-C", "--chdir"):
        before = call.place
        call.judge.enter(None)
        call.start(tuple(words))
        call.judge.enter(before.cwd)
    else:
        call.start(tuple(words))


def judge_xargs(call: Call) -> None:
    """xargs: its command, with words nobody knows at its end or where the replacement stands."""
    parsed = take_apart("xargs", call.args, _XARGS)
    refuse_options("xargs", parsed, ("--process-slot-var",))
    if any(MANY in (value or "") for _, value in parsed.options):
        refuse_hidden("xargs", parsed)
    marks = [value or "{}" for name, value in parsed.options if name in ("-I", "-i", "--replace")]
    if not marks:
        words = (*parsed.operands, MANY) if parsed.operands else ()
    else:
        words = tuple(word.replace(marks[-1], UNKNOWN) for word in parsed.operands)
    call.judge.program(words, call.scope, stdin=Stdin())


def judge_find(call: Call) -> None:
    """find: what -exec starts, what -delete removes, what -fprint writes."""
    starts, expression = _find_starts(call.args)
    reaches_git = _reaches_git(expression)
    while expression:
        word = expression.pop(0)
        value = "".join(expression[:1])
        if word in _FIND_VALUES:
            del expression[:1]
        elif word in _FIND_RUNS:
            command = _until_end(expression)
            for found in _found(starts, reaches_git=reaches_git, here=word.endswith("dir"), call=call):
                _judge_find_command(call, found, command)
        elif word in _FIND_WRITES:
            check_write(value, call.place)
            del expression[:1]
        elif word == "-delete":
            for found in _found(starts, reaches_git=reaches_git, here=False, call=call):
                check_removal(found, call.place)
        elif not is_known(word):
            refuse(
                f"find gets {show(word)!r}, which could be an action and is not known before it runs",
                'Quote it after its predicate, for example -name "$pattern".',
            )
        elif word == "-files0-from":
            refuse_option("find", word)


def _find_starts(args: Fields) -> tuple[list[str], list[str]]:
    rest = list(args)
    while rest and re.match(r"-[HLP]\Z|-O\d\Z", rest[0]):
        rest.pop(0)
    starts = list[str]()
    while rest and not re.match(r"[-(!),]", rest[0]) and MANY not in rest[0]:
        starts.append(rest.pop(0))
    return starts or ["."], rest


def _until_end(expression: list[str]) -> list[str]:
    command = list[str]()
    while expression:
        word = expression.pop(0)
        if word == ";" or (word == "+" and command and command[-1] == "{}"):
            break
        command.append(word)
    return command


def _reaches_git(expression: list[str]) -> bool | None:
    """Whether the names a find asks for include .git: yes, no, or None when it asks for no names at all."""
    answer = None
    for position, word in enumerate(expression[:-1]):
        if word not in _FIND_NAMES:
            continue
        value, before, after = expression[position + 1], expression[position - 1 : position], expression[position + 2 :]
        if before in (["!"], ["-not"]) or after[:1] == ["-prune"]:
            answer = False if ".git" in value else answer
        elif ".git" in value.split("/") or fnmatchcase(".git", value):
            return True
        else:
            answer = False
    return answer


def _found(starts: list[str], *, reaches_git: bool | None, here: bool, call: Call) -> list[str]:
    """A path of the kind find will find: git's own files too when it walks the whole workspace and asks for no names."""
    paths = list[str]()
    for start in starts:
        whole = posixpath.normpath(start) in (".", call.place.workspace)
        name = ".git" if reaches_git or (reaches_git is None and whole) else "found"
        paths.append(f"{'.' if here else start.rstrip('/')}/{name}")
    return paths


def _judge_find_command(call: Call, found: str, command: list[str]) -> None:
    if command and "{}" in command[0]:
        refuse("find would run the files it finds", "Name the command to run on them.")
    words = tuple(found if word == "{}" else word.replace("{}", UNKNOWN) for word in command)
    call.judge.program(words, call.scope, stdin=Stdin())


RULES: dict[str, Rule] = {
    **dict.fromkeys(_SIMPLE, judge_wrapper),
    "command": judge_command,
    "env": judge_env,
    "xargs": judge_xargs,
    "find": judge_find,
}
