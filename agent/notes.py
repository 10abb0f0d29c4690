"""The progress notes, to which several sessions add at the same time: what each one changed is kept."""

from __future__ import annotations

import difflib
import threading

from agent.project import OpenProject

# What more than this would be is a log, not notes; the oldest lines go.
NOTES_LIMIT = 200_000  # characters


class Notes:
    """The notes of one project, shared by the workers of a run."""

    def __init__(self, project: OpenProject) -> None:
        self._project = project
        self._lock = threading.Lock()

    def read(self) -> str | None:
        """What the sessions before left for the next one."""
        with self._lock:
            return self._project.progress_notes()

    def keep(self, given: str | None, written: str) -> None:
        """Keep what a session that was `given` these notes has `written`, beside what others added meanwhile."""
        with self._lock:
            present = self._project.progress_notes()
            kept = merge(given or "", present or "", written)
            if kept != present:
                self._project.keep_progress_notes(kept)


def merge(given: str, present: str, written: str) -> str:
    """`present`, with what was added to `given` in `written`; simply `written` where nobody else changed anything."""
    if present == given:
        return written
    added = added_lines(given, written)
    joined = present if not added else present.rstrip("\n") + "\n\n" + "\n".join(added).strip("\n") + "\n"
    return joined if len(joined) <= NOTES_LIMIT else joined[-NOTES_LIMIT:].partition("\n")[2]


def added_lines(before: str, after: str) -> list[str]:
    """The lines of `after` that are not in `before`, in their order."""
    old, new = before.splitlines(), after.splitlines()
    if new[: len(old)] == old:
        return new[len(old) :]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        line for tag, _, _, low, high in matcher.get_opcodes() if tag in ("insert", "replace") for line in new[low:high]
    ]
