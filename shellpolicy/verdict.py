"""What a decision looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, TypeAlias

PERMIT_HINT = (
    "If the project needs it, a person can add it to ALLOWED_COMMANDS in security.py, "
    "or to allow: in .autocoder/policy.yaml."
)
LITERAL_HINT = "Write the command out in full, or put it into a script of the workspace and run that."


@dataclass(frozen=True, slots=True)
class Allow:
    """Every command in the text may run."""


@dataclass(frozen=True, slots=True)
class Deny:
    """At least one command may not run: `reason` says which and why, `hint` what to do instead."""

    reason: str
    hint: str


Decision: TypeAlias = Allow | Deny


class Refused(Exception):
    """Ends the walk through a command at the first thing that may not run."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.deny = Deny(reason, hint)


def refuse(reason: str, hint: str = LITERAL_HINT) -> NoReturn:
    """End the decision with a refusal."""
    raise Refused(reason, hint)
