"""What a run shows in the terminal: the event log as it grows, as lines for a person or JSON for a program.

It reads the same log as the board, so both tell the same story in the same order.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from typing import TextIO

from api.database import Database, data_version, watch
from api.events import AgentStatus, Event, Log, Progress, SessionEvent, Verification
from api.runs import service as runs
from api.runs.schemas import StoredEvent

POLL_SECONDS = 0.05
PAGE = 1000
# How much of a tool's answer a person wants to see in the terminal; the event log has all of it.
RESULT_LINES_SHOWN = 4

Show = Callable[[StoredEvent], None]


class Tail:
    """Shows every event after `after` as it is stored, in a thread of its own, until `close`."""

    def __init__(self, database: Database, after: int, show: Show) -> None:
        self._database = database
        self._after = after
        self._show = show
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="console", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Show what is there, then end."""
        self._closing.set()
        self._thread.join()

    def _follow(self) -> None:
        with closing(watch(self._database.path)) as connection:
            seen = -1
            while True:
                last_round = self._closing.is_set()
                version = data_version(connection)
                if version != seen or last_round:
                    seen = version
                    self._show_new()
                if last_round:
                    return
                self._closing.wait(POLL_SECONDS)

    def _show_new(self) -> None:
        while True:
            with self._database.read() as session:
                page = runs.events(session, after=self._after, limit=PAGE)
            for stored in page:
                self._show(stored)
                self._after = stored.seq
            if len(page) < PAGE:
                return


class TextConsole:
    """Writes events as text, flushed line by line, so that a pipe shows them at once.

    `named`: lines begin with the agent they are about, for runs with several.
    """

    def __init__(self, stream: TextIO | None = None, *, named: bool = False) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._named = named
        self._result_lines: Counter[str | None] = Counter()
        self._progress: tuple[int, int] | None = None

    def __call__(self, stored: StoredEvent) -> None:
        """Show one event, if it is one for people."""
        event = stored.event
        if (text := self._render(event)) is not None:
            print(self._label(event, text), file=self._stream, flush=True)

    def _label(self, event: Event, text: str) -> str:
        agent = event.agent if self._named and isinstance(event, Log | SessionEvent) else None
        return text if agent is None else f"{agent:<8} | " + text.lstrip("\n")

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
                return f"* checking feature #{event.feature_id} in a fresh place"
            case Verification(state="passed" | "failed" | "broken"):
                return f"* feature #{event.feature_id}: the check {_VERDICTS[event.state]}"
            case Progress() if (event.passing, event.total) != self._progress:
                self._progress = (event.passing, event.total)
                return f"* {event.passing} of {event.total} features green ({event.percentage:g} %)"
            case AgentStatus() if event.status != "running":
                return f"\n{event.status.capitalize()}: {event.reason or ''}".rstrip()
            case _:
                return None

    def _log(self, event: Log) -> str | None:
        shown = self._result_lines[event.agent] + 1 if event.origin == "result" else 0
        self._result_lines[event.agent] = shown
        if shown > RESULT_LINES_SHOWN:
            return "  | …" if shown == RESULT_LINES_SHOWN + 1 else None
        match event.origin:
            case "tool":
                return f"[Tool: {event.tool}] {event.line}"
            case "result":
                return f"  | {event.line}"
            case "harness":
                return f"* {event.line}"
            case _:
                return event.line


_VERDICTS = {"passed": "passed", "failed": "failed", "broken": "could not run"}


class JsonLinesConsole:
    """Writes each event as the frame the board gets: the stored JSON with its `seq`, one object a line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream

    def __call__(self, stored: StoredEvent) -> None:
        """Write one event."""
        print(stored.frame, file=self._stream, flush=True)
