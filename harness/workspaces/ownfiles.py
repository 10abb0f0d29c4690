"""AutoCoder's own files in a project folder: never committed, by nobody.

They are named from the root on, so that an application may have a `prompts` folder of its own. `init.sh` is not among
them: it belongs to the application.
"""

from __future__ import annotations

import fnmatch
from typing import Final

SPECIFICATION: Final = "prompts/app_spec.txt"
PROGRESS: Final = "claude-progress.txt"

PATTERNS: Final = (
    "/features.db*",
    "/assistant.db*",
    "/prompts/app_spec.txt*",
    "/prompts/initializer_prompt.md*",
    "/prompts/coding_prompt.md*",
    "/claude-progress.txt*",
    "/.autocoder/",
)

_BEGIN: Final = "# >>> AutoCoder's own files"
_END: Final = "# <<< AutoCoder's own files"


def is_own(name: str) -> bool:
    """Whether the file `name` (relative to the root, with slashes) is one of AutoCoder's own."""
    for pattern in PATTERNS:
        bare = pattern.removeprefix("/")
        if bare.endswith("/"):
            if name.startswith(bare):
                return True
        elif fnmatch.fnmatchcase(name, bare):
            return True
    return False


def with_block(text: str) -> str:
    """The content of an exclude file with exactly one block of our patterns; other lines stay as they are."""
    kept: list[str] = []
    inside = False
    for line in text.splitlines():
        if line == _BEGIN:
            inside = True
        elif line == _END and inside:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join([*kept, _BEGIN, *PATTERNS, _END]) + "\n"
