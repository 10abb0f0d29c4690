"""Expansions that run text as code, which no reading of the command line shows."""

from __future__ import annotations

import re

from shellpolicy.syntax import Node, child, flag, kind, text_of, walk
from shellpolicy.variables import check_evaluated, check_name
from shellpolicy.verdict import refuse
from shellpolicy.words import literal

_EVALUATED = frozenset({"ArithmExp", "ArithmCmd", "TestClause", "LetClause", "CStyleLoop"})
_EXTENDED_GLOB = re.compile(r"[\w.|*?/-]*\Z")


def check_expansion(node: Node) -> None:
    """Refuse the expansions and evaluations that can run a command out of a string."""
    found = kind(node)
    if found == "ParamExp":
        _check_parameter(node)
    elif found == "ExtGlob":
        if not _EXTENDED_GLOB.match(text_of(node, "Pattern")):
            refuse("an extended pattern may only hold plain names", "Use find, or a loop over a simple glob.")
    elif found in _EVALUATED:
        check_evaluated(_text(node))
    elif found == "BinaryArithm" and re.match(r"(?:[^=!<>]|<<|>>)?=\Z", text_of(node, "Op")):
        check_name(literal(child(node, "X")) or "x")
    for key in ("Index", "Slice"):
        if key in node:
            check_evaluated(_text(child(node, key)))


def _check_parameter(node: Node) -> None:
    name, operator = text_of(node, "Param"), text_of(child(node, "Exp"), "Op")
    lists = text_of(node, "Names") or literal(child(node, "Index")) in ("@", "*")
    if flag(node, "Excl") and not lists:
        refuse(f"${{!{name}}} reads a variable whose name is only known when it runs", "Use the variable itself.")
    if operator == "@" and literal(child(child(node, "Exp"), "Word")) == "P":
        refuse(f"${{{name}@P}} runs the commands in a string", "Use the variable itself.")
    if operator in ("=", ":="):
        check_name(name)


def _text(node: Node) -> str:
    """All texts below in one, without quotes and backslashes: these do not protect what is evaluated."""
    texts = (text_of(inner, "Value") for inner in walk(node) if kind(inner) in ("Lit", "SglQuoted"))
    return "".join(reversed([text.replace("\\", "") for text in texts]))
