"""A file for every landing under way: after a kill at any step it tells what has to be looked after."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from harness import processes
from harness.workspaces import integration
from harness.workspaces.layout import Layout


@dataclass(frozen=True)
class Recovered:
    """A landing that a crash interrupted, and whether it had reached the branch."""

    commit: str
    feature_id: int | None
    agent: str
    landed: bool


def write(layout: Layout, commit: str, *, feature_id: int | None, agent: str) -> Path:
    """Note that this process is about to land `commit`; the file, to be removed when that is over."""
    path = layout.harness / "journal" / f"{commit}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    pid = os.getpid()
    entry = {
        "pid": pid,
        "started": processes.start_time(pid) or 0.0,
        "commit": commit,
        "feature_id": feature_id,
        "agent": agent,
    }
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(entry))
    temporary.replace(path)
    return path


def recover(layout: Layout) -> list[Recovered]:
    """Finish the landings of processes that are gone: say which reached the branch, remove what is left of the
    others.
    """
    found = []
    for path in sorted((layout.harness / "journal").glob("*.json")):
        try:
            entry = json.loads(path.read_text())
            pid, started, commit = int(entry["pid"]), float(entry["started"]), str(entry["commit"])
        except (OSError, ValueError, KeyError, TypeError):
            path.unlink(missing_ok=True)  # half written: its landing had not begun
            continue
        if processes.is_alive(pid, started):
            continue
        landed = integration.is_ancestor(layout, commit, integration.tip(layout))
        path.unlink(missing_ok=True)
        found.append(Recovered(commit, entry.get("feature_id"), str(entry.get("agent", "")), landed))
    return found
