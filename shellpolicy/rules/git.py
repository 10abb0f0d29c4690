"""git: everyday work on the clone; nothing that talks to another machine, runs a program or rewrites git's files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from shellpolicy.calls import Call, Rule
from shellpolicy.options import Grammar, Parsed, long_names, refuse_hidden, refuse_option, refuse_options, take_apart
from shellpolicy.paths import check_directory, check_protected, check_write
from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, Fields, is_known, show

_Check: TypeAlias = Callable[[Call, Fields], None]

_HINT = "Everyday git works: status, diff, log, add, commit, branch, switch, restore, stash, merge, rebase, reset, tag."
_LANDING_HINT = "Commit here; finished work is merged when the feature is marked as passing."
_PLAIN = frozenset(
    {
        "add", "blame", "cherry", "cherry-pick", "clean", "count-objects", "describe", "for-each-ref", "fsck",
        "ls-files", "ls-tree", "merge-base", "mv", "name-rev", "notes", "range-diff", "restore", "rev-list",
        "rev-parse", "revert", "rm", "shortlog", "show-ref", "stash", "status", "switch", "checkout", "branch", "tag",
        "reset", "check-ignore", "version", "cat-file", "whatchanged", "show-branch", "check-attr", "update-index",
    }
)  # fmt: skip
_ELSEWHERE = frozenset(
    {
        "push", "fetch", "pull", "clone", "ls-remote", "send-pack", "fetch-pack", "request-pull", "send-email",
        "archive", "bundle", "svn", "p4", "daemon", "http-backend", "upload-pack", "receive-pack", "imap-send",
        "remote-http",
    }
)  # fmt: skip
_SETTINGS = re.compile(
    r"(?:user\.(?:name|email)|init\.defaultbranch|core\.(?:autocrlf|eol|safecrlf|quotepath|filemode|ignorecase|abbrev)"
    r"|color\.[a-z.]+|advice\.[a-z]+|pull\.(?:rebase|ff)|push\.default|merge\.(?:conflictstyle|ff)|commit\.gpgsign"
    r"|tag\.gpgsign|rebase\.auto(?:stash|squash)|diff\.(?:renames|algorithm|colormoved|context)|log\.(?:date|decorate)"
    r"|rerere\.enabled|status\.[a-z]+|column\.[a-z]+|stash\.[a-z]+|apply\.whitespace|core\.pager|core\.editor|pager\.[a-z]+)\Z",
    re.IGNORECASE,
)
_PROGRAM_SETTING = re.compile(r"(?:core\.(?:pager|editor)|pager\.[a-z]+)\Z", re.IGNORECASE)
_HARMLESS_PROGRAM = frozenset({"cat", "true", "false", "", ":"})
_CONFIG_READS = frozenset(
    {"--get", "--get-all", "--list", "-l", "--get-regexp", "--name-only", "--show-origin", "get", "list"}
)
_CONFIG_CHANGES = frozenset({"set", "unset", "--unset", "--unset-all", "--add", "--replace-all"})
_CONFIG_READS_OF = frozenset(
    {"--local", "--global", "--system", "--worktree", "--show-scope", "--bool", "--int", "--path"}
)


def judge_git(call: Call) -> None:
    """git: global options, then the sub-command's own rule."""
    rest = _global_options(call)
    if not rest:
        return
    command, args = rest[0], rest[1:]
    if not is_known(command):
        refuse("the git sub-command is not known before it runs", "Write it out.")
    if command in _ELSEWHERE:
        refuse(f"git {command} is not permitted: agents work on their own clone, without a remote", _LANDING_HINT)
    if command in _PLAIN:
        _check_plain(call, command, args)
    elif command in _CHECKS:
        _CHECKS[command](call, args)
    else:
        refuse(f"git {show(command)} is not permitted", _HINT)


def _global_options(call: Call) -> Fields:
    rest = list(call.args)
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word in ("-C", "-c"):
            value = rest.pop(0) if rest else ""
            if word == "-C":
                check_directory(value, call.place)
                if ".." in value.split("/") or not is_known(value[:1]):
                    refuse(
                        f"git -C {show(value)!r} could be outside the workspace",
                        "Use a path below the current directory.",
                    )
            else:
                name, _, setting = value.partition("=")
                _check_setting(name, setting)
        elif word not in (
            "--no-pager",
            "-P",
            "--version",
            "--no-optional-locks",
            "--literal-pathspecs",
            "--no-replace-objects",
        ):
            refuse_option("git", word)
    return tuple(rest)


def _check_setting(name: str, value: str) -> None:
    if not _SETTINGS.match(name) or (_PROGRAM_SETTING.match(name) and value not in _HARMLESS_PROGRAM):
        refuse(
            f"the git setting {show(name)!r} is not permitted",
            "Only settings that run no program can be changed, for example user.name and user.email.",
        )


def _check_plain(call: Call, command: str, args: Fields) -> None:
    """Sub-commands whose options run nothing: what they write is the work tree, and the file of --output."""
    grammar = Grammar(open=True, values="m", long_values=long_names("output"))
    parsed = take_apart(f"git {command}", args, grammar)
    refuse_options(f"git {command}", parsed, ("--textconv", "--filters"))
    _check_written(call, parsed)
    if command in ("mv", "rm"):
        for path in parsed.operands:
            check_protected(path, call.place)


def _check_written(call: Call, parsed: Parsed) -> None:
    for path in parsed.values("--output"):
        check_write(path, call.place)


def _check_shown(name: str) -> _Check:
    """log, show, diff: --output writes a file, --ext-diff runs a program."""

    def check(call: Call, args: Fields) -> None:
        parsed = take_apart(f"git {name}", args, Grammar(open=True, values="SGLnUlO", long_values=long_names("output")))
        refuse_options(f"git {name}", parsed, ("--ext-diff", "--textconv"))
        _check_written(call, parsed)
        if name == "reflog" and parsed.operands[:1] in (["expire"], ["delete"], ["drop"], ["write"]):
            refuse(f"git reflog {parsed.operands[0]} is not permitted", _HINT)

    return check


def _check_refused(name: str, grammar: Grammar, refused: tuple[str, ...], hint: str | None = None) -> _Check:
    """Sub-commands with options that are refused; with a `hint`, nothing unknown may stand where one could stand."""

    def check(_: Call, args: Fields) -> None:
        parsed = take_apart(f"git {name}", args, grammar)
        refuse_options(f"git {name}", parsed, refused)
        if hint is not None:
            refuse_hidden(f"git {name}", parsed, hint)

    return check


def _check_commit(_: Call, args: Fields) -> None:
    grammar = Grammar(
        open=True, values="mFCct", optional="Su",
        long_values=long_names(
            "message file author date reuse-message reedit-message fixup squash template cleanup trailer"
        ),
    )  # fmt: skip
    parsed = take_apart("git commit", args, grammar)
    names = parsed.names()
    if "-n" in names or any("--no-verify".startswith(name) and len(name) > 5 for name in names):
        refuse(
            "git commit --no-verify is not permitted: the project's own hooks are part of its checks",
            "Fix what they find.",
        )


def _check_merge(_: Call, args: Fields) -> None:
    grammar = Grammar(
        open=True, values="mFsX", optional="S", long_values=long_names("strategy strategy-option message file")
    )
    parsed = take_apart("git merge", args, grammar)
    refuse_options("git merge", parsed, ("--no-verify",))
    for strategy in parsed.values("-s", "--strategy"):
        if strategy not in ("ort", "recursive", "resolve", "ours", "subtree", "octopus"):
            refuse(f"git merge -s {show(strategy)} would run a program of that name", "Use the default strategy.")


def _check_config(_: Call, args: Fields) -> None:
    words = [word for word in args if word not in _CONFIG_READS_OF]
    if not words or words[0] in _CONFIG_READS:
        return
    changes = words[0] in _CONFIG_CHANGES
    words = words[1:] if changes else words
    if any(word in ("--global", "--system", "--worktree") for word in args):
        refuse("git config is only changed for this clone", "Leave out --global: git config user.email you@example.com")
    if not words or not is_known(words[0]) or any(word.startswith(("-", MANY)) for word in words):
        refuse(f"git config {show(' '.join(args))} is not permitted", "Use: git config NAME VALUE")
    if changes or len(words) > 1:
        _check_setting(words[0], words[1] if len(words) > 1 else "")


def _check_remote(_: Call, args: Fields) -> None:
    if args not in ((), ("-v",), ("--verbose",)) and args[:1] != ("get-url",):
        refuse(f"git remote {show(args[0])} is not permitted: agents work on their own clone", _LANDING_HINT)


def _check_bisect(call: Call, args: Fields) -> None:
    if args[:1] == ("run",):
        call.judge.program(args[1:], call.scope)
    elif args and args[0] not in ("start", "good", "bad", "old", "new", "skip", "reset", "log", "next", "terms"):
        refuse(f"git bisect {show(args[0])} is not permitted", _HINT)


def _check_first(name: str, permitted: frozenset[str]) -> _Check:
    """Sub-commands of which only some forms are permitted."""

    def check(_: Call, args: Fields) -> None:
        if args and args[0] not in permitted:
            refuse(f"git {name} {show(args[0])} is not permitted", _HINT)

    return check


def _check_gc(_: Call, args: Fields) -> None:
    for word in args:
        if word not in ("--auto", "--quiet", "-q"):
            refuse(f"git gc {show(word)} is not permitted", "Plain git gc is enough.")


def _check_init(call: Call, args: Fields) -> None:
    grammar = Grammar(
        flags="q", values="b", long_flags=long_names("quiet bare"), long_values=long_names("initial-branch")
    )
    for path in take_apart("git init", args, grammar).operands:
        check_write(path, call.place)


def _check_format_patch(call: Call, args: Fields) -> None:
    grammar = Grammar(open=True, values="ov", long_values=long_names("output output-directory"))
    parsed = take_apart("git format-patch", args, grammar)
    refuse_options("git format-patch", parsed, ("--ext-diff", "--textconv"))
    for path in parsed.values("-o", "--output-directory", "--output"):
        check_write(path, call.place)


_CHECKS: dict[str, _Check] = {
    **{name: _check_shown(name) for name in ("log", "show", "diff", "diff-tree", "diff-index", "diff-files", "reflog")},
    "commit": _check_commit,
    "merge": _check_merge,
    "config": _check_config,
    "remote": _check_remote,
    "bisect": _check_bisect,
    "gc": _check_gc,
    "init": _check_init,
    "format-patch": _check_format_patch,
    "grep": _check_refused(
        "grep", Grammar(open=True, values="ABCef", optional="O"), ("-O", "--open-files-in-pager"),
        'Put -e before the pattern and -- before paths: git grep -e "$pattern" -- "$path"',
    ),
    "rebase": _check_refused(
        "rebase", Grammar(open=True, values="xsX", optional="SC", long_values=long_names("exec strategy onto")),
        ("-x", "--exec", "--no-verify", "-s", "--strategy"),
        "Write the branch out, or set the variable in the same command.",
    ),
    "apply": _check_refused("apply", Grammar(open=True, values="pC"), ("--unsafe-paths", "--build-fake-ancestor")),
    "am": _check_refused("am", Grammar(open=True, values="pC", optional="S"), ("--no-verify",)),
    "worktree": _check_first("worktree", frozenset({"list"})),
    "submodule": _check_first("submodule", frozenset({"status"})),
}  # fmt: skip

RULES: dict[str, Rule] = {"git": judge_git}
