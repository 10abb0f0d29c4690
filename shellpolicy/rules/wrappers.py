"""Programs that start other programs: what they start is judged as if it stood alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
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
    long_flags=long_names("null no-run-if-empty verbose exit interactive open-tty replace eof max-lines"),
    long_values=long_names("arg-file delimiter max-args max-procs max-chars process-slot-var"),
    first_operand_ends=True,
)  # fmt: skip
_FIND_VALUES = frozenset(
    {
        "-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename", "-regex", "-iregex", "-type", "-xtype",
        "-maxdepth", "-mindepth", "-mtime", "-mmin", "-ctime", "-cmin", "-atime", "-amin", "-newer", "-anewer",
        "-cnewer", "-size", "-user", "-group", "-uid", "-gid", "-perm", "-links", "-inum", "-samefile", "-fstype",
        "-lname", "-ilname", "-printf", "-regextype", "-context", "-used", "-newermt", "-newerct", "-newerat",
    }
)  # fmt: skip
_FIND_NAMES = frozenset({"-name", "-iname", "-path", "-ipath", "-wholename", "-regex"})
_STARTS_LIMIT = 50
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
    begun = 0
    while begun < len(parsed.operands) and "=" in parsed.operands[begun]:
        name, _, value = parsed.operands[begun].partition("=")
        check_assignment(name, value)
        begun += 1
    words = parsed.operands[begun:]
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
    rest, previous = iter(expression), ""
    for word in rest:
        if word in _FIND_RUNS:
            command = tuple(_until_end(rest))
            for found in _found(starts, reaches_git=reaches_git, here=word.endswith("dir"), call=call):
                _judge_find_command(call, found, command)
        elif word in _FIND_WRITES:
            check_write(next(rest, ""), call.place)
        elif word == "-delete":
            for found in _found(starts, reaches_git=reaches_git, here=False, call=call):
                check_removal(found, call.place)
        elif not is_known(word) and previous not in _FIND_VALUES:
            refuse(
                f"find gets {show(word)!r}, which could be an action and is not known before it runs",
                'Quote it after its predicate, for example -name "$pattern".',
            )
        elif word == "-files0-from":
            refuse_option("find", word)
        previous = word


def _find_starts(args: Fields) -> tuple[Fields, Fields]:
    """The starting points, and the expression after them."""
    begin = 0
    while begin < len(args) and re.match(r"-[HLP]\Z|-O\d\Z", args[begin]):
        begin += 1
    end = begin
    while end < len(args) and not re.match(r"[-(!),]", args[end]) and MANY not in args[end]:
        end += 1
    return args[begin:end] or (".",), args[end:]


def _until_end(rest: Iterator[str]) -> Iterator[str]:
    """The words of -exec up to its ; or {} +"""
    previous = ""
    for word in rest:
        if word == ";" or (word == "+" and previous == "{}"):
            return
        yield word
        previous = word


def _reaches_git(expression: Fields) -> bool | None:
    """Whether the names a find asks for include .git: yes, no, or None when it asks for no names at all."""
    answer = None
    for position, word in enumerate(expression[:-1]):
        if word not in _FIND_NAMES:
            continue
        value = expression[position + 1]
        negated = expression[max(position - 1, 0)] in ("!", "-not")
        skipped = ".git" in value and expression[position + 2 : position + 3] == ("-prune",)
        if not negated and not skipped and (".git" in value.split("/") or fnmatchcase(".git", value)):
            return True
        if not negated or ".git" in value:
            answer = False
    return answer


def _found(starts: Fields, *, reaches_git: bool | None, here: bool, call: Call) -> list[str]:
    """A path of the kind find will find: git's own too when it walks the whole workspace and asks for no names."""
    paths = set[str]()
    for start in starts[:_STARTS_LIMIT]:
        whole = posixpath.normpath(start) in (".", call.place.workspace)
        name = ".git" if reaches_git or (reaches_git is None and whole) else "found"
        paths.add(f"{'.' if here else start.rstrip('/')}/{name}")
    if len(starts) > _STARTS_LIMIT:
        refuse("find gets too many starting points", "Give it their common directory.")
    return sorted(paths)


def _judge_find_command(call: Call, found: str, command: Fields) -> None:
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
