"""Taking command lines apart the way getopt does: clusters, attached values, abbreviated long options, `--`."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, UNKNOWN, is_known, show


@dataclass(frozen=True, slots=True)
class Grammar:
    """The options of a program.

    `flags` and `values` are the short options without and with a value, `optional` those whose value is attached or
    absent. `long_flags` and `long_values` are written without dashes. In an `open` grammar other options exist and take
    no separate value; in a closed one they are refused.
    """

    flags: str = ""
    values: str = ""
    optional: str = ""
    long_flags: frozenset[str] = frozenset()
    long_values: frozenset[str] = frozenset()
    open: bool = False
    first_operand_ends: bool = False


@dataclass(slots=True)
class Parsed:
    """Options in order as (name, value), operands, and what could be either."""

    options: list[tuple[str, str | None]] = field(default_factory=list)
    operands: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """Words that are not known and stood where an option could stand."""

    def names(self) -> set[str]:
        """The options given, with their dashes."""
        return {name for name, _ in self.options}

    def values(self, *names: str) -> list[str]:
        """The values of the options `names`."""
        return [value for name, value in self.options if name in names and value is not None]


def long_names(names: str) -> frozenset[str]:
    """A set of option names from words."""
    return frozenset(names.split())


def take_apart(program: str, args: Sequence[str], grammar: Grammar) -> Parsed:
    """Sort `args` into options and operands. Refuses unknown options of a closed grammar."""
    parsed, rest = Parsed(), deque(args)
    while rest:
        word = rest.popleft()
        if word == "--":
            parsed.operands += rest
            break
        if word.startswith((UNKNOWN, MANY)) or MANY in word:
            parsed.hidden.append(word)
        if word.startswith("--"):
            _take_long(program, word, rest, grammar, parsed)
        elif word.startswith("-") and len(word) > 1:
            _take_cluster(program, word, rest, grammar, parsed)
        else:
            parsed.operands.append(word)
            if grammar.first_operand_ends:
                parsed.operands += rest
                break
    return parsed


def _take_long(program: str, word: str, rest: deque[str], grammar: Grammar, parsed: Parsed) -> None:
    name, equals, value = word[2:].partition("=")
    full = _complete(name, grammar)
    if full is None and not grammar.open:
        refuse_option(program, word)
    if grammar.open and full != name and full in grammar.long_values:
        refuse(f"{program} with the option {show(word)!r} is ambiguous", f"Write --{full} in full.")
    if not is_known(name):
        parsed.hidden.append(word)
    name = full or name
    if equals:
        parsed.options.append((f"--{name}", value))
    elif name in grammar.long_values:
        parsed.options.append((f"--{name}", _next(rest, parsed)))
    else:
        parsed.options.append((f"--{name}", None))


def _next(rest: deque[str], parsed: Parsed) -> str:
    value = rest.popleft() if rest else ""
    if MANY in value:
        parsed.hidden.append(value)
    return value


def _complete(name: str, grammar: Grammar) -> str | None:
    """The full name of a possibly abbreviated long option; one that takes a value wins, for it hides more."""
    for names in (grammar.long_values, grammar.long_flags):
        if name in names:
            return name
    for names in (grammar.long_values, grammar.long_flags):
        matching = sorted(full for full in names if name and full.startswith(name))
        if matching:
            return matching[0]
    return None


def _take_cluster(program: str, word: str, rest: deque[str], grammar: Grammar, parsed: Parsed) -> None:
    for position, letter in enumerate(word[1:], start=1):
        if letter in grammar.values:
            parsed.options.append((f"-{letter}", word[position + 1 :] or _next(rest, parsed)))
            return
        if letter in grammar.optional:
            parsed.options.append((f"-{letter}", word[position + 1 :]))
            return
        if letter not in grammar.flags and not grammar.open:
            refuse_option(program, word)
        if letter in (UNKNOWN, MANY):
            parsed.hidden.append(word)
        parsed.options.append((f"-{letter}", None))


def refuse_option(program: str, word: str) -> None:
    """Refuse an option that nobody here vouches for."""
    refuse(
        f"{program} with the option {show(word)!r} is not permitted",
        f"Use {program} without it, or put the command into a script of the workspace and run that.",
    )


def refuse_options(program: str, parsed: Parsed, names: Iterable[str], *, besides: Container[str] = ()) -> None:
    """Refuse the options `names`, long ones also when abbreviated; those in `besides` only look like it."""
    refused = tuple(names)
    for name, _ in parsed.options:
        abbreviated = len(name) > 3 and name not in besides and any(full.startswith(name) for full in refused)
        if name in refused or abbreviated:
            refuse_option(program, name)


def refuse_hidden(
    program: str, parsed: Parsed, hint: str = "Put -- before it, or write ./ before a file name."
) -> None:
    """Refuse a word that is not known where it could be an option."""
    for word in parsed.hidden:
        refuse(f"{program} gets {show(word)!r}, which could be an option and is not known before it runs", hint)
