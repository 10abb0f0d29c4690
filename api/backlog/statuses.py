"""The words of the backlog, shared by its rules and its schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.events import Role

Status = Literal["pending", "in_progress", "passing", "failing", "needs_input"]
Proof = Literal["proven", "guarded", "green", "unproven"]
CheckKind = Literal["proof", "guard"]
VerificationState = Literal["queued", "running", "passed", "failed", "broken", "cancelled"]
Policy = Literal["proven", "green", "off"]
ActorRole = Role | Literal["client"]  # client: an outside program that speaks for a person

STATUSES: tuple[Status, ...] = ("pending", "in_progress", "passing", "failing", "needs_input")
ACTIVE_VERIFICATIONS: frozenset[VerificationState] = frozenset({"queued", "running"})


@dataclass(frozen=True)
class Actor:
    """Who does something: `name` is an owner ("agent-1", "mcp:1234") or a person; `role` decides what is allowed."""

    name: str
    role: ActorRole


PERSON = Actor("person", "person")
HARNESS = Actor("harness", "harness")
