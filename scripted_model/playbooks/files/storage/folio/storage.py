"""Keeps everything in one JSON file, whole or not at all."""

import json
import os
import threading
from contextlib import contextmanager
from pathlib import Path

_LOCK = threading.RLock()


class Store:
    """The reading log in a folder: books, what was read on which day, and what was deleted lately."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "folio.json"

    def read(self) -> dict:
        """Everything: {"books": [...], "log": [...], "trash": [...]}. A damaged file is set aside, never lost."""
        with _LOCK:
            try:
                content = json.loads(self.path.read_text(encoding="utf-8"))
            except FileNotFoundError:
                content = {}
            except ValueError:
                self.path.replace(self.path.with_suffix(".damaged"))
                content = {}
            return {"books": [], "log": [], "trash": [], **content}

    @contextmanager
    def change(self):
        """Everything, to be changed in place; written when the block ends well and left alone when it raises."""
        with _LOCK:
            content = self.read()
            yield content
            self._write(content)

    def _write(self, content: dict) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_suffix(".new")
        with scratch.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(self.path)
