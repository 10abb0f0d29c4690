"""What init.sh installs is kept per project, under the hash of what it is made from, so that set-up is slow only once.

Kept are the ignored folders that are there after init.sh (node_modules, .venv, ...) and before the check, taken from a
fresh checkout of work that passed and landed, never from an agent. init.sh still runs every time: with its packages in
place it is quick, and it may have servers to start.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.verification.spares import Spare, copy
from harness.workspaces import git, owned, ownfiles
from harness.workspaces.bench import Bench
from harness.workspaces.repository import Checkout

KEPT: Final = 3
SETUP: Final = "init.sh"
_ASIDE: Final = "new-"
_TREE, _NAMES = "tree", "names.json"  # of what is kept: the folders as they are in a checkout, and which these are
_LOCK_FILES: Final = frozenset(
    {
        *("package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"),
        *("pyproject.toml", "setup.py", "setup.cfg", "poetry.lock", "uv.lock", "Pipfile", "Pipfile.lock", "pdm.lock"),
        *("Cargo.toml", "Cargo.lock", "go.mod", "go.sum", "Gemfile", "Gemfile.lock", "composer.json", "composer.lock"),
        *(".nvmrc", ".node-version", ".python-version", ".tool-versions"),
    }
)


def makes_packages(name: str) -> bool:
    """Whether the file `name` decides what init.sh installs."""
    base = name.rpartition("/")[2]
    return name == SETUP or base in _LOCK_FILES or (base.startswith("requirements") and base.endswith(".txt"))


def key_of(bench: Bench, commit: str) -> str | None:
    """The name under which the packages of `commit` are kept; None when it has no init.sh."""
    entries = bench.entries(commit)
    made_from = [f"{mode} {identity} {name}" for name, (mode, identity) in entries.items() if makes_packages(name)]
    if SETUP not in entries:
        return None
    text = "\n".join([platform.system(), platform.machine(), *sorted(made_from)])
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:32]


@dataclass(frozen=True)
class Survey:
    """What init.sh did to a checkout, ours left out: files of the commit it `changed`, files and folders it `added`.

    A folder that git ignores is named without what is in it, with a slash at its end.
    """

    changed: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def packages(self) -> list[str]:
        """The topmost folders that git ignores."""
        return [name.rstrip("/") for name in self.added if name.endswith("/")]


def survey(bench: Bench, checkout: Checkout) -> Survey:
    """Compare `checkout` with the commit it was made from."""
    if checkout.is_untouched:
        return Survey((), ())
    index = bench.path / f"index-{secrets.token_hex(4)}"  # both runs of a verification may be looked at, at once
    place = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": str(checkout.path)}
    bench.git("read-tree", checkout.commit, env=place)
    ignored = bench.git("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", env=place)
    added = [git.unquote(line) for line in git.lines(ignored)]
    changed: list[str] = []
    for line in git.lines(bench.git("ls-files", "-t", "--modified", "--others", "--exclude-standard", env=place)):
        tag, _, name = line.partition(" ")
        (added if tag == "?" else changed).append(git.unquote(name))
    names = (name for name in added if not ownfiles.is_own(name))
    return Survey(tuple(dict.fromkeys(changed)), tuple(names))


class DependencyCache:
    """The packages kept in `folder` for checkouts at one path; used by one run at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def restore(self, key: str, checkout: Path) -> bool:
        """Put what is kept under `key` into `checkout`; False when nothing is, or it did not fit."""
        kept = self._folder / key
        try:
            names = json.loads((kept / _NAMES).read_text())
            os.utime(kept)
        except (OSError, ValueError):
            return False
        return Spare(checkout).bring(key, kept / _TREE, names)

    def set_aside(self, key: str, checkout: Path, names: list[str]) -> None:
        """Copy the folders `names` of `checkout` for `keep`, unless something is kept under `key` already.

        What runs afterwards in the checkout cannot change what later checks find.
        """
        fresh = self._fresh(key)
        owned.remove(fresh)
        if not names or (self._folder / key / _NAMES).exists():
            return
        taken = []
        for name in names:
            with contextlib.suppress(OSError):  # gone again, or a link by now
                if (checkout / name).resolve() == (checkout.resolve() / name):
                    (fresh / _TREE / name).mkdir(parents=True)
                    taken += [name] if copy(checkout / name, fresh / _TREE / name) else []
        if taken:
            (fresh / _NAMES).write_text(json.dumps(taken))

    def keep(self, key: str) -> None:
        """Keep what was set aside under `key`; the oldest keys go."""
        fresh = self._fresh(key)
        if (fresh / _NAMES).exists():
            owned.remove(self._folder / key)
            fresh.rename(self._folder / key)
        for old in sorted(self._folder.glob("*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            owned.remove(old)

    def forget(self) -> None:
        """Remove what was set aside and not kept."""
        for fresh in self._folder.glob(f"{_ASIDE}*"):
            owned.remove(fresh)

    def _fresh(self, key: str) -> Path:
        return self._folder / f"{_ASIDE}{key}"
