"""What the rules look at: the project's own files, each parsed once, and what a rule says about a line."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Finding:
    """A line that breaks a rule: where, what, and what to do instead."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """The form an editor can jump to."""
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Source:
    """A text file by its path from the root, with slashes."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def comments(self) -> dict[int, str]:
        """The comment on each line that has one."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}

    @property
    def top(self) -> str:
        """The package or module at the top level that this file belongs to."""
        return self.path.split("/", 1)[0].removesuffix(".py")

    @property
    def stem(self) -> str:
        """The file's name without its last suffix."""
        return Path(self.path).stem

    @property
    def is_test(self) -> bool:
        """Whether it belongs to the tests or the benchmarks, not to the product."""
        return self.top in {"tests", "benchmarks"}

    def at(self, node: ast.stmt | ast.expr, text: str) -> Finding:
        """A finding at `node`."""
        return Finding(self.path, node.lineno, text)

    def imports(self) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
        """Every import statement anywhere, with the full name of what it imports (`package.module.name`)."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = ".".join(self._package()[: -node.level + 1 or None]) if node.level else ""
                module = ".".join(filter(None, (base, node.module)))
                yield from ((node, f"{module}.{alias.name}") for alias in node.names)

    def _package(self) -> list[str]:
        return self.path.split("/")[:-1]


def tracked(root: Path = ROOT) -> list[str]:
    """The files of the project: tracked by git, or new and not ignored; those that are there."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=root, capture_output=True, check=True, text=True).stdout
    return sorted(path for path in set(listed.split("\0")) if path and (root / path).is_file())


def load(paths: list[str], root: Path = ROOT) -> list[Source]:
    """The text files among `paths`."""
    found = []
    for path in paths:
        raw = (root / path).read_bytes()
        if b"\0" not in raw:
            found.append(Source(path, raw.decode("utf-8", "replace")))
    return found
