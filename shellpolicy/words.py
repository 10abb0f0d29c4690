"""What a word of the shell can become.

`resolve` gives the alternatives of a word: each is the words (none, one or several) that the program will see. What
nobody can know before running, the output of a command or a variable set elsewhere, is a mark in the text: UNKNOWN for
text within one word, MANY where it may also become further words. Both are control characters, which `syntax.parse`
refuses in commands.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from shellpolicy.braces import expand_braces
from shellpolicy.syntax import Node, child, children, flag, kind, text_of

UNKNOWN = "\x00"
MANY = "\x01"

Fields: TypeAlias = tuple[str, ...]
Alternatives: TypeAlias = tuple[Fields, ...]

_FIRST_OPAQUE, _OPAQUE_LIMIT = 0xE000, 0x1000  # private-use characters, which `syntax.parse` refuses in commands
_LIMIT = 16  # alternatives of a word, and of a whole command
_PLAIN_NAME = re.compile(r"(?:\\.|[A-Za-z0-9_./:+@%,=\[\]-])*\Z")
_OUTPUTS = (
    (re.compile(r"pwd( -[LP])?\Z"), "."),
    (re.compile(r"mktemp(?: -[dq]+)*\Z"), "/tmp/tmp.XXXXXXXXXX"),  # noqa: S108 - what mktemp prints
    (re.compile(r"nproc\Z|id -[ug]\Z"), "1000"),
    (re.compile(r"whoami\Z|id -un\Z|uname(?: -[sm])?\Z"), "name"),
    (re.compile(r"date \+[%A-Za-z0-9_.:-]+\Z"), "2000-01-01"),
)
"""What $(...) of these prints, or something of the same kind: no blank, no slash, nothing like an option."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is certain at one point of a script.

    `functions` are defined for sure, `assigned` variables are set for sure, and `values` holds every value a variable
    is given anywhere in the text; a variable that is also set in a way nobody can follow is not in it.
    """

    functions: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    depth: int = 0

    def texts(self, name: str) -> tuple[str, ...] | None:
        """The values `name` can have here, None when they cannot be known."""
        if name == "HOME":
            return ("~",)
        if name in self.values:
            return self.values[name] if name in self.assigned else (*self.values[name], UNKNOWN)
        return {"PWD": (".",), "TMPDIR": ("/tmp",)}.get(name)  # noqa: S108 - the shell's, nothing is written here

    def assigning(self, names: frozenset[str]) -> Scope:
        """This scope once `names` are set."""
        return replace(self, assigned=self.assigned | names) if names else self

    def defining(self, function: str) -> Scope:
        """This scope once `function` is defined."""
        return replace(self, functions=self.functions | {function})


def is_known(text: str) -> bool:
    """Whether nothing in `text` is left open."""
    return UNKNOWN not in text and MANY not in text


def show(text: str) -> str:
    """`text` for a person: what is not known is an ellipsis, and long things are cut."""
    shown = text.replace(UNKNOWN, "…").replace(MANY, "…")
    return shown if len(shown) <= 60 else shown[:57] + "..."


def literal(word: Node) -> str | None:
    """The word as it is written, None when the shell would make something else of it.

    Only plain characters, simple quotes and backslashes count as literal: no expansion, no glob, no braces, no tilde,
    no $'...' and no $"...".
    """
    text = ""
    for part in children(word, "Parts"):
        value = text_of(part, "Value")
        match kind(part):
            case "Lit" if _PLAIN_NAME.match(value) and (value in ("[", "[[") or "[" not in value):
                text += _unescape(value)
            case "SglQuoted" if not flag(part, "Dollar"):
                text += value
            case "DblQuoted" if not flag(part, "Dollar"):
                inner = children(part, "Parts")
                if any(kind(piece) != "Lit" for piece in inner):
                    return None
                text += "".join(_unescape_quoted(text_of(piece, "Value"), '"') for piece in inner)
            case _:
                return None
    return text


def resolve(word: Node, scope: Scope, *, splits: bool = True) -> Alternatives:
    """Every list of words that `word` can become; `splits` is False where the shell does not split (assignments)."""
    parts = children(word, "Parts")
    if splits and len(parts) == 1 and kind(parts[0]) == "ParamExp":
        return _split(_parameter(parts[0], scope, quoted=False))
    if not splits:
        return tuple((text,) for text in _fill(*_template(parts, scope, quoted=True, bare=_in_assignment)))
    template, opaque = _template(parts, scope, quoted=False, bare=_as_is)
    fields = expand_braces(template, _LIMIT)
    if fields is None:
        return ((MANY,),)
    choices = [_fill(field_template, opaque) for field_template in fields]
    return _product([tuple((text,) for text in texts) for texts in choices])


def expand(words: list[Node], scope: Scope) -> Alternatives:
    """Every argument list that `words` can become."""
    return _product([resolve(word, scope) for word in words])


def texts_of(word: Node, scope: Scope) -> tuple[str, ...]:
    """The texts of a word that is not split."""
    return tuple(fields[0] for fields in resolve(word, scope, splits=False))


def here_text(body: Node, *, quoted: bool, scope: Scope) -> tuple[str, ...]:
    """What a here-document gives to the program that reads it."""
    if quoted:
        return ("".join(text_of(part, "Value") for part in children(body, "Parts")),)
    return _fill(*_template(children(body, "Parts"), scope, quoted=True, bare=_in_here_document))


def _product(choices: list[Alternatives]) -> Alternatives:
    """The product of the choices; where it grows too large, the words that still have a choice become unknown."""
    size, kept = 1, list[Alternatives]()
    for alternatives in choices:
        size *= max(len(alternatives), 1)
        kept.append(alternatives if size <= _LIMIT else ((MANY,),))
        size = min(size, _LIMIT)
    return tuple(tuple(itertools.chain.from_iterable(picked)) for picked in itertools.product(*kept))


def _template(
    parts: list[Node], scope: Scope, *, quoted: bool, bare: Callable[[str], str]
) -> tuple[str, list[tuple[str, ...]]]:
    """The word with each part that is no bare text replaced by a private-use character, and what these stand for."""
    text, opaque = list[str](), list[tuple[str, ...]]()
    for part in parts:
        if kind(part) == "Lit":
            text.append(bare(text_of(part, "Value")))
        elif len(opaque) == _OPAQUE_LIMIT:
            return MANY, []
        else:
            text.append(chr(_FIRST_OPAQUE + len(opaque)))
            opaque.append(_part_texts(part, scope, quoted=quoted))
    return "".join(text), opaque


def _as_is(text: str) -> str:
    return text


def _in_assignment(text: str) -> str:
    return _unescape(text).replace("\\", "\\\\")


def _in_quotes(text: str) -> str:
    return _unescape_quoted(text, '"').replace("\\", "\\\\")


def _in_here_document(text: str) -> str:
    return _unescape_quoted(text, "").replace("\\", "\\\\")


def _fill(template: str, opaque: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The texts of a template: backslashes taken away, private-use characters replaced."""
    pieces, size = list[tuple[str, ...]](), 1
    for piece in re.split("([\ue000-\uf8ff])", template):
        is_opaque = len(piece) == 1 and "\ue000" <= piece <= "\uf8ff"
        texts = opaque[ord(piece) - _FIRST_OPAQUE] if is_opaque else (_unescape(piece),)
        size *= len(texts)
        pieces.append(texts if size <= _LIMIT else (MANY,))
        size = min(size, _LIMIT)
    return tuple("".join(picked) for picked in itertools.product(*pieces))


def _part_texts(part: Node, scope: Scope, *, quoted: bool) -> tuple[str, ...]:
    match kind(part):
        case "SglQuoted":
            value = text_of(part, "Value")
            return (_ansi_c(value),) if flag(part, "Dollar") else (value,)
        case "DblQuoted" if not flag(part, "Dollar"):
            return _fill(*_template(children(part, "Parts"), scope, quoted=True, bare=_in_quotes))
        case "ParamExp":
            return _unsplit(_parameter(part, scope, quoted=quoted), quoted=quoted)
        case "CmdSubst":
            return _substitution(part, quoted=quoted)
        case "ProcSubst":
            return ("/dev/fd/" + UNKNOWN,)
        case "DblQuoted" | "ArithmExp":
            return (UNKNOWN,)
        case _:
            return (MANY,)


def _parameter(part: Node, scope: Scope, *, quoted: bool) -> tuple[str, ...]:
    """The texts of ${name}; an operator makes it unknown, except :? which only insists on a value."""
    name = text_of(part, "Param")
    plain = not any(part.get(key) for key in ("Excl", "Length", "Width", "Index", "Slice", "Repl", "Names"))
    expansion = child(part, "Exp")
    insists = text_of(expansion, "Op") in (":?", "?")
    if plain and (not expansion or insists) and (texts := scope.texts(name)) is not None:
        return texts
    if flag(part, "Length") or name in ("?", "#", "$", "!"):
        return (UNKNOWN,)
    several = name == "@" or (name == "*" and not quoted) or bool(part.get("Index")) or bool(part.get("Names"))
    return (MANY,) if several or not quoted else (UNKNOWN,)


def _substitution(part: Node, *, quoted: bool) -> tuple[str, ...]:
    """The output of a few everyday commands is known well enough; nothing is known of any other."""
    unknown = (UNKNOWN,) if quoted else (MANY,)
    statements = children(part, "Stmts")
    if len(statements) != 1 or statements[0].get("Redirs") or flag(part, "ReplyVar"):
        return unknown
    command = child(statements[0], "Cmd")
    words = [literal(word) for word in children(command, "Args")] if kind(command) == "CallExpr" else []
    if command.get("Assigns") or None in words:
        return unknown
    text = " ".join(word or "" for word in words)
    return next(((output,) for pattern, output in _OUTPUTS if pattern.match(text)), unknown)


def _split(texts: tuple[str, ...]) -> Alternatives:
    """Word splitting of an unquoted parameter that is a word of its own."""
    return tuple(tuple(text.replace(UNKNOWN, MANY).split()) for text in texts)


def _unsplit(texts: tuple[str, ...], *, quoted: bool) -> tuple[str, ...]:
    """A parameter inside a larger word: where the shell would split it, nobody follows it any further."""
    if quoted:
        return texts
    return (MANY,) if any(re.search(r"\s", text) for text in texts) else tuple(t.replace(UNKNOWN, MANY) for t in texts)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "" if found[1] == "\n" else found[1], text, flags=re.DOTALL)


def _unescape_quoted(text: str, quote: str) -> str:
    return re.sub(
        r"\\([$`\\\n" + quote + "])", lambda found: "" if found[1] == "\n" else found[1], text, flags=re.DOTALL
    )


_ANSI_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"', "?": "?"}


def _ansi_c(text: str) -> str:
    """$'...' with the everyday escapes; any other makes the whole unknown."""
    if not all(found[1] in _ANSI_ESCAPES for found in re.finditer(r"\\(.)", text, flags=re.DOTALL)):
        return UNKNOWN
    return re.sub(r"\\(.)", lambda found: _ANSI_ESCAPES[found[1]], text, flags=re.DOTALL)
