"""Moving a clone from one commit to another, so that a kill half-way is finished by the next call."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from api.errors import AppError
from harness.workspaces import clone
from harness.workspaces.bench import Bench
from harness.workspaces.files import Root
from harness.workspaces.layout import Layout


@dataclass(frozen=True)
class Step:
    """From the files of commit `before` to commit `after` on `branch`; `tip` is what the agent may merge."""

    before: str
    after: str
    branch: str
    tip: str


class Move:
    """Moves of the clone at `root`; `note` is the file that stands while one is under way."""

    def __init__(self, layout: Layout, root: Root, note: Path) -> None:
        self._layout = layout
        self._root = root
        self._note = note

    def make(self, bench: Bench, step: Step) -> None:
        """Take `step`; `bench` knows its commits."""
        tell = self._layout.on_step
        clone.put_objects(self._root, bench)
        tell("objects put")
        self._note.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._note.with_suffix(".tmp")
        temporary.write_text(json.dumps(asdict(step)))
        temporary.replace(self._note)
        tell("checkout noted")
        self._apply(bench, step)
        self._note.unlink()
        tell("checked out")

    def finish(self, bench: Bench) -> None:
        """Take the step a kill interrupted, if there is one whose commits can still be read."""
        try:
            step = Step(**json.loads(self._note.read_text()))
            self._apply(bench, step)
        except FileNotFoundError:
            return
        except AppError:
            pass  # what is there is taken as the agent's work, and rescued
        self._note.unlink(missing_ok=True)

    def _apply(self, bench: Bench, step: Step) -> None:
        clone.put_files(self._root, bench, step.before, step.after)
        self._layout.on_step("files put")
        self._root.write(f".git/{clone.TIP_REF}", f"{step.tip}\n".encode())
        clone.put_head(self._root, bench, step.after, step.branch)
