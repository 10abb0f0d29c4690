"""Turns what one session says into the event log."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from agent.accounts import SessionAccount
from agent.journal import Journal
from agent.messages import Ended, LimitNotice, Retrying, Said, Spent, ToolCalled, ToolReturned
from api.database import Database
from api.events import AgentUpdate, Log, Role

# Lines of a tool's answer that go into the log; a file that was read is in the repository already.
RESULT_LINES = 60


@dataclass(frozen=True)
class Speaker:
    """Whose words they are."""

    agent: str
    role: Role
    run_id: int
    session_id: int
    workspace: str
    feature_id: int | None = None


class SessionRecorder:
    """Records one session. `hear` never blocks; `charge` commits before it returns."""

    def __init__(self, database: Database, journal: Journal, speaker: Speaker, *, estimated: bool) -> None:
        self._journal = journal
        self._speaker = speaker
        self._next: Speaker | None = None  # from when the session has heard of its next feature
        self._shared = False
        self._touched = False
        self._tools: dict[str, str] = {}
        self.account = SessionAccount(database, speaker.run_id, speaker.session_id, estimated=estimated)

    def turn_to(self, feature_id: int, name: str) -> None:
        """What is said belongs to another feature once the answer that names it has been heard."""
        self._next = replace(self._speaker, feature_id=feature_id)
        self._shared, self._touched = True, False
        line = f"Goes on with #{feature_id} {name} in the same session."
        self._journal.write(self._log("harness", line=line, feature_id=feature_id))

    @property
    def turns(self) -> int:
        """Model messages for the feature the session is at."""
        return self.account.turns

    @property
    def untouched(self) -> bool:
        """Whether the session went on with another feature and ended without a single call for it."""
        return self._shared and not self._touched

    def hear(self, message: Said | ToolCalled | ToolReturned | Retrying | LimitNotice) -> None:
        """Write one message into the log."""
        match message:
            case Said(text):
                self._journal.lines(text, self._log("agent"))
            case ToolCalled(call_id, name, summary):
                self._tools[call_id] = name
                self._touched = self._touched or self._next is None
                self._journal.write(self._log("tool", tool=name, line=self._short(summary)))
                self._journal.write(self._update(name))
            case ToolReturned():
                self._returned(message)
            case Retrying(attempt, delay, status):
                told = f"The provider answered {status or 'not at all'}: attempt {attempt}, again in {delay:.0f} s."
                self._journal.write(self._log("harness", level="warning", line=told))
            case LimitNotice(rejected=False, used=used, name=name):
                told = f"{used:.0%} of the provider's limit {name or ''} is used." if used else "A usage limit is near."
                self._journal.write(self._log("harness", level="warning", line=told))
            case LimitNotice():
                self._journal.write(
                    self._log("harness", level="warning", line="The provider's usage limit is reached.")
                )

    async def charge(self, spent: Spent) -> None:
        """Book what one model message used, for the feature the session is at."""
        unknown = await self.account.charge(spent, self._speaker.feature_id)
        if unknown is not None:
            line = (
                f"What {unknown or 'this model'} costs is not known here: its dollars are booked at the session's end."
            )
            self._journal.write(self._log("harness", line=line))

    async def settle(self, ended: Ended) -> None:
        """Book the totals. Where a session had several features, what is missing is none of theirs in particular."""
        await self.account.settle(ended, None if self._shared else self._speaker.feature_id)

    def _returned(self, message: ToolReturned) -> None:
        tool = self._tools.pop(message.call_id, None)
        text = message.text
        if tool is not None and tool.startswith("feature_") and not message.failed:
            text = summarise_answer(text)
        lines = self._short(text).rstrip("\n").split("\n")
        shown = "\n".join(lines[:RESULT_LINES])
        if len(lines) > RESULT_LINES:
            shown += f"\n… {len(lines) - RESULT_LINES} more lines"
        self._journal.lines(shown, self._log("result", tool=tool, level="warning" if message.failed else "info"))
        if tool == "feature_mark_passing" and self._next is not None:
            self._speaker, self._next = self._next, None
            self.account.turn()
            self._journal.write(self._update(None))

    def _short(self, text: str) -> str:
        """Paths as a reader of the project knows them."""
        return text.replace(f"{self._speaker.workspace}/", "").replace(self._speaker.workspace, ".")

    def _log(self, origin: str, **more: object) -> Log:
        speaker = self._speaker
        return Log.model_validate(
            {
                "line": "",
                "origin": origin,
                "agent": speaker.agent,
                "session_id": speaker.session_id,
                "feature_id": speaker.feature_id,
                **more,
            }
        )

    def _update(self, tool: str | None) -> AgentUpdate:
        speaker = self._speaker
        return AgentUpdate(
            agent=speaker.agent,
            role=speaker.role,
            state="verifying" if tool == "feature_mark_passing" else "working",
            feature_id=speaker.feature_id,
            session_id=speaker.session_id,
            tool=tool,
        )


def summarise_answer(text: str) -> str:
    """What a feature tool answered, for people: the features by number and name instead of their JSON."""
    try:
        answer = json.loads(text)
    except ValueError:
        return text
    if not isinstance(answer, dict):
        return text
    listed = next((value for value in answer.values() if isinstance(value, list) and _is_feature(value[:1])), None)
    if _is_feature([answer]):
        following = answer.get("next")
        more = [f"Next: {_feature_line(following)}"] if following and _is_feature([following]) else []
        return "\n".join([_feature_line(answer), *more])
    if listed is not None:
        return "\n".join(_feature_line(feature) for feature in listed)
    return ", ".join(f"{key} {value}" for key, value in answer.items() if not isinstance(value, dict | list))


def _is_feature(values: list[Any]) -> bool:  # Any: JSON
    return bool(values) and all(
        isinstance(value, dict) and {"id", "name", "status"} <= value.keys() for value in values
    )


def _feature_line(feature: dict[str, Any]) -> str:  # Any: JSON
    proof = f", {feature['proof']}" if feature.get("proof") else ""
    return f"#{feature['id']} {feature['name']} ({feature['status'].replace('_', ' ')}{proof})"
