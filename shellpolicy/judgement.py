"""The walk over the syntax tree: every simple command in it is judged, wherever it hides.

Whatever the walk does not handle by name it descends into, so a new kind of node cannot hide a command; node types it
has never heard of are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from shellpolicy import heredocs, names
from shellpolicy.calls import Call, Stdin
from shellpolicy.expansions import check_expansion
from shellpolicy.paths import Place, check_mention, check_write
from shellpolicy.policies import Policy
from shellpolicy.rules import RULES
from shellpolicy.rules.variables import judge_declaration
from shellpolicy.syntax import Dialect, Node, child, children, flag, kind, parse, text_of
from shellpolicy.variables import check_arithmetic, check_assignment, check_name, collect_values
from shellpolicy.verdict import refuse
from shellpolicy.words import UNKNOWN, Alternatives, Fields, Scope, expand, is_known, literal, resolve, show, texts_of

_PARSES = 24  # shfmt runs for one decision
_DEPTH = 8  # scripts within scripts
_KNOWN_KINDS = frozenset(
    {
        "File", "CallExpr", "IfClause", "WhileClause", "ForClause", "CaseClause", "Block", "Subshell", "BinaryCmd",
        "FuncDecl", "ArithmCmd", "TestClause", "DeclClause", "LetClause", "TimeClause", "CoprocClause", "Lit",
        "SglQuoted", "DblQuoted", "ParamExp", "CmdSubst", "ArithmExp", "ProcSubst", "ExtGlob", "BinaryArithm",
        "UnaryArithm", "ParenArithm", "Word", "BinaryTest", "UnaryTest", "ParenTest", "WordIter", "CStyleLoop",
    }
)  # fmt: skip
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Flow:
    """Variables that are set once a statement has run: whatever its outcome, and when it succeeded."""

    always: frozenset[str] = _NOTHING
    success: frozenset[str] = _NOTHING


class Judgement:
    """Judges one text under one policy; raises Refused at the first command that may not run."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.place = Place(policy.workspace, policy.cwd)
        self._parses = 0

    def script(self, text: str, scope: Scope, dialect: Dialect = "bash") -> None:
        """Judge shell text; `scope` is what is certain where it begins."""
        self._parses += 1
        if scope.depth > _DEPTH or self._parses > _PARSES:
            refuse("there are too many scripts within scripts", "Put them into a script file of the workspace.")
        tree = parse(text, dialect)
        heredocs.check(tree, text.encode())
        if dialect == "posix":
            heredocs.check_descriptors(tree)
        scope = replace(scope, values=collect_values(tree, scope), depth=scope.depth + 1)
        self._statements(children(tree, "Stmts"), scope)

    def program(self, words: Fields, scope: Scope, *, stdin: Stdin | None = None) -> None:
        """Judge a command that another program starts."""
        if not words:
            return
        name = words[0]
        if not is_known(name) or not names.is_plain(name):
            refuse(f"the command name {show(name)!r} is not known before it runs")
        with self._aside():
            self._call(name, words[1:], replace(scope, functions=frozenset()), stdin or Stdin())

    def enter(self, directory: str | None) -> None:
        """Note where the shell works from here on."""
        self.place = replace(self.place, cwd=directory)

    def _statements(self, statements: list[Node], scope: Scope) -> frozenset[str]:
        """Judge a list of statements; the variables it sets for sure."""
        begun = scope.assigned
        for statement in statements:
            flow = self._statement(statement, scope)
            scope = scope.assigning(flow.always)
            command = child(statement, "Cmd")
            if kind(command) == "FuncDecl" and not flag(statement, "Background"):
                scope = scope.defining(text_of(command, "Name"))
        return scope.assigned - begun

    def _statement(self, statement: Node, scope: Scope) -> Flow:
        for redirection in children(statement, "Redirs"):
            self._redirection(redirection, scope)
        command = child(statement, "Cmd")
        if not command:
            return Flow()
        if flag(statement, "Background"):
            with self._aside():
                self._command(command, scope, statement)
            return Flow()
        flow = self._command(command, scope, statement)
        return Flow(flow.always) if flag(statement, "Negated") else flow

    def _command(self, command: Node, scope: Scope, statement: Node) -> Flow:
        check_expansion(command)
        match kind(command):
            case "CallExpr":
                return self._simple(command, scope, statement)
            case "BinaryCmd":
                return self._binary(command, scope)
            case "Block":
                names_set = self._statements(children(command, "Stmts"), scope)
                return Flow(names_set, names_set)
            case "FuncDecl":
                self._function(command, scope)
            case "DeclClause":
                return self._declaration(command, scope)
            case "ForClause":
                self._loop(command, scope)
            case "TimeClause":
                return self._statement(child(command, "Stmt"), scope) if child(command, "Stmt") else Flow()
            case "Subshell" | "CoprocClause":
                with self._aside():
                    self._descend(command, scope)
            case _:
                self._descend(command, scope)
        return Flow()

    def _binary(self, command: Node, scope: Scope) -> Flow:
        left, right = child(command, "X"), child(command, "Y")
        if text_of(command, "Op") not in ("&&", "||"):
            for side in (left, right):
                with self._aside():
                    self._statement(side, scope)
            return Flow()
        first = self._statement(left, scope)
        if text_of(command, "Op") == "||":
            self._statement(right, scope.assigning(first.always))
            return Flow(first.always, first.always)
        second = self._statement(right, scope.assigning(first.success))
        return Flow(first.always, first.success | second.success)

    def _loop(self, command: Node, scope: Scope) -> None:
        loop = child(command, "Loop")
        self._descend(loop, scope)
        name = text_of(loop, "Name")
        if name:
            check_name(name)
            scope = scope.assigning(frozenset({name}))
            for text in scope.values.get(name, ()):
                check_assignment(name, text)
                check_mention(text, self.place)
        self._statements(children(command, "Do"), scope)

    def _function(self, command: Node, scope: Scope) -> None:
        name = text_of(command, "Name")
        names.check_function(name, self.policy)
        if kind(child(child(command, "Body"), "Cmd")) not in ("Block", "Subshell"):
            refuse(f"the function {name} is not a plain {{ ... }} or ( ... )", "End the definition with a new line.")
        with self._aside():
            self._statement(child(command, "Body"), scope.defining(name))

    def _declaration(self, command: Node, scope: Scope) -> Flow:
        """export, declare and the like, which shfmt keeps apart from other commands."""
        given = set[str]()
        for item in children(command, "Args"):
            self._descend(item, scope)
            name, value = text_of(item, "Name"), child(item, "Value")
            if not flag(item, "Naked"):
                given.add(name)
                alternatives: Alternatives = tuple((f"{name}={text}",) for text in self._values(item, scope))
            else:
                alternatives = ((name,),) if name else resolve(value, scope)
            for args in alternatives:
                judge_declaration(Call(text_of(command, "Variant"), args, self, scope, Stdin()))
        return Flow(frozenset(given), frozenset(given))

    def _simple(self, command: Node, scope: Scope, statement: Node) -> Flow:
        words, assigns = children(command, "Args"), children(command, "Assigns")
        reads = bool(words) and literal(words[0]) in ("read", "mapfile", "readarray")
        for item in assigns:
            if not (reads and text_of(item, "Name") == "IFS"):
                self._assignment(item, scope)
        for word in words:
            self._descend(word, scope)
        if not words:
            set_now = frozenset(text_of(item, "Name") for item in assigns)
            return Flow(set_now, set_now)
        name = literal(words[0])
        if name is None:
            refuse("a command name is not written out: what would run is not known before it runs")
        stdin = self._stdin(statement, scope)
        for args in expand(words[1:], scope):
            self._call(name, args, scope, stdin)
        return Flow()

    def _call(self, name: str, args: Fields, scope: Scope, stdin: Stdin) -> None:
        for text in (name, *args):
            check_mention(text, self.place)
        if name in scope.functions:
            for text in args:
                check_arithmetic(text)
            return
        rule = RULES.get(names.check_program(name, self.policy, self.place))
        if rule is not None:
            rule(Call(names.base(name), args, self, scope, stdin))

    def _assignment(self, item: Node, scope: Scope) -> None:
        check_expansion(item)
        self._descend(item, scope)
        name = text_of(item, "Name")
        for text in self._values(item, scope):
            check_assignment(name, UNKNOWN if flag(item, "Append") else text)

    def _values(self, item: Node, scope: Scope) -> tuple[str, ...]:
        """The texts an assignment gives its variable, or the elements of its array."""
        words = [child(item, "Value")] if child(item, "Value") else []
        words += [child(element, "Value") for element in children(child(item, "Array"), "Elems")]
        texts = tuple(text for word in words for text in texts_of(word, scope)) or ("",)
        for text in texts:
            check_arithmetic(text)
            check_mention(text, self.place)
        return texts

    def _redirection(self, redirection: Node, scope: Scope) -> None:
        operator, word = text_of(redirection, "Op"), child(redirection, "Word")
        target = text_of(redirection, "N").strip("{}")
        if target and not target.isdigit():
            check_name(target)
        self._descend(redirection, scope)
        if operator in ("<<", "<<-", "<<<"):
            return
        for text in texts_of(word, scope):
            if (operator in (">&", "<&") and text.rstrip("-").isdigit()) or text == "-":
                continue
            if text.startswith(UNKNOWN) and _begins_with_output(word):
                refuse(
                    "where the redirection goes is not known before it runs",
                    "Put the name into a variable that is set in the same command, or write it out.",
                )
            check_mention(text, self.place)
            if operator not in ("<", "<&"):
                check_write(text, self.place)

    def _stdin(self, statement: Node, scope: Scope) -> Stdin:
        """What the statement's own redirections put on standard input, when there is exactly one."""
        found = [
            r
            for r in children(statement, "Redirs")
            if text_of(r, "Op").startswith("<") and text_of(r, "N") in ("", "0")
        ]
        return heredocs.standard_input(found[0], scope) if len(found) == 1 else Stdin()

    def _descend(self, node: Node, scope: Scope) -> None:
        """Judge whatever commands there are below `node`."""
        for value in node.values():
            if isinstance(value, dict):
                self._visit(value, scope)
            elif isinstance(value, list):
                items = [item for item in value if isinstance(item, dict)]
                if any(_is_statement(item) for item in items):
                    self._statements(items, scope)
                else:
                    for item in items:
                        self._visit(item, scope)

    def _visit(self, node: Node, scope: Scope) -> None:
        found = kind(node)
        if found and found not in _KNOWN_KINDS:
            refuse(f"the command uses syntax that is not supported here ({found})")
        if _is_statement(node):
            self._statement(node, scope)
            return
        check_expansion(node)
        if found in ("CmdSubst", "ProcSubst"):
            with self._aside():
                self._descend(node, scope)
        else:
            self._descend(node, scope)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """For commands in a shell of their own: a `cd` there moves nobody else."""
        before = self.place
        try:
            yield
        finally:
            self.place = before


def _is_statement(node: Node) -> bool:
    return not kind(node) and ("Cmd" in node or "Redirs" in node)


def _begins_with_output(word: Node) -> bool:
    parts = children(word, "Parts")
    while parts and kind(parts[0]) == "DblQuoted":
        parts = children(parts[0], "Parts")
    return bool(parts) and kind(parts[0]) == "CmdSubst"
