"""What a project may be called and where the AutoCoder home is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

MAX_NAME: Final = 50
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
# Names that mean something to a file system, a URL or the command line.
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", "api", "ws", "health", "assets", "import", "new", "settings"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)


def complaint_about_name(name: str) -> str | None:
    """Why `name` cannot name a project, as one sentence; None when it can."""
    if not 1 <= len(name) <= MAX_NAME:
        return f"A project's name has 1 to {MAX_NAME} characters, not {len(name)}."
    if _NAME.fullmatch(name) is None or name.endswith("."):
        return (
            f"{name!r} cannot name a project: use letters, digits, '-', '_', '.', and begin with one of the first two."
        )
    if name.lower().split(".")[0] in _RESERVED:
        return f"{name!r} is a reserved word: choose another name."
    return None


def home_path(environ: Mapping[str, str], user_home: Path) -> Path:
    """Where AutoCoder keeps its own files: AUTOCODER_HOME, else `.autocoder` in the user's home."""
    chosen = environ.get("AUTOCODER_HOME", "").strip()
    if not chosen:
        return user_home / ".autocoder"
    if chosen == "~" or chosen.startswith("~/"):
        return user_home / chosen[2:]
    return Path(chosen)
