"""Turns what one session says into the event log, and what it uses into the books."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any

from agent.journal import Journal
from agent.messages import Ended, LimitNotice, Retrying, Said, Spent, ToolCalled, ToolReturned
from agent.pricing import estimate, tokens_in
from api.database import Database
from api.events import AgentUpdate, Log, Role, Usage
from api.runs import service as runs

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
        self._database = database
        self._journal = journal
        self._speaker = speaker
        self._estimated = estimated
        self._next: Speaker | None = None  # from when the session has heard of its next feature
        self._shared = False
        self._touched = False
        self._tools: dict[str, str] = {}
        self._recorded: dict[str, Spent] = {}
        self._unpriced: set[str] = set()

    def turn_to(self, feature_id: int, name: str) -> None:
        """What is said belongs to another feature once the answer that names it has been heard."""
        self._next = replace(self._speaker, feature_id=feature_id)
        self._shared, self._touched = True, False
        line = f"Goes on with #{feature_id} {name} in the same session."
        self._journal.write(self._log("harness", line=line, feature_id=feature_id))

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
        """Book the tokens of one model message, and by the price of its model the dollars, as an estimate.

        A message that came in parts is booked once: each part has its counts anew, but only what it wrote itself.
        """
        before = self._recorded.get(spent.message_id)
        whole = self._recorded[spent.message_id] = _whole(spent, before)
        cost = estimate(whole) or 0.0
        if before is None:
            before = Spent(spent.message_id, 0, 0, 0, 0)
            self._tell_if_unknown(whole.model)
        counts = [after - old for after, old in zip(_counts(whole), _counts(before), strict=True)]
        more = cost - (estimate(before) or 0.0)
        if any(counts):
            await asyncio.to_thread(self._store, self._usage(counts, self._speaker, more, estimated=cost > 0))

    async def settle(self, ended: Ended) -> None:
        """Book the dollars of the CLI's totals in place of what was estimated, and the tokens no message told of.

        Where a session had several features, the difference is booked for none of them in particular.
        """
        if ended.cost_usd is None:
            return
        booked = [sum(counts) for counts in zip(*map(_counts, self._recorded.values()), strict=True)] or [0, 0, 0, 0]
        rest = [total - known for total, known in zip(_counts(ended), booked, strict=True)]
        fresh, _, read, written = rest
        if min(fresh, read, written) < 0:  # a session that was cut off has no totals
            rest = [max(0, count) for count in rest]
        if not (booked != [0, 0, 0, 0] or any(rest) or ended.cost_usd):
            return
        whose = replace(self._speaker, feature_id=None) if self._shared else self._speaker
        await asyncio.to_thread(self._settle, self._usage(rest, whose, ended.cost_usd))

    def _tell_if_unknown(self, model: str) -> None:
        if model in self._unpriced or estimate(Spent("", 0, 0, 0, 0, model=model)) is not None:
            return
        self._unpriced.add(model)
        line = f"What {model or 'this model'} costs is not known here: its dollars are booked when the session ends."
        self._journal.write(self._log("harness", line=line))

    def _usage(self, counts: list[int], speaker: Speaker, cost_usd: float, *, estimated: bool = False) -> Usage:
        fresh, out, read, written = counts
        return Usage(
            session_id=speaker.session_id,
            run_id=speaker.run_id,
            feature_id=speaker.feature_id,
            input_tokens=fresh,
            output_tokens=out,
            cache_read_tokens=read,
            cache_write_tokens=written,
            cost_usd=cost_usd,
            estimated=estimated or self._estimated,
        )

    def _store(self, usage: Usage) -> None:
        with self._database.write() as session:
            runs.record_usage(session, usage)

    def _settle(self, usage: Usage) -> None:
        with self._database.write() as session:
            runs.settle_usage(session, usage)

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


def _whole(part: Spent, before: Spent | None) -> Spent:
    """A message with this part of it. Its own word on its output is that of its beginning: what it wrote tells more."""
    characters = part.characters + (before.characters if before else 0)
    known = [_counts(part), _counts(before)] if before else [_counts(part)]
    fresh, out, read, written = map(max, zip(*known, strict=True))
    return replace(
        part,
        input_tokens=fresh,
        output_tokens=max(out, tokens_in(characters)),
        cache_read_tokens=read,
        cache_write_tokens=written,
        characters=characters,
    )


def _counts(used: Spent | Ended) -> tuple[int, int, int, int]:
    return used.input_tokens, used.output_tokens, used.cache_read_tokens, used.cache_write_tokens
