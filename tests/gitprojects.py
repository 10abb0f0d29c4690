"""A project folder with a real repository, as tests of the git side need it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from harness import processes
from harness.workspaces.layout import nothing
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def run_git(folder: Path, *args: str, check: bool = True) -> str:
    """What `git args` prints in `folder`, run as a person or an agent would."""
    done = processes.run(["git", *args], cwd=folder, env={**os.environ, **IDENTITY})
    if check and not done.ok:
        raise AssertionError(f"git {' '.join(args)}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Write `files` (name -> text) below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def commit_files(folder: Path, files: dict[str, str], message: str = "work") -> str:
    """Write `files` and commit everything in `folder`; the commit."""
    write_files(folder, files)
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-q", "-m", message)
    return run_git(folder, "rev-parse", "HEAD")


def open_project(
    base: Path, on_step: Callable[[str], None] = nothing, files: Mapping[str, str] | None = None
) -> ProjectRepository:
    """A prepared project below `base` whose first commit holds `app.txt` and `files`."""
    folder = base / "app"
    if not folder.exists():
        folder.mkdir()
        write_files(folder, {"app.txt": "one\ntwo\nthree\n", **(files or {})})
    repository = ProjectRepository(folder, base / "home", "app", on_step)
    repository.prepare()
    return repository


def start_card(repository: ProjectRepository, agent: str, number: int) -> Workspace:
    """The workspace of `agent`, on the branch of card `number`."""
    workspace = repository.open_workspace(agent)
    workspace.start_feature(number, f"card {number}")
    return workspace
