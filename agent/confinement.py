"""Where the file tools may go: inside the workspace, symlinks resolved, never its git or agent settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Which input of a file tool names a path, and whether the tool writes there.
_PATH_INPUTS = {
    "Read": ("file_path", False),
    "Write": ("file_path", True),
    "Edit": ("file_path", True),
    "Glob": ("path", False),
    "Grep": ("path", False),
}
FILE_TOOLS = frozenset(_PATH_INPUTS)

_FORBIDDEN_PARTS = {
    ".git": "git's own files change only through git commands",
    ".claude": "agent settings are not part of the application",
    ".autocoder": "AutoCoder's own files are not part of the application",
}
_FORBIDDEN_NAMES = {".mcp.json", ".claude.json"}


# Any: a tool's input is whatever JSON the model wrote.
def refuse_file_tool(tool: str, given: Mapping[str, Any], workspace: Path) -> str | None:
    """Why this call of a file tool is refused, in one sentence; None when it may go ahead.

    `workspace` must be resolved. Relative paths are taken from the workspace.
    """
    key, writes = _PATH_INPUTS[tool]
    value = given.get(key)
    if tool == "Glob" and (problem := _refuse_pattern(given.get("pattern"))):
        return problem
    if value is None:
        return None if tool in ("Glob", "Grep") else f"{tool} needs {key}."
    if not isinstance(value, str) or "\0" in value:
        return f"{tool} takes {key} as a plain path."
    return _refuse_path(value, workspace, writes=writes)


def _refuse_path(value: str, workspace: Path, *, writes: bool) -> str | None:
    if value.startswith("~"):
        return f"{value} is outside the workspace {workspace}: file tools stay inside it."
    path = workspace / value  # an absolute value replaces the workspace
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return f"{value} cannot be resolved."
    if not resolved.is_relative_to(workspace):
        return f"{value} is outside the workspace {workspace}: file tools stay inside it."
    inside = resolved.relative_to(workspace)
    for part in inside.parts:
        if part in _FORBIDDEN_PARTS:
            return f"{value} is off limits: {_FORBIDDEN_PARTS[part]}."
    if inside.name in _FORBIDDEN_NAMES:
        return f"{value} is off limits: agent settings are not part of the application."
    if writes and resolved.exists() and not resolved.is_file():
        return f"{value} is not a regular file."
    if not writes and resolved.exists() and not (resolved.is_file() or resolved.is_dir()):
        return f"{value} is neither a regular file nor a folder."
    return None


def _refuse_pattern(pattern: object) -> str | None:
    parts = re.split(r"[/{},]", pattern) if isinstance(pattern, str) else [".."]
    if parts[0] in ("", "~") or ".." in parts:
        return f"The pattern {pattern} leaves the workspace: use one relative to it."
    return None
