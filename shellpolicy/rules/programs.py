"""sed and awk: their programs can run commands and write files, so they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shellpolicy.calls import Call, Rule
from shellpolicy.names import check_script
from shellpolicy.options import Grammar, long_names, refuse_hidden, take_apart
from shellpolicy.paths import check_mention, check_write
from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, UNKNOWN, show

_SED = Grammar(
    flags="nErsuz", values="efl", optional="i",
    long_flags=long_names("quiet silent regexp-extended separate unbuffered null-data posix debug sandbox in-place"),
    long_values=long_names("expression file line-length"),
)  # fmt: skip
_AWK = Grammar(
    flags="bPS", values="Fvfe", long_flags=long_names("posix sandbox characters-as-bytes re-interval version"),
    long_values=long_names("field-separator assign file source"), first_operand_ends=True,
)  # fmt: skip
_SED_HINT = "Use plain s, d, p, a, i, c, y commands, or the editing tool, or a short python3 script."
_AWK_HINT = "Let awk only print; run commands from the shell, or use a short python3 script."
_ADDRESS = re.compile(r"\d+(?:~\d+)?|\$|\+\d+|~\d+")
_ADDRESS_FLAGS = re.compile(r"[IM]*")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_NEGATION = re.compile(r"[! \t]*")
_LABEL = re.compile(r"\s*[A-Za-z0-9_]*")
_NUMBER = re.compile(r"[ \t]*\d*")
_BRACKETS = re.compile(r"\[\^?\]?(?:\[:\w+:\]|\[\..\.\]|\[=.=\]|[^\]])*\]|\[")
_END = re.compile(r"[ \t]*(?:[;\n}#]|\Z)")


def judge_sed(call: Call) -> None:
    """sed: e commands are refused, w files checked, edited files checked."""
    parsed = take_apart("sed", call.args, _SED)
    pieces, operands = parsed.values("-e", "--expression"), list(parsed.operands)
    for path in parsed.values("-f", "--file"):
        check_script(path, call.place)
    if not pieces and not parsed.values("-f", "--file"):
        pieces = [operands.pop(0)] if operands else []
        if pieces == [""] and "-i" in parsed.names():
            pieces += operands[:1]  # BSD sed: the empty word is the suffix
            operands = operands[1:]
    _read_sed("\n".join(pieces), call)
    if parsed.names() & {"-i", "--in-place"}:
        for path in operands:
            check_write(path, call.place)


def _read_sed(script: str, call: Call) -> None:
    if MANY in script:
        refuse("the sed script holds an unquoted variable", "Put the whole script into double quotes.")
    position = 0
    while position < len(script):
        if script[position] in " \t\n;{}":
            position += 1
            continue
        position = _skip_addresses(script, position)
        position = _sed_command(script, position, call)


def _skip_addresses(script: str, position: int) -> int:
    """The position of the command letter: past up to two addresses and what stands between."""
    for _ in range(2):
        position = _skip(_ADDRESS, script, position)
        if script[position : position + 1] in ("/", "\\"):
            position = _past_delimited(script, position + (script[position] == "\\"), 1)
            position = _skip(_ADDRESS_FLAGS, script, position)
        comma = _COMMA.match(script, position)
        if comma is None:
            break
        position = comma.end()
    return _skip(_NEGATION, script, position)


def _skip(pattern: re.Pattern[str], script: str, position: int) -> int:
    found = pattern.match(script, position)
    return found.end() if found else position


def _past_delimited(script: str, start: int, parts: int, *, patterns: int = 1) -> int:
    """The position after `parts` texts between delimiters, the character at `start`; in the first `patterns` of them it
    stands for itself within brackets."""
    delimiter = script[start : start + 1]
    if not delimiter or delimiter in "\n\\" or delimiter == UNKNOWN:
        refuse("the sed script cannot be understood", _SED_HINT)
    position, ends = start + 1, parts - patterns
    while parts:
        if position >= len(script):
            refuse("the sed script cannot be understood: a part is not closed", _SED_HINT)
        if script[position] == "[" and parts > ends:
            position = _skip(_BRACKETS, script, position) - 1
        elif script[position] == "\\":
            position += 1
        elif script[position] == delimiter:
            parts -= 1
        position += 1
    return position


def _sed_command(script: str, position: int, call: Call) -> int:
    command = script[position : position + 1]
    if command == "{":
        return position + 1
    if command == "s":
        return _sed_flags(script, _past_delimited(script, position + 1, 2), call)
    if command == "y":
        return _sed_end(script, _past_delimited(script, position + 1, 2, patterns=0))
    if command and command in "aic#":
        return _past_text(script, position)
    if command and command in "rRwW":
        return _sed_file(script, position + 1, call, writes=command in "wW")
    if command and command in ":btT":
        return _sed_end(script, _skip(_LABEL, script, position + 1))
    if command and command in "=dDgGhHnNpPxzqQlLF":
        return _sed_end(script, _skip(_NUMBER, script, position + 1))
    if command:
        refuse(f"the sed command {show(script[position : position + 20])!r} is not permitted", _SED_HINT)
    return position


def _sed_flags(script: str, position: int, call: Call) -> int:
    while script[position : position + 1] and script[position] in "gpiIMm0123456789":
        position += 1
    following = script[position : position + 1]
    if following == "w":
        return _sed_file(script, position + 1, call, writes=True)
    return _sed_end(script, position)


def _sed_end(script: str, position: int) -> int:
    """After a command only its end may come: anything else is not understood."""
    found = _END.match(script, position)
    if found is None:
        refuse(f"the sed command ending in {show(script[position : position + 20])!r} is not permitted", _SED_HINT)
    return found.end() - (1 if found[0].endswith(("#", "}")) else 0)


def _past_text(script: str, position: int) -> int:
    """a, i, c and comments take the rest of the line, and lines ended by a backslash go on."""
    is_comment = script[position] == "#"
    while position < len(script) and script[position] != "\n":
        position += 2 if script[position] == "\\" and not is_comment else 1
    return position + 1


def _sed_file(script: str, position: int, call: Call, *, writes: bool) -> int:
    end = script.find("\n", position)
    end = len(script) if end < 0 else end
    path = script[position:end].strip()
    (check_write if writes else check_mention)(path, call.place)
    return end + 1


def judge_awk(call: Call) -> None:
    """awk: its program may not start commands or open network connections."""
    parsed = take_apart("awk", call.args, _AWK)
    programs, files = parsed.values("-e", "--source"), parsed.values("-f", "--file")
    for path in files:
        check_script(path, call.place)
    if not programs and not files:
        refuse_hidden("awk", parsed)
        programs = parsed.operands[:1]
    elif any(MANY in word for word in parsed.hidden):
        refuse_hidden("awk", parsed)
    for program in programs:
        _read_awk(program, call)


def _read_awk(program: str, call: Call) -> None:
    if MANY in program or program.startswith(UNKNOWN):
        refuse("the awk program is not known before it runs", "Pass values with -v name=value.")
    if re.search(r"\bsystem\b|\|\s*(?:&|\"|getline\b)|/inet", program):
        refuse("the awk program starts commands or opens connections", _AWK_HINT)
    previous = ""
    for piece in _awk_tokens(program):
        if piece == "|" or piece.startswith("@") or piece == "\\":
            refuse("the awk program starts commands", _AWK_HINT)
        if previous in (">", ">>") and piece.startswith('"'):
            check_write(piece.strip('"'), call.place)
        previous = piece


_AWK_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|#[^\n]*|\|\||&&|>>|[<>=!]=|\w+|@\w+|\\\n|[^\s]', re.DOTALL)
_AWK_KEYWORDS = frozenset({"print", "printf", "return", "in", "else", "do", "case", "exit", "delete"})
_AWK_REGEX = re.compile(r"/(?:\\.|\[[^]\n]*\]|[^/\\\n])*/", re.DOTALL)


def _awk_tokens(program: str) -> Iterator[str]:
    """The tokens of an awk program; a slash begins a pattern where an operand is due, and divides elsewhere."""
    position, previous = 0, "{"
    while position < len(program):
        if program[position].isspace():
            position += 1
            continue
        is_pattern = program[position] == "/" and _begins_pattern(previous, program, position)
        found = (_AWK_REGEX if is_pattern else _AWK_TOKEN).match(program, position)
        if found is None:
            refuse("the awk program cannot be understood", _AWK_HINT)
        if found[0] != "\\\n" and not found[0].startswith("#"):
            yield found[0]
            previous = ")" if is_pattern else found[0]
        position = found.end()


def _begins_pattern(previous: str, program: str, position: int) -> bool:
    if previous == ")" and '"' in program[position : program.find("/", position + 1) + 1]:
        refuse("the awk program cannot be understood: a slash with quotes follows a bracket", _AWK_HINT)
    return previous in _AWK_KEYWORDS or not re.match(r"[\w)\]\"$]", previous[-1:])


RULES: dict[str, Rule] = {"sed": judge_sed, "awk": judge_awk}
