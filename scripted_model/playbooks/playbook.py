"""What a playbook is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scripted_model.conversation import Conversation
from scripted_model.faults import FaultRule
from scripted_model.replies import Reply


@dataclass(frozen=True)
class Playbook:
    """A pure function from a conversation to the next assistant message, with the faults it begins with."""

    name: str
    summary: str
    answer: Callable[[Conversation], Reply]
    faults: tuple[FaultRule, ...] = ()
