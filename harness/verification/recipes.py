"""The parts of a Makefile, a package.json and a conftest.py that decide about one check. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from typing import Final

_WORD: Final = re.compile(r"[\w.:/-]+")
_RULE: Final = re.compile(r"^([\w./-]+(?: +[\w./-]+)*)\s*:(?![:=])\s*([^=#;]*)(?:[#;].*)?$")
_PHONY: Final = re.compile(r"^\.PHONY\s*:")
_INCLUDES: Final = re.compile(r"^\s*(?:-?include|sinclude|load)\b|.*\$\((?:eval|call)\b")
_ANY_SCRIPT: Final = re.compile(r"\b(?:make|just|task|sh|bash|rake|tox|nox|turbo|nx|wireit|lerna)\b")
_TEST_SCRIPT: Final = re.compile(r"\b(?:npm|pnpm|yarn|bun)\s+(?:t|tst|test|it|cit)\b")
_INSTALLING: Final = frozenset(
    f"{when}{what}" for when in ("pre", "", "post") for what in ("install", "prepare", "prepublish")
) | {"dependencies", "pnpm:devPreinstall"}
_DECIDING_NAMES: Final = re.compile(r"^(?:pytest_\w+|collect_ignore(?:_glob)?|pytestmark)$")


def of_make(text: str, command: str) -> object:
    """What a Makefile says about the targets that `command` names (the first one, if none), to be compared."""
    outside: list[str] = []
    rules: dict[str, list[list[str]]] = {}
    needed: dict[str, list[str]] = {}
    current, names = outside, list[str]()
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("\t"):
            current.append(line)
            for name in names:
                needed[name].extend(_WORD.findall(line))  # it may call make again
        elif _PHONY.match(line):
            current, names = [], []
        elif rule := _RULE.match(line):
            current, names = [line], rule[1].split()
            for name in names:
                rules.setdefault(name, []).append(current)
                needed.setdefault(name, []).extend(rule[2].split())
        elif line.strip() and not line.startswith("#"):
            outside.append(line)
            current, names = outside, []
    if any(_INCLUDES.match(line) for line in outside):
        return text
    asked = [name for name in _WORD.findall(command) if name in rules] or list(rules)[:1]
    return outside, {name: rules[name] for name in _closure(asked, needed) if name in rules}


def of_scripts(scripts: Mapping[str, object], command: str) -> dict[str, object]:
    """The scripts of a package.json that are run by `command`, or by an installation."""
    if _ANY_SCRIPT.search(command):
        return dict(scripts)
    asked = {name for name in _WORD.findall(command) if name in scripts}
    if _TEST_SCRIPT.search(command):
        asked.add("test")
    needed = {name: [*_WORD.findall(str(body)), f"pre{name}", f"post{name}"] for name, body in scripts.items()}
    wanted = _closure([*asked, *_INSTALLING], needed)
    return {name: body for name, body in scripts.items() if name in wanted}


def of_conftest(text: str) -> object:
    """What a conftest.py does beside imports, constants, classes, functions and fixtures that tests ask for.

    SyntaxError when it is no Python.
    """
    return [ast.dump(node) for node in ast.parse(text).body if not _is_asked_for(node)]


def _is_asked_for(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return not any(alias.name == "*" or _decides(alias.asname or alias.name) for alias in node.names)
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.ClassDef):
        return not node.decorator_list
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return not _decides(node.name) and all(_is_plain_fixture(decorator) for decorator in node.decorator_list)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return bool(targets) and all(isinstance(one, ast.Name) and not _decides(one.id) for one in targets)


def _is_plain_fixture(decorator: ast.expr) -> bool:
    called = decorator if isinstance(decorator, ast.Call) else None
    name = ast.unparse(decorator if called is None else called.func)
    given = set() if called is None else {keyword.arg for keyword in called.keywords}
    return name.rpartition(".")[2] in {"fixture", "contextmanager"} and given.isdisjoint({"autouse", None})


def _decides(name: str) -> bool:
    return _DECIDING_NAMES.match(name) is not None


def _closure(names: Collection[str], needed: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(needed.get(name, ()))
    return found
