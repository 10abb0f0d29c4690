"""What we take over from the user's git configuration: who they are, how their lines end, what they ignore."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness import processes
from harness.workspaces.layout import AUTHOR_EMAIL, AUTHOR_NAME

_LINE_ENDINGS: Final = ("core.autocrlf", "core.eol", "core.safecrlf")
_RUNS: Final = (".clean", ".smudge", ".process")  # what makes a filter run a program
_CHECKOUT: Final = r"^(core\.(autocrlf|eol|safecrlf)|filter\..*)$"


@dataclass(frozen=True)
class CheckoutRules:
    """What decides how files look in the user's folder: settings of line endings, names of filters (such as lfs).

    `filters_off` are settings that switch off every filter: its programs may be files agents changed.
    """

    line_endings: Mapping[str, str]
    filters: frozenset[str]
    filters_off: Mapping[str, str]


def identity(folder: Path) -> dict[str, str]:
    """The environment that signs a commit as the user; as AutoCoder where git does not know them."""
    name = _value(folder, "user.name") or AUTHOR_NAME
    email = _value(folder, "user.email") or AUTHOR_EMAIL
    return {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
    }


def checkout_rules(folder: Path) -> CheckoutRules:
    """How the user's own git would write files in `folder`."""
    rows = (row.partition("\n") for row in _ask(folder, "-z", "--get-regexp", _CHECKOUT).split("\0"))
    found = {key: value for key, _, value in rows}
    endings = {name: found[name] for name in _LINE_ENDINGS if found.get(name)}
    of_filters = [key for key in found if key.startswith("filter.")]
    names = frozenset(key.removeprefix("filter.").rpartition(".")[0] for key in of_filters if key.endswith(_RUNS))
    off = {key: "false" if key.endswith(".required") else "" for key in of_filters}
    return CheckoutRules(endings, names, off)


def ignore_file(folder: Path) -> Path | None:
    """The user's own list of ignored files; None when there is none."""
    value = _value(folder, "core.excludesFile", "--type=path")
    return Path(value) if value and Path(value).is_file() else None


def _value(folder: Path, name: str, *flags: str) -> str:
    return _ask(folder, *flags, "--get", name)


def _ask(folder: Path, *args: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}}
    asking = ["git", "-c", "safe.directory=*", "config", *args]
    done = processes.run(asking, cwd=folder, env=processes.clean_environment(base=environment))
    return done.stdout.strip() if done.ok else ""
