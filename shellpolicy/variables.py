"""Variables: which may not be set because they change what programs do, and which values a script gives to which."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shellpolicy.syntax import Node, child, children, flag, kind, text_of, walk
from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, UNKNOWN, Scope, literal, resolve, show, texts_of

_REFUSED = re.compile(
    r"""(?x) (?:
      PATH | HOME | IFS | CDPATH | ENV | SHELL | SHELLOPTS | BASHOPTS | BASH_\w+ | PS[0-4] | PROMPT_COMMAND | HIST\w+
    | PWD | OLDPWD | GLOBIGNORE | EXECIGNORE | FIGNORE | POSIXLY_CORRECT | INPUTRC | MAILPATH | TIMEFORMAT
    | LD_\w+ | DYLD_\w+ | GCONV_PATH | LOCPATH | NLSPATH | GLIBC_TUNABLES | MALLOC_\w+
    | EDITOR | VISUAL | PAGER | BROWSER | \w+_PAGER | \w+_EDITOR | \w+_ASKPASS | LESS | LESS\w+ | MORE
    | GIT_\w+ | SSH_\w+ | GPG_\w+ | XDG_CONFIG\w* | RSYNC_\w+
    | NODE_OPTIONS | NODE_REPL_\w+ | NODE_EXTRA_CA_CERTS | NODE_TLS_REJECT_UNAUTHORIZED | (?i:npm_config_\w+)
    | PYTHON(?:STARTUP|HOME|INSPECT|EXECUTABLE|BREAKPOINT|USERBASE|PLATLIBDIR|WARNINGS) | PIP_\w+ | UV_\w+
    | PERL5\w+ | PERLLIB | RUBY\w+ | JAVA_TOOL_OPTIONS | _JAVA_OPTIONS | JDK_JAVA_OPTIONS | CLASSPATH
    | MAKEFLAGS | MFLAGS | GNUMAKEFLAGS | MAKEFILES | TAR_OPTIONS | GREP_OPTIONS | POSIX_ME_HARDER | TAPE | RSH
    | AWKPATH | AWKLIBPATH | RIPGREP_CONFIG_PATH | JQ_\w+ | GZIP | ZIPOPT | UNZIP\w*
    | (?i:https?_proxy | all_proxy | ftp_proxy | no_proxy) | CURL_\w+ | SSL_CERT_\w+ | REQUESTS_CA_BUNDLE
    | ANTHROPIC_\w+ | CLAUDE_\w+ | AUTOCODER_\w+ | DOCKER_\w+ | COMPOSE_\w+ | BUILDKIT_\w+
    | PGSERVICE\w* | PGSYSCONFDIR | PGPASSFILE | PSQL\w* | SQLITE_\w+
    | TERMINFO\w* | TERMCAP
    ) \Z"""
)
_HARMLESS = re.compile(
    r"""(?x) (?:
      GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)=.* | GIT_TERMINAL_PROMPT=[01] | GIT_OPTIONAL_LOCKS=[01]
    | (?:GIT_)?PAGER=(?:cat)? | GIT_(?:SEQUENCE_)?EDITOR=(?:true|:) | (?:EDITOR|VISUAL)=(?:true|:)
    | BROWSER=(?:none|true)?
    | NODE_OPTIONS=(?:\ *--(?:max[-_]old[-_]space[-_]size=\d+|experimental-vm-modules|no-warnings|no-deprecation
        |trace-warnings|unhandled-rejections=\w+|enable-source-maps|inspect=127\.0\.0\.1:\d+
        |openssl-legacy-provider))*\ *
    | npm_config_(?:cache|loglevel|yes|fund|audit|update_notifier|progress|color)=[\w./-]*
    | PIP_(?:DISABLE_PIP_VERSION_CHECK|NO_INPUT|NO_CACHE_DIR|QUIET|PROGRESS_BAR|REQUIRE_VIRTUALENV)=\w*
    | PYTHONWARNINGS=[a-z,]* | (?i:no_proxy)=[\w.,:*-]*
    | IFS=[\ \t\n]* | HISTFILE=(?:/dev/null)? | COMPOSE_PROJECT_NAME=[\w-]* | DOCKER_BUILDKIT=[01] | GZIP=-\d
    ) \Z""",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_WRITERS = frozenset(
    {
        "read", "mapfile", "readarray", "getopts", "printf", "unset", "wait", "let", "declare", "typeset", "export",
        "local", "readonly", "eval", "trap", "coproc",
    }
)  # fmt: skip
_SPECIAL = frozenset(
    {
        "_", "REPLY", "OPTARG", "OPTIND", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "DIRSTACK", "PIPESTATUS",
        "FUNCNAME", "COLUMNS", "LINES", "HOSTNAME", "PPID", "UID", "EUID", "GROUPS", "MAPFILE", "COPROC",
        "EPOCHSECONDS", "MACHTYPE", "EPOCHREALTIME", "BASH", "OSTYPE", "HOSTTYPE", "SHLVL", "OPTERR", "TMOUT", "PWD",
        "OLDPWD", "HOME",
    }
)  # fmt: skip
_COMMAND_MARK = re.compile(r"`|\$[({[]|[<>]\(")
_INDEX_TOKEN = re.compile(r"\[|\]|`|\$[({]|[<>]\(")


def check_assignment(name: str, value: str) -> None:
    """Refuse to set a variable that changes what programs do, unless to a harmless value."""
    if not _NAME.match(name):
        refuse(f"{show(name)!r} is not a plain variable name")
    if _REFUSED.match(name) and not _HARMLESS.match(f"{name}={value}"):
        refuse(
            f"setting {name} is not permitted: it changes what other commands do",
            "Name the program or the option directly, for example .venv/bin/python or npx --no-install NAME.",
        )
    check_arithmetic(value)


def check_name(name: str) -> None:
    """Refuse a variable that a command is about to fill, when its name is not fixed or not harmless."""
    check_arithmetic(name)
    base = name.split("[", 1)[0]
    if not _NAME.match(base):
        refuse(f"the variable name {show(name)!r} is not known before it runs")
    if _REFUSED.match(base):
        refuse(f"setting {base} is not permitted: it changes what other commands do", "Use a variable of your own.")


def check_arithmetic(text: str) -> None:
    """Refuse text that runs a command when the shell evaluates it as a number or an array index: a[$(command)]."""
    within = False
    for found in _INDEX_TOKEN.finditer(text):
        if within and found[0] not in "[]":
            refuse(
                f"{show(text)!r} would run a command when it is evaluated as an array index",
                "Write the command as a plain $(...) where it is needed.",
            )
        within = found[0] == "[" or (within and found[0] != "]")


def check_evaluated(text: str) -> None:
    """Refuse text the shell evaluates as code whatever its quotes, when it holds a command."""
    if _COMMAND_MARK.search(text):
        refuse(
            f"{show(text)!r} would run a command when it is evaluated", "Write a plain $(...) without quotes around it."
        )


def collect_values(tree: Node, outer: Scope) -> dict[str, tuple[str, ...]]:
    """Every value each variable can get anywhere in `tree`; variables that escape this are left out."""
    known = {name: list(texts) for name, texts in outer.values.items()}
    lost = set(_SPECIAL)
    loose = Scope()  # values of other variables stay unknown in here
    for node in walk(tree):
        for name, texts in _given(node, loose):
            known.setdefault(name, []).extend(texts)
        lost.update(_taken(node))
        if _runs_unseen_text(node):
            return {}
    return {name: tuple(dict.fromkeys(texts)) for name, texts in known.items() if name not in lost and len(texts) <= 64}


def _given(node: Node, scope: Scope) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The assignments of this node whose values can be told."""
    if kind(node) == "WordIter":
        items = children(node, "Items")
        fields = [text for word in items for alternative in resolve(word, scope) for text in alternative]
        yield (
            text_of(node, "Name"),
            tuple(UNKNOWN if MANY in text else text for text in fields) if items else (UNKNOWN,),
        )
    elif _is_assignment(node) and _is_plain(node):
        value = child(node, "Value")
        yield text_of(node, "Name"), texts_of(value, scope) if value else ("",)


def _taken(node: Node) -> Iterable[str]:
    """Variables this node changes in a way that is not followed."""
    match kind(node):
        case "" if _is_assignment(node) and not _is_plain(node):
            yield text_of(node, "Name")
        case "" if text_of(node, "N").startswith("{"):
            yield text_of(node, "N").strip("{}")
        case "ParamExp" if text_of(child(node, "Exp"), "Op") in ("=", ":="):
            yield text_of(node, "Param")
        case "BinaryArithm" | "UnaryArithm":
            yield from _identifiers(node)
        case "CoprocClause":
            yield from _identifiers(child(node, "Name"))
        case "DeclClause":
            yield from _declared(node)
        case "LetClause":
            yield from _identifiers(node)
        case "CallExpr":
            yield from _filled(node)


def _filled(call: Node) -> Iterable[str]:
    """Variables that a call of one of the shell's own commands may set."""
    words = children(call, "Args")
    writers = {literal(word) for word in words} & _WRITERS
    for word in words if writers else ():
        text = literal(word) or ""
        if writers == {"trap"} and not _WRITERS.intersection(re.findall(r"\w+", text)):
            yield from re.findall(r"(?<!\w)([A-Za-z_]\w*)\+?=", text)
        else:
            yield from _identifiers(word)


def _declared(node: Node) -> Iterable[str]:
    """`export NAME=value` is followed like an assignment; with other options the value may be changed on the way."""
    arguments = children(node, "Args")
    options = [literal(child(item, "Value")) or "-" for item in arguments if flag(item, "Naked")]
    plain = all(option in ("-x", "-g", "-gx", "-xg", "-r", "--") for option in options if option.startswith("-"))
    keeps = plain and text_of(node, "Variant") in ("export", "readonly")
    for item in arguments:
        if flag(item, "Naked") and not keeps:
            yield from _identifiers(item)
        elif not plain:
            yield text_of(item, "Name")


def _runs_unseen_text(node: Node) -> bool:
    """Whether this is an eval or a trap of text that is not written out: it could set anything."""
    if kind(node) != "CallExpr":
        return False
    words = [literal(word) for word in children(node, "Args")]
    return ("eval" in words or "trap" in words) and None in words


def _identifiers(node: Node) -> Iterable[str]:
    for inner in walk(node):
        if kind(inner) in ("Lit", "SglQuoted"):
            yield from re.findall(r"[A-Za-z_]\w*", text_of(inner, "Value"))


def _is_assignment(node: Node) -> bool:
    return not kind(node) and "Name" in node


def _is_plain(node: Node) -> bool:
    return not any(node.get(key) for key in ("Append", "Index", "Array", "Naked"))
