"""Which commit broke a check that passed before, and how that is said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from harness.workspaces.history import Step

_LINES: Final = 8  # of what the check printed last
_CHARACTERS: Final = 1_000


@dataclass(frozen=True)
class Guilt:
    """The commit at which the check went red; `step` is what is known about it.

    `known`: False when there is nothing to compare with, and `commit` is only where it was found to be red.
    """

    commit: str
    step: Step | None
    known: bool = True

    @property
    def card(self) -> int | None:
        """The card whose work it brought or took back."""
        return None if self.step is None else self.step.lands or self.step.undoes

    def who(self, name: str | None) -> str:
        """Who broke it, as the end of a sentence; `name` is the name of `card`."""
        short = f"commit {self.commit[:8]}"
        if not self.known:
            return f"broken by something before {short}, after the branch was rewritten"
        if self.step is None:
            return f"broken by {short}"
        title = f"#{self.card} '{name or self.step.subject}' ({short})"
        if self.step.lands is not None:
            return f"broken by {title}"
        if self.step.undoes is not None:
            return f"broken by the undoing of {title}"
        return f"broken by '{self.step.subject}' ({short}, no agent's work)"

    def sentence(self, name: str | None, output: str, detail: str) -> str:
        """Why the card is failing: who broke it, and the end of what its check printed, or what became of it."""
        who = self.who(name)
        return f"{who[0].upper()}{who[1:]}: {_last_lines(output) or detail}"


async def first_red(commits: Sequence[str], is_red: Callable[[str], Awaitable[bool]]) -> str:
    """The first of `commits`, oldest first, at which the check is red. It is red at the last, and green before them."""
    low, high = 0, len(commits) - 1
    while low < high:
        middle = (low + high) // 2
        if await is_red(commits[middle]):
            high = middle
        else:
            low = middle + 1
    return commits[low]


def _last_lines(output: str) -> str:
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    return "\n".join(lines[-_LINES:])[-_CHARACTERS:]
