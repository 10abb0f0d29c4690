"""Expansions that run text as code, which no reading of the command line shows."""

from __future__ import annotations

import re

from shellpolicy.syntax import Node, child, flag, kind, text_of, walk
from shellpolicy.variables import check_arithmetic, check_name
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
        for text in _texts(node):
            check_arithmetic(text)


def _check_parameter(node: Node) -> None:
    name, operator = text_of(node, "Param"), text_of(child(node, "Exp"), "Op")
    lists = text_of(node, "Names") or literal(child(node, "Index")) in ("@", "*")
    if flag(node, "Excl") and not lists:
        refuse(
            f"${{!{name}}} reads a variable whose name is only known when it runs",
            "Use the variable itself, or a case.",
        )
    if operator == "@" and literal(child(child(node, "Exp"), "Word")) == "P":
        refuse(f"${{{name}@P}} runs the commands in a string", "Use the variable itself.")
    if operator in ("=", ":="):
        check_name(name)
    for key in ("Index", "Slice"):
        for text in _texts(child(node, key)):
            check_arithmetic(f"[{text}")


def _texts(node: Node) -> list[str]:
    """The quoted and unquoted texts below, as they are after one round of quote removal at most."""
    return [text_of(inner, "Value") for inner in walk(node) if kind(inner) in ("Lit", "SglQuoted")]
