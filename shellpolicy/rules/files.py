"""Programs that change files: only inside, never git's own, and whole trees only where it is certain what they are."""

from __future__ import annotations

import itertools
import posixpath
import re

from shellpolicy.calls import Call, Rule
from shellpolicy.names import base
from shellpolicy.options import Grammar, Parsed, long_names, refuse_hidden, refuse_options, take_apart
from shellpolicy.paths import check_protected, check_removal, check_write
from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, show

_COPY = Grammar(values="tS", long_values=long_names("target-directory suffix"), open=True)
_TAR_VALUES = "bfgCFHIKLNTVX"
_TAR = Grammar(
    values=_TAR_VALUES, open=True,
    long_values=long_names("file directory exclude files-from exclude-from strip-components transform to-command "
                           "use-compress-program checkpoint-action info-script new-volume-script rsh-command owner"),
)  # fmt: skip
_TAR_CREATES = frozenset({"-c", "-r", "-u", "-A", "--create", "--append", "--update", "--catenate", "--concatenate"})
_TAR_RUNS = (
    "--to-command", "--use-compress-program", "--checkpoint-action", "--info-script", "--new-volume-script",
    "--rsh-command", "--rmt-command", "--absolute-names", "-I", "-F", "-P",
    "-T", "--files-from",  # lines of the list may be options
)  # fmt: skip
_SYSTEM_PROGRAM = re.compile(r"/(?:usr/(?:local/)?)?s?bin/")
_OCTAL = re.compile(r"0?[0-7]{3}\Z")
_SYMBOLIC = re.compile(r"[ugoa]*[-+=][rwxX]*(?:,[ugoa]*[-+=][rwxX]*)*\Z")


def judge_rm(call: Call) -> None:
    """rm, rmdir: files anywhere inside; trees only when their names are certain."""
    parsed = take_apart(call.name, call.args, Grammar(open=True))
    names = parsed.names()
    refuse_options(call.name, parsed, ("--no-preserve-root",))
    tree = bool(names & {"-r", "-R"}) or any("--recursive".startswith(name) and len(name) > 2 for name in names)
    if not tree and any(MANY in word for word in parsed.hidden):
        refuse_hidden(call.name, parsed)
    for path in parsed.operands:
        (check_removal if tree else check_write)(path, call.place)


def judge_copy(call: Call) -> None:
    """cp, mv, ln: what they write; and no system program becomes a script of the workspace."""
    parsed = take_apart(call.name, call.args, _COPY)
    targets = parsed.values("-t", "--target-directory")
    written = targets or parsed.operands[-1:]
    if call.name == "ln":
        written = [*written, *_link_targets(parsed, written)]
    for path in parsed.operands if call.name == "mv" else written:
        check_write(path, call.place)
    for path in parsed.operands:
        check_protected(path, call.place)
        if _SYSTEM_PROGRAM.match(path):
            refuse(f"{call.name} {show(path)!r} would give a system program another name", "Call it by its own name.")


def _link_targets(parsed: Parsed, written: list[str]) -> list[str]:
    """What links point to: symbolic ones are read from the directory the link is in."""
    symbolic = bool(parsed.names() & {"-s", "--symbolic"})
    link = written[0] if written else ""
    directory = link if link.endswith("/") else posixpath.dirname(link)
    targets = parsed.operands[:-1] or parsed.operands
    return [posixpath.join(directory, path) if symbolic else path for path in targets]


def judge_writer(call: Call) -> None:
    """mkdir, touch, tee, truncate: every operand is written."""
    grammar = Grammar(values={"mkdir": "m", "touch": "drt", "truncate": "sr"}.get(call.name, ""), open=True)
    for path in take_apart(call.name, call.args, grammar).operands:
        check_write(path, call.place)


def judge_chmod(call: Call) -> None:
    """chmod: read, write and execute bits only."""
    args = tuple("--" if re.match(r"-[rwxX]+\Z", word) else word for word in call.args)
    dashed = args != call.args
    parsed = take_apart(
        "chmod", args, Grammar(flags="cfvR", long_flags=long_names("changes silent quiet verbose recursive"))
    )
    mode, *paths = parsed.operands or [""]
    if dashed:
        paths = parsed.operands
    elif not _OCTAL.match(mode) and not _SYMBOLIC.match(mode):
        refuse(
            f"chmod {show(mode)!r} is not permitted",
            "Use a plain mode such as +x or 644: no setuid, setgid or sticky bit.",
        )
    for path in paths:
        check_write(path, call.place)


def judge_tar(call: Call) -> None:
    """tar: nothing that runs a program, nothing outside."""
    parsed = take_apart("tar", _unbundle(list(call.args)), _TAR)
    refuse_options("tar", parsed, _TAR_RUNS)
    refuse_hidden("tar", parsed)
    archives = parsed.values("-f", "--file")
    for path in archives:
        if ":" in path:
            refuse(f"tar archive {show(path)!r} could be on another machine", "Use a local file name.")
    created = archives if parsed.names() & _TAR_CREATES else []
    for path in (*created, *parsed.values("-C", "--directory")):
        check_write(path, call.place)


def _unbundle(args: list[str]) -> list[str]:
    """tar xzf FILE: the letters of the first word that take a value take the words that follow, in order."""
    if not args or args[0].startswith("-"):
        return args
    letters, rest, unbundled = args[0], iter(args[1:]), list[str]()
    for letter in letters:
        unbundled.append(f"-{letter}")
        if letter in _TAR_VALUES:
            unbundled.extend(itertools.islice(rest, 1))
    return [*unbundled, *rest]


def judge_unzip(call: Call) -> None:
    """unzip -d DIRECTORY, zip ARCHIVE: inside, and nothing that runs a program."""
    is_zip = call.name == "zip"
    parsed = take_apart(call.name, call.args, Grammar(values="bntPO" if is_zip else "dP", open=True))
    refuse_options(call.name, parsed, ("-T", "--unzip-command", "--test"))
    for path in (*parsed.values("-b", "-O"), *parsed.operands[:1]) if is_zip else parsed.values("-d"):
        check_write(path, call.place)


def judge_compressor(call: Call) -> None:
    """gzip, gunzip replace their files."""
    for path in take_apart(call.name, call.args, Grammar(values="S", open=True)).operands:
        check_write(path, call.place)


def judge_sort(call: Call) -> None:
    """sort: no program for its temporary files; -o is written."""
    grammar = Grammar(values="kotST", long_values=long_names("output compress-program key field-separator"), open=True)
    parsed = take_apart("sort", call.args, grammar)
    refuse_options("sort", parsed, ("--compress-program",))
    for path in parsed.values("-o", "--output"):
        check_write(path, call.place)


def judge_second(call: Call) -> None:
    """uniq IN OUT, xxd IN OUT: the second operand is written."""
    values = {"uniq": "fsw", "xxd": "cglos"}[base(call.name)]
    for path in take_apart(call.name, call.args, Grammar(values=values, open=True)).operands[1:2]:
        check_write(path, call.place)


def judge_rg(call: Call) -> None:
    """rg: --pre and --hostname-bin run programs."""
    grammar = Grammar(values="ABCefgjmMrtTdE", long_values=long_names("pre hostname-bin"), open=True)
    parsed = take_apart("rg", call.args, grammar)
    refuse_options("rg", parsed, ("--pre", "--hostname-bin"))


def judge_tree(call: Call) -> None:
    """tree -o writes."""
    for path in take_apart("tree", call.args, Grammar(values="oLPI", open=True)).values("-o"):
        check_write(path, call.place)


def judge_file(call: Call) -> None:
    """file -C compiles magic files into place."""
    parsed = take_apart("file", call.args, Grammar(values="fFmP", open=True))
    refuse_options("file", parsed, ("-C", "--compile"))


def judge_mktemp(call: Call) -> None:
    """mktemp: in a temporary directory or inside."""
    parsed = take_apart("mktemp", call.args, Grammar(values="p", long_flags=long_names("tmpdir"), open=True))
    for path in (*parsed.values("-p", "--tmpdir"), *parsed.operands):
        check_write(path, call.place)


RULES: dict[str, Rule] = {
    **dict.fromkeys(("rm", "rmdir"), judge_rm),
    **dict.fromkeys(("cp", "mv", "ln"), judge_copy),
    **dict.fromkeys(("mkdir", "touch", "tee", "truncate"), judge_writer),
    **dict.fromkeys(("unzip", "zip"), judge_unzip),
    **dict.fromkeys(("gzip", "gunzip"), judge_compressor),
    **dict.fromkeys(("uniq", "xxd"), judge_second),
    "chmod": judge_chmod,
    "tar": judge_tar,
    "sort": judge_sort,
    "rg": judge_rg,
    "tree": judge_tree,
    "file": judge_file,
    "mktemp": judge_mktemp,
}
