"""Databases and containers: the everyday commands, without their ways to a shell."""

from __future__ import annotations

import re

from shellpolicy.calls import Call, Rule
from shellpolicy.options import Grammar, long_names, refuse_hidden, refuse_option, refuse_options, take_apart
from shellpolicy.paths import check_directory, check_write
from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, is_known, show

_SQLITE_DOTS = frozenset(
    {
        ".tables", ".schema", ".dump", ".headers", ".header", ".mode", ".indexes", ".indices", ".quit", ".exit",
        ".databases", ".width", ".nullvalue", ".separator", ".timeout", ".timer", ".stats", ".help", ".show", ".bail",
        ".echo", ".changes", ".print", ".fullschema", ".eqp", ".explain", ".foreign_keys", ".lint", ".dbinfo",
    }
)  # fmt: skip
_SQLITE = Grammar(open=True)
_PSQL = Grammar(
    flags="AaqtxnXwWleEbsS10zHV", values="cdfhopUvFRPTL",
    long_flags=long_names(
        "no-align quiet tuples-only expanded no-psqlrc no-password list echo-all echo-queries csv html "
        "single-transaction version no-readline echo-errors"
    ),
    long_values=long_names(
        "command dbname file host output port username variable set field-separator pset log-file "
        "record-separator "
    ),
)  # fmt: skip
_PSQL_BACKSLASH = re.compile(
    r"\\(?!(?:d[A-Za-z]*\+?|l\+?|dt|x|q|timing|conninfo|echo|pset|set(?!env)|unset|c|connect|encoding|sf\+?|sv\+?|z|a|t|H|"
    r"gx?(?=\s*(?:\n|\Z)))(?![\w]))"
)
_COMPOSE = Grammar(
    values="fp", open=True, first_operand_ends=True,
    long_values=long_names("file project-name project-directory env-file profile ansi progress parallel"),
)  # fmt: skip
_COMPOSE_COMMANDS = frozenset(
    {
        "up", "down", "ps", "logs", "build", "start", "stop", "restart", "config", "pull", "images", "top", "port",
        "create", "rm", "kill", "pause", "unpause", "version", "ls", "wait", "exec", "run",
    }
)  # fmt: skip
_COMPOSE_RUN = Grammar(
    flags="dTi", values="eupwl", long_values=long_names("env user workdir index name publish label"),
    long_flags=long_names(
        "detach rm no-deps no-TTY service-ports build quiet-pull remove-orphans interactive"
    ),
    first_operand_ends=True,
)  # fmt: skip
_COMPOSE_HINT = "Use docker compose with the project's own file: docker compose up -d postgres"


def judge_sqlite(call: Call) -> None:
    """sqlite3: SQL and harmless dot commands."""
    args = tuple(word if not re.match(r"-\w", word) else f"-{word}" for word in call.args)
    grammar = Grammar(open=True, long_values=long_names("cmd init separator nullvalue newline vfs maxsize mmap heap"))
    parsed = take_apart("sqlite3", args, grammar)
    refuse_options("sqlite3", parsed, ("--init", "--vfs", "--zip"))
    for path in parsed.operands[:1]:
        check_write(path, call.place)
    for text in (*parsed.operands[1:], *parsed.values("--cmd"), call.stdin.text or ""):
        _check_sqlite(text)


def _check_sqlite(text: str) -> None:
    for line in text.splitlines():
        words = line.split(maxsplit=1)
        dot = words[0] if words and words[0].startswith(".") else ""
        if (dot and dot not in _SQLITE_DOTS) or (dot and "|" in line):
            refuse(f"sqlite3 {show(dot)} is not permitted", "Use SQL, .tables, .schema or .dump.")
    if re.search(r"\b(?:edit|load_extension|writefile)\s*\(", text, re.IGNORECASE):
        refuse("this SQL function reaches outside the database", "Use plain SQL.")


def judge_psql(call: Call) -> None:
    """psql: SQL and the \\d family, against a database of this machine."""
    parsed = take_apart("psql", call.args, _PSQL)
    if any(MANY in word for word in parsed.hidden):
        refuse_hidden("psql", parsed, "Put it into double quotes.")
    for text in (*parsed.values("-c", "--command"), call.stdin.text or ""):
        if _PSQL_BACKSLASH.search(text) or "`" in text or re.search(r"\bprogram\b\s*'", text, re.IGNORECASE):
            refuse("psql may not run programs or read and write files", "Use SQL and the \\d commands.")
    for path in parsed.values("-o", "--output", "-L", "--log-file"):
        if "|" in path:
            refuse_option("psql", f"-o {path}")
        check_write(path, call.place)
    for value in parsed.values("-v", "--variable", "--set", "-P", "--pset"):
        if "`" in value or ("pager" in value.lower() and "off" not in value.lower()):
            refuse_option("psql", value)
    hosts = parsed.values("-h", "--host")
    hosts += re.findall(
        r"(?:postgres(?:ql)?://(?:[^@/]*@)?|\bhost=)([\w.-]*)",
        " ".join(parsed.operands + parsed.values("-d", "--dbname")),
    )
    for host in hosts:
        if is_known(host) and host not in ("", "localhost", "127.0.0.1", "postgres", "db") and not host.startswith("/"):
            refuse(f"psql to {show(host)!r} is not permitted: only databases of this machine", "Use localhost.")


def judge_docker(call: Call) -> None:
    """docker: only `docker compose`, only with a file of the workspace."""
    if call.args[:1] == ("compose",):
        _check_compose(call, call.args[1:])
    elif call.args not in (("--version",), ("version",), ("info",), ("ps",)):
        refuse("only docker compose is permitted", _COMPOSE_HINT)


def judge_compose(call: Call) -> None:
    """docker-compose: as docker compose."""
    _check_compose(call, call.args)


def _check_compose(call: Call, args: tuple[str, ...]) -> None:
    parsed = take_apart("docker compose", args, _COMPOSE)
    refuse_hidden("docker compose", parsed)
    refuse_options("docker compose", parsed, ("-H", "--host", "--context", "--config", "--tls", "--tlscacert"))
    for path in parsed.values("-f", "--file", "--project-directory", "--env-file"):
        check_directory(path, call.place)
        if path == "-" or path.startswith("/dev/"):
            refuse_option("docker compose", f"-f {path}")
    if not parsed.operands:
        return
    command, *rest = parsed.operands
    if command not in _COMPOSE_COMMANDS:
        refuse(f"docker compose {show(command)} is not permitted", _COMPOSE_HINT)
    if command == "config":
        refuse_options(
            "docker compose config", take_apart("docker compose", rest, Grammar(open=True)), ("-o", "--output")
        )
    if command in ("exec", "run"):
        inner = take_apart(f"docker compose {command}", rest, _COMPOSE_RUN).operands
        call.judge.program(tuple(inner[1:]), call.scope, stdin=call.stdin)


RULES: dict[str, Rule] = {
    "sqlite3": judge_sqlite,
    "psql": judge_psql,
    "docker": judge_docker,
    "docker-compose": judge_compose,
}
