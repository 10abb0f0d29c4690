"""Shell text to syntax tree, by shfmt: the one process this package starts, and it executes nothing of the text.

The tree is shfmt's own JSON. Nodes are read through the small accessors here, which answer with something empty when a
field is missing: an unexpected shape then ends in a refusal further up, never in an exception.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from shellpolicy.verdict import refuse

if sys.platform == "linux":
    import resource

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Node: TypeAlias = dict[str, Json]
Dialect: TypeAlias = Literal["bash", "posix"]

TEXT_LIMIT = 131_072  # bytes: the longest single argument Linux hands to a program, so no shell gets a longer one by -c
TREE_LIMIT = 8_000_000  # bytes of JSON: a hundred times what everyday commands of that length need
SECONDS = 5.0  # of waiting; a hundred times what shfmt takes on a machine that is not overloaded
MEMORY = 1 << 30  # bytes

_SPLIT_HINT = "Split it into several commands, or put it into a script of the workspace and run that."


class ParserUnavailable(Exception):
    """shfmt is missing, or did not answer in time."""


def parse(text: str, dialect: Dialect = "bash", *, program: str | None = None) -> Node:
    """The syntax tree of `text`.

    Refuses what cannot be parsed or is too large. Raises ParserUnavailable when shfmt is missing or stuck.
    """
    data = _encode(text)
    output, error = _run(program or find_shfmt(), dialect, data)
    if error:
        refuse(f"the command cannot be parsed ({error})", "Check quotes, brackets and here-documents.")
    try:
        tree: Json = json.loads(output)
    except RecursionError:
        refuse("the command is nested too deeply to be judged", _SPLIT_HINT)
    except ValueError:
        tree = None
    if not isinstance(tree, dict):
        raise ParserUnavailable("shfmt answered with something that is no syntax tree")
    return tree


@cache
def find_shfmt() -> str:
    """Where shfmt is: beside this Python first, then on PATH. Raises ParserUnavailable."""
    beside = Path(sys.executable).parent / ("shfmt.exe" if sys.platform == "win32" else "shfmt")
    found = str(beside) if beside.is_file() else shutil.which("shfmt")
    if found is None:
        raise ParserUnavailable("shfmt is not installed: run pip install -r requirements.txt")
    return found


def _encode(text: str) -> bytes:
    for character in text:
        if (character < " " and character not in "\t\n") or character == "\x7f":
            refuse(
                f"the command contains the control character U+{ord(character):04X}",
                "Write it as an escape that the program itself understands, for example printf '\\r'.",
            )
        if "\ue000" <= character <= "\uf8ff":
            refuse(f"the command contains the private-use character U+{ord(character):04X}", "Leave it out.")
    try:
        data = text.encode()
    except UnicodeEncodeError:
        refuse("the command is not valid Unicode text", "Send it as UTF-8.")
    if len(data) > TEXT_LIMIT:
        refuse(f"the command is longer than {TEXT_LIMIT} bytes", _SPLIT_HINT)
    return data


def _run(program: str, dialect: Dialect, data: bytes) -> tuple[bytes, str]:
    """shfmt's output, or its complaint in one line."""
    command = [program, "-ln", dialect, "--to-json"]
    pipe = subprocess.PIPE
    try:
        exit_code = -signal.SIGINT
        while exit_code == -signal.SIGINT:  # ended by a Ctrl+C at our terminal, before it had a session of its own
            with subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=pipe, env={}, start_new_session=True
            ) as process:
                output, complaint = _converse(process, data)
            exit_code = process.returncode
    except OSError as error:
        raise ParserUnavailable(f"shfmt cannot be started: {error.strerror}") from error
    except RuntimeError as error:
        raise ParserUnavailable(f"shfmt cannot be watched: {error}") from error
    if len(output) > TREE_LIMIT:
        refuse("the command is too large to be judged", _SPLIT_HINT)
    if not output and not complaint:
        raise ParserUnavailable("shfmt did not answer in time")
    return output, "" if output else complaint


def _bound(pid: int) -> None:
    """Nesting makes shfmt's answer grow with the square of the text: bound what it may use to write it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_CPU, (2, 2))
            resource.prlimit(pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _converse(process: subprocess.Popen[bytes], data: bytes) -> tuple[bytes, str]:
    """shfmt reads all of its input before it writes: one write and one bounded read cannot block each other."""
    assert process.stdin is not None  # pipes above
    assert process.stdout is not None
    assert process.stderr is not None
    watchdog = threading.Timer(SECONDS, process.kill)
    try:
        watchdog.start()
        _bound(process.pid)
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(data)
        output = process.stdout.read(TREE_LIMIT + 1)
        complaint = b"" if output else process.stderr.read(2000)
    finally:
        watchdog.cancel()
        process.kill()
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return output, lines[0] if lines else ""


def text_of(node: Node, key: str) -> str:
    """The text at `key`, or the text of the Lit node there."""
    value = node.get(key)
    if isinstance(value, dict):
        value = value.get("Value")
    return value if isinstance(value, str) else ""


def child(node: Node, key: str) -> Node:
    """The node at `key`, empty when there is none."""
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def children(node: Node, key: str) -> list[Node]:
    """The nodes in the list at `key`."""
    value = node.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def flag(node: Node, key: str) -> bool:
    """Whether the field at `key` is set."""
    return node.get(key) is True


def kind(node: Node) -> str:
    """The node's type, empty for those shfmt does not name (statements, words, assignments, redirections)."""
    return text_of(node, "Type")


def offset(node: Node, key: str) -> int:
    """The byte offset of the position at `key`, -1 when there is none."""
    value = child(node, key).get("Offset")
    return value if isinstance(value, int) else -1


def below(node: Node) -> Iterator[Node]:
    """Every node directly under `node`, whatever its field is called."""
    for value in node.values():
        if isinstance(value, dict):
            yield value
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, dict))


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything under it, without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(below(current))
