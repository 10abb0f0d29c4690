"""Where things are: the project's repository, and the harness's own folders under the AutoCoder home.

<home>/workspaces/<project>/<agent>/              the agent's clone, the only thing it can write
<home>/workspaces/<project>/.harness/             ours: never mounted into a place
    benches/<pid>-<started>-<random>.git          throw-away repositories
    journal/<commit>.json                         landings under way
    agents/<agent>/                               index cache and unfinished checkout of that clone
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.errors import InvalidInput

INTEGRATION: Final = "autocoder/integration"
INTEGRATION_REF: Final = f"refs/heads/{INTEGRATION}"
FOLLOWS_REF: Final = "refs/autocoder/follows"  # symbolic: the user's branch that follows
_MOST_STEPS: Final = 1000
RESCUE_REFS: Final = "refs/autocoder/rescue"
AUTHOR_NAME: Final = "AutoCoder"
AUTHOR_EMAIL: Final = "autocoder@localhost"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def nothing(_step: str) -> None:
    """The `on_step` of everyone who does not want to know."""


@dataclass(frozen=True)
class Layout:
    """The places of one project. `object_roots` are the object folders its history is read from, its own first.

    `on_step` is called with a name before each step that a crash must not spoil.
    """

    folder: Path
    git_dir: Path
    common_dir: Path
    object_roots: tuple[Path, ...]
    object_format: str
    home: Path
    name: str
    on_step: Callable[[str], None] = nothing
    _steps: set[tuple[str, str]] = field(default_factory=set, compare=False, repr=False)

    def remember_step(self, old: str, new: str) -> None:
        """Note that commit `old` is an ancestor of `new`: that never changes, so git need not be asked again."""
        if len(self._steps) >= _MOST_STEPS:
            self._steps.clear()
        self._steps.add((old, new))

    def is_step(self, old: str, new: str) -> bool | None:
        """Whether commit `old` is an ancestor of `new`, or the same; None when that is not known."""
        if old == new or (old, new) in self._steps:
            return True
        return False if (new, old) in self._steps else None

    @property
    def workspaces(self) -> Path:
        """The folder of the agents' clones."""
        return self.home / "workspaces" / self.name

    @property
    def harness(self) -> Path:
        """The folder nobody but the harness sees."""
        return self.workspaces / ".harness"

    def workspace(self, agent: str) -> Path:
        """The folder of `agent`'s clone; InvalidInput when the name cannot be a folder's."""
        return self.workspaces / checked_name(agent, "agent")

    def agent_state(self, agent: str) -> Path:
        """The harness's notes about `agent`'s clone."""
        return self.harness / "agents" / agent


def checked_name(name: str, field: str) -> str:
    """`name` if it can be the name of a folder and of a branch; InvalidInput otherwise."""
    if not _NAME.fullmatch(name) or ".." in name or name.endswith((".lock", ".")):
        raise InvalidInput(
            f"{name!r} cannot name a workspace: use letters, digits, '.', '_' and '-', at most 100.", field=field
        )
    return name


def author(agent: str | None = None) -> dict[str, str]:
    """The environment that makes git sign a commit as AutoCoder, or as one of its agents."""
    name = f"{AUTHOR_NAME} {agent}" if agent else AUTHOR_NAME
    return {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": AUTHOR_EMAIL,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": AUTHOR_EMAIL,
    }
