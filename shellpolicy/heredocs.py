"""Here-documents: where they end, and what a program reads from them.

A shell reads the raw lines up to the delimiter before it looks at anything inside. shfmt looks inside first, and can
take the delimiter for a part of a `$(...)` in the body: what the shell runs after the document would then be hidden
from the walk. So the end is found here once more, the shell's way, and a tree that disagrees is refused.
"""

from __future__ import annotations

import re

from shellpolicy.calls import Stdin
from shellpolicy.syntax import Node, child, children, flag, kind, offset, text_of, walk
from shellpolicy.verdict import refuse
from shellpolicy.words import Scope, here_text, texts_of

_DELIMITER = re.compile(r"[A-Za-z0-9_.!-]+\Z")
_HINT = "Use a plain delimiter such as 'EOF' that occurs nowhere in the text, or write the file another way."


def check(tree: Node, source: bytes) -> None:
    """Refuse here-documents that a shell could begin or end somewhere else than the tree says."""
    lines = set[int]()
    for node in walk(tree):
        if _is_here_document(node):
            newline = source.find(b"\n", offset(child(node, "Word"), "End"))
            if newline in lines:
                refuse("several here-documents begin on one line", _HINT)
            lines.add(newline)
            _check_body(node, source, newline + 1)
        elif kind(node) == "CmdSubst" and flag(node, "Backquotes") and any(map(_is_here_document, walk(node))):
            refuse("a here-document within backquotes is read differently by different shells", "Use $(...) instead.")


def check_descriptors(tree: Node) -> None:
    """Refuse numbers of several digits before a redirection: dash takes 12>f for the word 12, shfmt does not."""
    for node in walk(tree):
        if not kind(node) and len(text_of(node, "N")) > 1:
            refuse("a file descriptor of several digits is read differently by different shells", "Use 3 to 9.")


def standard_input(redirection: Node, scope: Scope) -> Stdin:
    """What a redirection puts on standard input."""
    operator, word = text_of(redirection, "Op"), child(redirection, "Word")
    if operator in ("<<", "<<-"):
        texts = here_text(child(redirection, "Hdoc"), quoted=_delimiter(word)[1], scope=scope)
        texts = tuple(re.sub(r"(?m)^\t+", "", text) for text in texts) if operator == "<<-" else texts
    else:
        texts = texts_of(word, scope)
    if len(texts) != 1 or operator not in ("<", "<<", "<<-", "<<<"):
        return Stdin()
    return Stdin(file=texts[0]) if operator == "<" else Stdin(text=texts[0] + "\n")


def _is_here_document(node: Node) -> bool:
    return not kind(node) and text_of(node, "Op") in ("<<", "<<-")


def _delimiter(word: Node) -> tuple[str, bool]:
    """The delimiter and whether it is quoted; refuses the spellings that shells and shfmt read differently."""
    parts = children(word, "Parts")
    quoted = len(parts) == 1 and kind(parts[0]) in ("SglQuoted", "DblQuoted") and not flag(parts[0], "Dollar")
    if quoted and kind(parts[0]) == "DblQuoted":
        parts = children(parts[0], "Parts")
    text = text_of(parts[0], "Value") if len(parts) == 1 and kind(parts[0]) in ("Lit", "SglQuoted") else ""
    if not quoted and text.startswith("\\"):
        text, quoted = text[1:], True
    if not _DELIMITER.match(text) or (parts and flag(parts[0], "Dollar")):
        refuse("the delimiter of a here-document is not a plain word", _HINT)
    return text, quoted


def _check_body(redirection: Node, source: bytes, start: int) -> None:
    delimiter, quoted = _delimiter(child(redirection, "Word"))
    tabs = text_of(redirection, "Op") == "<<-"
    end = _end(source, start, delimiter.encode(), quoted=quoted, tabs=tabs)
    body = child(redirection, "Hdoc")
    empty = source[start:end].strip(b"\t") == delimiter.encode()
    if end < 0 or (not empty if not body else (offset(body, "Pos"), offset(body, "End")) != (start, end)):
        refuse(f"a shell could read the here-document {delimiter} differently from how it looks", _HINT)


def _end(source: bytes, start: int, delimiter: bytes, *, quoted: bool, tabs: bool) -> int:
    """Where the line with the delimiter ends for a shell that reads from `start` on, -1 when there is none."""
    position, line = start, b""
    while 0 <= position <= len(source):
        newline = source.find(b"\n", position)
        stop = len(source) if newline < 0 else newline
        line += source[position:stop]
        position = stop + 1
        if not quoted and (len(line) - len(line.rstrip(b"\\"))) % 2:
            line = line[:-1]
            continue
        if (line.lstrip(b"\t") if tabs else line) == delimiter:
            return stop
        line = b""
    return -1
