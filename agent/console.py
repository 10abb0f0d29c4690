"""What a run shows in the terminal: plain lines for a person, or one JSON object a line for a program."""

from __future__ import annotations

import sys
from typing import TextIO

from api.events import AgentStatus, Event, Log, Progress, SessionEvent, Verification, encode

_ORIGIN_MARKS = {"agent": "", "tool": "", "result": "  | ", "harness": "* "}
# How much of a tool's answer a person wants to see in the terminal; the event log has all of it.
RESULT_LINES_SHOWN = 4


class TextConsole:
    """Writes events as text, flushed line by line, so that a pipe shows them at once."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._result_lines = 0

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if (text := self._render(event)) is not None:
            print(text, file=self._stream, flush=True)

    def _render(self, event: Event) -> str | None:
        match event:
            case Log():
                return self._log(event)
            case SessionEvent(state="started"):
                about = f" for feature #{event.feature_id}" if event.feature_id else ""
                return f"\n=== session {event.session_id}: {event.role}{about}"
            case SessionEvent():
                return f"=== session {event.session_id} ended: {event.outcome}. {event.detail or ''}".rstrip()
            case Verification(state="running"):
                return f"* checking feature #{event.feature_id} …"
            case Verification(state="passed" | "failed" | "broken"):
                return f"* feature #{event.feature_id}: check {event.state}"
            case Progress():
                return f"* {event.passing} of {event.total} features green ({event.percentage:g} %)"
            case AgentStatus(status="running"):
                return None
            case AgentStatus():
                return f"\n{event.status.capitalize()}: {event.reason or ''}".rstrip()
            case _:
                return None

    def _log(self, event: Log) -> str | None:
        if event.origin != "result":
            self._result_lines = 0
        else:
            self._result_lines += 1
            if self._result_lines > RESULT_LINES_SHOWN:
                return "  | …" if self._result_lines == RESULT_LINES_SHOWN + 1 else None
        if event.origin == "tool":
            return f"[Tool: {event.tool}] {event.line}"
        return f"{_ORIGIN_MARKS[event.origin]}{event.line}"


class JsonLinesConsole:
    """Writes each event as the JSON object that is also stored and sent to the board."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream

    def __call__(self, event: Event) -> None:
        """Write one event."""
        print(encode(event), file=self._stream, flush=True)
