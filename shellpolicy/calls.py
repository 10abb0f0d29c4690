"""One call of one program, as the rules see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from shellpolicy.paths import Place
from shellpolicy.policies import Policy
from shellpolicy.syntax import Dialect
from shellpolicy.words import Fields, Scope


@dataclass(frozen=True, slots=True)
class Stdin:
    """What a program reads when it is told to read its input: text that is written out, or a file, or neither."""

    text: str | None = None
    file: str | None = None


class Judge(Protocol):
    """What a rule may ask for: the judgement of further commands."""

    policy: Policy

    @property
    def place(self) -> Place:
        """Where commands run at this point of the script."""
        ...

    def script(self, text: str, scope: Scope, dialect: Dialect = "bash") -> None:
        """Judge shell text that a command will run; what is in `scope` is visible to it."""
        ...

    def program(self, words: Fields, scope: Scope, *, stdin: Stdin | None = None) -> None:
        """Judge a command that another program starts: no functions, no assignments, no aliases."""
        ...

    def enter(self, directory: str | None) -> None:
        """Note that the shell now works in `directory`, None when that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """A program and its arguments, which may hold the marks of `words`."""

    name: str
    args: Fields
    judge: Judge
    scope: Scope
    stdin: Stdin

    @property
    def place(self) -> Place:
        """Where it runs."""
        return self.judge.place

    def start(self, words: Fields) -> None:
        """Judge `words` as a command this one starts."""
        self.judge.program(words, self.scope, stdin=self.stdin)


Rule: TypeAlias = Callable[[Call], None]
