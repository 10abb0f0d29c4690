"""Who may import whom, and which module alone may open which door. What import-linter cannot see is here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import FUNCTION, Finding, Source

CORE = {"api", "shellpolicy", "security"}
HARNESS = CORE | {"harness"}
TOOLS = HARNESS | {"mcp_server", "registry"}
AGENT = TOOLS | {"agent"}
SERVER = AGENT | {"pr_service", "server"}
LAUNCHER = SERVER | {"autonomous_agent_demo"}

# Each package and module at the top level, and what of ours it may import. An entry here needs a record in docs/adr.
MAY_IMPORT: dict[str, set[str]] = {
    "bootstrap": set(),
    "security": set(),
    "scripted_model": {"scripted_model"},
    "templates": {"templates"},
    "api": {"api", "security"},
    "shellpolicy": {"shellpolicy", "security"},
    "registry": {"api"},
    "harness": HARNESS,
    "mcp_server": TOOLS,
    "agent": AGENT,
    "pr_service": AGENT | {"pr_service"},
    "server": SERVER,
    "autonomous_agent_demo": LAUNCHER,
    "start": LAUNCHER,
    "start_ui": LAUNCHER,
    "benchmarks": LAUNCHER | {"benchmarks", "scripted_model"},
    "tests": LAUNCHER | {"tests", "benchmarks", "scripted_model", "start", "start_ui", "bootstrap"},
}
FOLDERS = {".ci", ".github", "docs", "ui"}
FILES = {
    *(".env.example", ".gitattributes", ".gitignore", ".dockerignore", "AGENTS.md", "CHANGELOG.md", "CLAUDE.md"),
    *("CONTRIBUTING.md", "Dockerfile", "LICENSE", "README.md", "docker-compose.yml", "pyproject.toml"),
    *("requirements-dev.txt", "requirements.txt", "start.bat", "start.sh", "start_ui.bat", "start_ui.sh", "test.sh"),
}

# The one way to start a process is harness.processes; each exception says why it cannot use it.
STARTS_PROCESSES = {
    "harness/processes.py": "it is the door",
    "bootstrap.py": "runs before anything is installed",
    "start.py": "gives its terminal to a program of ours and takes it back",
    "shellpolicy/syntax.py": "asks the parser for a syntax tree",
    "harness/sandboxes/inside/": "runs inside the place, where nothing else of ours is",
}
PROCESS_MODULES = {"subprocess", "pty", "multiprocessing"}
PROCESS_CALLS = re.compile(
    r"^(os\.(exec\w+|spawn\w+|posix_spawnp?|system|popen|fork(pty)?)|asyncio\.(subprocess|create_subprocess_\w+))$"
)
SQL_PLACES = re.compile(r"(^api/database\.py$|^api/migrator\.py$|^api/migrations/|/repository(\.py$|/)|/models\.py$)")
SQL_TYPES = {"sqlalchemy.orm.Session", "sqlalchemy.Row", "sqlite3"}  # named in signatures and `except`, never called
SQL_TEXT = re.compile(r"^\s*(SELECT\b.+\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE|PRAGMA)\b", re.DOTALL)
PURE = re.compile(r"(^api/(events|redaction)\.py$|/rules\.py$|^shellpolicy/)")
PURE_EXCEPT = {"shellpolicy/__main__.py", "shellpolicy/syntax.py"}
IMPURE_MODULES = {
    *("socket", "sqlite3", "sqlalchemy", "subprocess", "shutil", "tempfile", "httpx", "asyncio", "logging"),
    *("threading", "time", "psutil", "random"),
}
IMPURE_CALLS = re.compile(
    r"^(open|print|input|os\.(getcwd|getenv|environ\..*)|.*\.(read_text|read_bytes|write_text|write_bytes|exists|is_file|is_dir"
    r"|stat|mkdir|unlink|iterdir|glob|rglob|resolve|expanduser|touch|home|cwd|absolute))$"
)


def keep_to_layers(source: Source) -> Iterator[Finding]:
    """A package imports only what lies below it."""
    allowed = MAY_IMPORT.get(source.top)
    if allowed is None:
        return
    for node, name in source.imports():
        other = name.split(".", 1)[0]
        if other in MAY_IMPORT and other not in allowed:
            yield source.at(
                node, f"{source.top} may not import {other}: it lies above it (see tests/architecture/layers.py)"
            )


def open_no_drawers(paths: list[str]) -> Iterator[Finding]:
    """Nothing new at the top level: a thing has its place in one of the packages."""
    for path in paths:
        top, _, rest = path.partition("/")
        known = (
            (top in FOLDERS or top in MAY_IMPORT) if rest else (top in FILES or top.removesuffix(".py") in MAY_IMPORT)
        )
        if not known:
            what = f"the folder {top}/" if rest else f"the file {top}"
            remedy = (
                "put it where it belongs, or record in docs/adr why not and name it in tests/architecture/layers.py"
            )
            yield Finding(path, 1, f"{what} is new at the top level: {remedy}")


def keep_the_sdk_in_one_place(source: Source) -> Iterator[Finding]:
    """Only agent/session.py knows the Claude Agent SDK."""
    if source.path == "agent/session.py" or source.is_test:
        return
    for node, name in source.imports():
        if name.split(".", 1)[0] == "claude_agent_sdk":
            yield source.at(node, "only agent/session.py imports claude_agent_sdk: ask it for what you need")


def start_processes_in_one_place(source: Source) -> Iterator[Finding]:
    """Only harness/processes.py starts processes."""
    if source.path.startswith(tuple(STARTS_PROCESSES)) or source.is_test:
        return
    remedy = "use harness.processes, or name the reason in STARTS_PROCESSES of tests/architecture/layers.py"
    for statement, name in source.imports():
        first, _, _ = name.partition(".")
        if first in PROCESS_MODULES or PROCESS_CALLS.match(name):
            yield source.at(statement, f"{name} starts processes: {remedy}")
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and PROCESS_CALLS.match(ast.unparse(node)):
            yield source.at(node, f"{ast.unparse(node)} starts processes: {remedy}")


def keep_sql_in_repositories(source: Source) -> Iterator[Finding]:
    """SQL and what runs it stay in repositories, models, migrations and api/database.py."""
    if source.is_test or SQL_PLACES.search(source.path) or source.top == "templates":
        return
    for statement, name in source.imports():
        if name.split(".", 1)[0] in {"sqlalchemy", "sqlite3"} and name not in SQL_TYPES:
            yield source.at(statement, f"{name} belongs into a repository (elsewhere only the types Session and Row)")
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "sqlite3.connect":
            yield source.at(node, "sqlite3.connect: ask api.database for a connection")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_TEXT.match(node.value):
            yield source.at(node, "SQL belongs into a repository")


def import_at_the_top(source: Source) -> Iterator[Finding]:
    """No import statements inside functions; a provider is looked up by its name with importlib."""
    for function in (node for node in source.nodes if isinstance(node, FUNCTION)):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield source.at(node, f"import inside {function.name}: move it to the top of the module")


def keep_rules_pure(source: Source) -> Iterator[Finding]:
    """rules, events, redaction and shellpolicy touch neither files, clock, network nor database."""
    if not PURE.search(source.path) or source.path in PURE_EXCEPT or source.is_test:
        return
    for statement, name in source.imports():
        if name.split(".", 1)[0] in IMPURE_MODULES or name.startswith("urllib.request"):
            yield source.at(statement, f"{name}: this module does no I/O; let its caller bring what it needs")
    for node in source.nodes:
        if isinstance(node, ast.Call) and IMPURE_CALLS.match(ast.unparse(node.func)):
            yield source.at(node, f"{ast.unparse(node.func)}(): this module does no I/O; let its caller do it")
