"""The habits of the house that a machine can see: sizes, names, reasons, what tests do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import FUNCTION, Finding, Source

PYTHON_LINES, FUNCTION_LINES, TYPESCRIPT_LINES = 400, 50, 250
MOCKS_PER_100_TESTS = 10
GENERATED = re.compile(r"(/migrations/|^ui/src/client/schema(\.d)?\.ts$)")
CATCH_ALLS = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "stuff"}
SUPPRESSION = re.compile(
    r"#\s*(?:(?P<noqa>noqa)(?P<codes>:\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?|type:\s*ignore(?P<kinds>\[[^\]]+\])?)(?P<reason>.*)"
)
WORD = re.compile(r"[A-Za-z]{3,}")
# Facts of one machine and of how the work was done are no part of the project. Spelt so that this line is none of them.
FOREIGN = re.compile(
    r"/wor[k]/(main|shared|\.library)|/tm[p]/brief|\.pyen[v]/versions"
    r"|(?:Generated|Written) (?:with|by) Claud[e]|Co-Authored-B[y]:"
)
LOCKED = re.compile(r'"resolved": "(?!https://registry\.npmjs\.org/)([^"]+)"')
INDEX = re.compile(r"^\s*(--(?:extra-)?index-url|--find-links|-i )", re.MULTILINE)


def stay_small(source: Source) -> Iterator[Finding]:
    """Files and functions that fit a head; a function inside another is measured on its own."""
    if GENERATED.search(source.path):
        return
    limit = PYTHON_LINES if source.path.endswith(".py") else TYPESCRIPT_LINES
    if len(source.lines) > limit:
        yield Finding(source.path, limit, f"{len(source.lines)} lines, the limit is {limit}: split it by what it knows")
    if not source.path.endswith(".py"):
        return
    for node in source.nodes:
        if isinstance(node, FUNCTION):
            length = _length(node) - sum(_length(inner) for inner in node.body if isinstance(inner, FUNCTION))
            if length > FUNCTION_LINES:
                yield source.at(
                    node, f"{node.name} has {length} lines, the limit is {FUNCTION_LINES}: take a part out of it"
                )


def _length(function: ast.stmt) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def have_no_catch_all(source: Source) -> Iterator[Finding]:
    """A module is named for what it knows."""
    for part in [*source.path.split("/")[:-1], source.stem]:
        if part.lower() in CATCH_ALLS:
            yield Finding(source.path, 1, f"{part} names nothing: name the module for what it knows")


def have_no_globals(source: Source) -> Iterator[Finding]:
    """State has an owner."""
    for node in source.nodes:
        if isinstance(node, ast.Global):
            yield source.at(node, "global: give the state an owner and pass it")


def leave_the_path_alone(source: Source) -> Iterator[Finding]:
    """Imports are found where Python looks for them."""
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("sys.path."):
            yield source.at(node, "sys.path is not edited: run from the root, as ./test.sh does")


def do_nothing_at_import(source: Source) -> Iterator[Finding]:
    """Importing a module has no effect."""
    if source.is_test or source.stem == "__main__" or source.path == "api/migrations/env.py":
        return
    for node in source.tree.body:
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant) and not _declares_index(node.value):
            yield source.at(node, "runs when the module is imported: put it into a function that someone calls")
        if isinstance(node, ast.For | ast.While | ast.With):
            yield source.at(node, "a block that runs when the module is imported: put it into a function")


def _declares_index(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Index"


def give_reasons(source: Source) -> Iterator[Finding]:
    """What switches a check off says why, on its line."""
    for line, comment in source.comments.items():
        found = SUPPRESSION.search(comment)
        if found is None:
            continue
        name = found["noqa"] or "type: ignore"
        if not (found["codes"] or found["kinds"]):
            yield Finding(source.path, line, f"{name} without a code: name the check it switches off")
        elif not WORD.search(found["reason"]):
            yield Finding(source.path, line, f"{name} without a reason: say why on the same line")


def explain_any(source: Source) -> Iterator[Finding]:
    """`Any` gives up the type: a comment with `Any:` says why, in the statement or on the line above it."""
    if source.is_test:
        return
    spans = [_span(node) for node in source.nodes if isinstance(node, ast.stmt)]
    for node in source.nodes:
        if isinstance(node, ast.Name) and node.id == "Any":
            first, last = max(span for span in spans if span[0] <= node.lineno <= span[1])
            if not any("Any:" in source.comments.get(line, "") for line in range(first - 1, last + 1)):
                yield source.at(node, "Any without a reason: add the comment `# Any: why`, or a type")


def _span(node: ast.stmt) -> tuple[int, int]:
    """The lines of a statement; of a definition only its head."""
    if isinstance(node, (*FUNCTION, ast.ClassDef)):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        return first, max(node.lineno, node.body[0].lineno - 1)
    if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.Match):
        return node.lineno, node.lineno
    return node.lineno, node.end_lineno or node.lineno


def wait_without_sleeping(source: Source) -> Iterator[Finding]:
    """A test waits for what it needs; a sleep is only the pause of a loop with a deadline."""
    if source.top != "tests":
        return
    polls = {id(inner) for node in source.nodes if isinstance(node, ast.While) for inner in ast.walk(node)}
    for node in source.nodes:
        if not isinstance(node, ast.Call) or id(node) in polls:
            continue
        name = ast.unparse(node.func)
        zero = node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
        if name in {"time.sleep", "asyncio.sleep", "anyio.sleep", "sleep"} and not zero:
            yield source.at(node, "a test that sleeps is slow or wrong: wait for the event, or poll with a deadline")


def fake_rather_than_mock(tests: list[Source]) -> Iterator[Finding]:
    """Mocks of unittest.mock stay below MOCKS_PER_100_TESTS for each hundred tests."""
    mocks: list[Finding] = []
    count = 0
    for source in tests:
        count += sum(isinstance(node, FUNCTION) and node.name.startswith("test_") for node in source.nodes)
        for node, name in source.imports():
            if name.startswith(("unittest.mock", "mock.")):
                mocks.append(
                    source.at(node, "a mock: use the real thing, or the fake beside the port it stands in for")
                )
    if len(mocks) * 100 >= MOCKS_PER_100_TESTS * max(count, 1):
        yield from mocks


def speak_of_the_project_alone(source: Source) -> Iterator[Finding]:
    """No paths of one machine, no private package index, no word on who wrote it."""
    for number, line in enumerate(source.lines, 1):
        if found := FOREIGN.search(line):
            yield Finding(source.path, number, f"{found[0]!r} is no part of the project: leave it out")
    if source.path.endswith("package-lock.json"):
        for locked in LOCKED.finditer(source.text):
            number = source.text.count("\n", 0, locked.start()) + 1
            yield Finding(
                source.path, number, f"{locked[1]} is not the public registry: lock against registry.npmjs.org"
            )
    if source.stem.startswith("requirements") and (index := INDEX.search(source.text)):
        yield Finding(
            source.path, source.text.count("\n", 0, index.start(1)) + 1, "an index belongs into pip's own settings"
        )


def keep_a_changelog(source: Source) -> Iterator[Finding]:
    """The changelog has a place for what comes next."""
    if source.path == "CHANGELOG.md" and not re.search(r"^## \[?Unreleased\]?", source.text, re.MULTILINE):
        yield Finding(source.path, 1, "no section `## Unreleased`: add it above the newest version")
