"""Errors by kind. The server and the MCP server each map a kind once; the core knows no status codes.

AppError
 +- InvalidInput       what was given cannot be right, whatever the state
 +- NotFound           the thing named does not exist
 +- Conflict           right in itself, but not in the present state
 |   +- StaleClaim     the claim was lost: its lease ran out and another took over
 +- NotAllowed         this caller may not do this
 +- Unavailable        something outside is missing or does not answer; says the remedy
     +- DatabaseDamaged
"""

from __future__ import annotations

from typing import ClassVar


class AppError(Exception):
    """Base of every expected failure.

    `str(error)` is one sentence for a person: what was wrong and what would be right.
    `field` names the input at fault, where there is one.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class InvalidInput(AppError):
    """What was given cannot be right, whatever the state."""

    kind = "invalid_input"


class NotFound(AppError):
    """The thing named does not exist."""

    kind = "not_found"


class Conflict(AppError):
    """Right in itself, but not in the present state."""

    kind = "conflict"


class StaleClaim(Conflict):
    """The caller's claim was lost: its lease ran out, or another took over."""

    kind = "stale_claim"


class NotAllowed(AppError):
    """This caller may not do this."""

    kind = "not_allowed"


class Unavailable(AppError):
    """Something outside is missing or does not answer; the detail says the remedy."""

    kind = "unavailable"


class DatabaseDamaged(Unavailable):
    """A database file cannot be read; a copy was put beside it before anything else."""

    kind = "database_damaged"
