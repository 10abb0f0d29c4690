"""What init.sh installs is kept per project, under the hash of what it is made from, so that set-up is slow only once.

Kept are the ignored folders that are there after init.sh (node_modules, .venv, ...), taken from a fresh checkout of
work that passed and landed, never from an agent. init.sh still runs every time: with its packages in place it is
quick, and it may have servers to start.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from pathlib import Path
from typing import Final

from harness import processes
from harness.workspaces import git, owned, ownfiles
from harness.workspaces.bench import Bench

KEPT: Final = 3
SETUP: Final = "init.sh"
_COPY_SECONDS: Final = 600.0
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
    made_from = []
    has_setup = False
    for line in git.lines(bench.git("ls-tree", "-r", commit)):
        meta, _, quoted = line.partition("\t")
        name = git.unquote(quoted)
        if makes_packages(name):
            made_from.append(f"{meta} {name}")
            has_setup = has_setup or name == SETUP
    if not has_setup:
        return None
    text = "\n".join([platform.system(), platform.machine(), *sorted(made_from)])
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:32]


def ignored_folders(bench: Bench, checkout: Path, commit: str) -> list[str]:
    """The topmost folders of `checkout` that git ignores, ours left out."""
    place = {"GIT_INDEX_FILE": str(bench.path / "index-ignored"), "GIT_WORK_TREE": str(checkout)}
    bench.git("read-tree", commit, env=place)
    text = bench.git("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", env=place)
    names = (git.unquote(line) for line in git.lines(text))
    return [name.rstrip("/") for name in names if name.endswith("/") and not ownfiles.is_own(name)]


class DependencyCache:
    """The packages kept for one project in `folder`; used by one verification at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def restore(self, key: str, checkout: Path) -> bool:
        """Copy what is kept under `key` into `checkout`; False when nothing is, or it did not fit."""
        kept = self._folder / key
        if not kept.is_dir():
            return False
        flags = ["-a", "--reflink=auto"] if platform.system() == "Linux" else ["-a"]
        done = processes.run(["cp", *flags, f"{kept}/.", str(checkout)], timeout=_COPY_SECONDS)
        os.utime(kept)
        return done.ok

    def keep(self, key: str, checkout: Path, names: list[str]) -> None:
        """Move the folders `names` of `checkout`, in which nothing runs any more, under `key`; the oldest keys go."""
        if (self._folder / key).exists():
            return
        fresh = self._folder / f"new-{key}"
        owned.remove(fresh)
        for name in names:
            target = fresh / name
            with contextlib.suppress(OSError):  # gone again, or a link by now
                if (checkout / name).resolve() == (checkout.resolve() / name):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    (checkout / name).rename(target)
        if fresh.is_dir():
            fresh.rename(self._folder / key)
        for old in sorted(self._folder.glob("*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            owned.remove(old)
