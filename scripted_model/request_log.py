"""The request log: one JSON object a line, for people and for tests to read."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path


class RequestLog:
    """Appends what was asked and answered to a file; without a path it keeps nothing."""

    def __init__(self, path: Path | None = None, *, bodies: bool = False) -> None:
        self._path = path
        self._bodies = bodies

    def write(self, body: Mapping[str, object] | None = None, **entry: object) -> None:
        """Append one line: the time, `entry`, and the whole request body when bodies are kept."""
        if self._path is None:
            return
        line = {"time": round(time.time(), 3), **entry}
        if self._bodies and body is not None:
            line["body"] = body
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
