"""Writes what an agent says into the event log: redacted, line by line, in batches, in the order it was said."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable

from api.database import Database, append_events
from api.events import AgentUpdate, Event, Log
from api.redaction import Redactor

# What waits longer than this is written, however little it is.
BATCH_SECONDS = 0.015
BATCH_EVENTS = 500
# A line longer than this is cut, with a mark: logs are for reading.
LINE_LIMIT = 8000


class Journal:
    """One writer per agent process. `write` never blocks on the database; `flush` waits until all of it is stored."""

    def __init__(self, database: Database, redactor: Redactor) -> None:
        self._database = database
        self._redactor = redactor
        self._queue: queue.SimpleQueue[Event | threading.Event | None] = queue.SimpleQueue()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._drain, name="journal", daemon=True)
        self._thread.start()

    def write(self, event: Log | AgentUpdate) -> None:
        """Queue one event. Raises what broke the writer, if it broke: a run must not go on unrecorded."""
        if self._failure is not None:
            raise self._failure
        if isinstance(event, Log):
            event = event.model_copy(update={"line": shorten(self._redactor.redact(event.line))})
        self._queue.put(event)

    def lines(self, text: str, template: Log) -> None:
        """Queue `text` line by line, each a copy of `template`."""
        for line in split_lines(text):
            self.write(template.model_copy(update={"line": line}))

    def flush(self) -> None:
        """Wait until everything written so far is in the database."""
        stored = threading.Event()
        self._queue.put(stored)
        while not stored.wait(0.1):
            if not self._thread.is_alive():
                break
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Store what is left and end the writer."""
        self._queue.put(None)
        self._thread.join()

    def _drain(self) -> None:
        try:
            running = True
            while running:
                first = self._queue.get()
                running = self._store(self._batch(first))
        except BaseException as error:  # noqa: BLE001 - carried to the next `write`, which raises it
            self._failure = error

    def _batch(self, first: Event | threading.Event | None) -> list[Event | threading.Event | None]:
        items, deadline = [first], time.monotonic() + BATCH_SECONDS
        while items[-1] is not None and not isinstance(items[-1], threading.Event) and len(items) < BATCH_EVENTS:
            try:
                items.append(self._queue.get(timeout=max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                break
        return items

    def _store(self, items: list[Event | threading.Event | None]) -> bool:
        events = [item for item in items if item is not None and not isinstance(item, threading.Event)]
        if events:
            append_events(self._database, events)
        if isinstance(items[-1], threading.Event):
            items[-1].set()
        return items[-1] is not None


def split_lines(text: str) -> Iterable[str]:
    """The lines of `text` without trailing blanks; an empty text has none."""
    return text.rstrip("\n").split("\n") if text.strip() else ()


def shorten(line: str) -> str:
    """`line`, cut at `LINE_LIMIT` with a mark that says how much is missing."""
    return line if len(line) <= LINE_LIMIT else f"{line[:LINE_LIMIT]} … [{len(line) - LINE_LIMIT} more characters]"
