"""Judges every tool call before it happens. Bash is rewritten to run inside the agent's place; all else is confined.

The gate is the only way to a tool: what it does not know, it refuses. A gate that fails, blocks (see agent.session).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agent.confinement import FILE_TOOLS, refuse_file_tool
from shellpolicy import Allow, Policy, decide

FEATURE_TOOLS = "mcp__features__"

# The same call with the same input, one after the other: refused from here on …
REPEATS_REFUSED = 6
# … and the session is ended here, since a model that does not hear a refusal will not stop by itself.
REPEATS_ENDED = 10


class CommandPlace(Protocol):
    """The part of a sandbox place that the gate needs."""

    def client_command(self, command: str) -> str:
        """The host command line that runs `command` inside the place."""
        ...


@dataclass(frozen=True)
class Permit:
    """The call may go ahead, with `given` instead of its input where that is set."""

    given: dict[str, Any] | None = None  # Any: a tool's input is whatever JSON the model wrote


@dataclass(frozen=True)
class Refusal:
    """The call must not happen; the model reads `reason`. `ends_session`: it did not listen, too often."""

    reason: str
    ends_session: bool = False


class ToolGate:
    """Decides each tool call of one session; counts repetitions, so one gate serves one session."""

    def __init__(self, *, workspace: Path, policy: Policy, place: CommandPlace) -> None:
        self._workspace = workspace.resolve()
        self._policy = policy
        self._place = place
        self._last: str | None = None
        self._repeats = 0

    async def judge(self, tool: str, given: Mapping[str, Any]) -> Permit | Refusal:  # Any: JSON of the model
        """Permit or refuse one call of `tool` with the input `given`."""
        if refusal := self._refuse_repetition(tool, given):
            return refusal
        if tool.startswith(FEATURE_TOOLS):
            return Permit()
        if tool in FILE_TOOLS:
            reason = refuse_file_tool(tool, given, self._workspace)
            return Refusal(reason) if reason else Permit()
        if tool == "Bash":
            return await self._judge_bash(given)
        return Refusal(f"The tool {tool} is not offered here: use Read, Write, Edit, Glob, Grep, Bash and feature_*.")

    async def _judge_bash(self, given: Mapping[str, Any]) -> Permit | Refusal:  # Any: JSON of the model
        command = given.get("command")
        if not isinstance(command, str) or not command.strip():
            return Refusal("Bash needs a command.")
        verdict = await asyncio.to_thread(decide, command, self._policy)
        if not isinstance(verdict, Allow):
            return Refusal(f"Command blocked by the shell policy: {verdict.reason} {verdict.hint}".strip())
        kept = {key: value for key, value in given.items() if key in ("timeout", "description")}
        return Permit({**kept, "command": self._place.client_command(command)})

    def _refuse_repetition(self, tool: str, given: Mapping[str, Any]) -> Refusal | None:  # Any: JSON of the model
        call = f"{tool} {json.dumps(given, sort_keys=True, default=str)}"
        self._repeats = self._repeats + 1 if call == self._last else 1
        self._last = call
        if self._repeats >= REPEATS_ENDED:
            return Refusal(f"The same {tool} call {self._repeats} times in a row: the session ends.", ends_session=True)
        if self._repeats >= REPEATS_REFUSED:
            return Refusal(
                f"This is the same {tool} call as the {self._repeats - 1} before it: its answer will not change. "
                "Do something else, or release the feature with feature_release."
            )
        return None
