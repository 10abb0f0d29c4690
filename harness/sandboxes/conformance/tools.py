"""Conformance: the tools that agents work with."""

from __future__ import annotations

import shutil
from pathlib import Path

from harness import processes
from harness.sandboxes.conformance.stage import PATIENCE, Check, Stage, expect

IDENTITY = {
    "GIT_AUTHOR_NAME": "x",
    "GIT_AUTHOR_EMAIL": "x@example.org",
    "GIT_COMMITTER_NAME": "x",
    "GIT_COMMITTER_EMAIL": "x@example.org",
}


async def git_works_on_a_shared_clone(stage: Stage) -> None:
    project, workspace = stage.root / "project", stage.spec().workspace
    commands: list[list[str | Path]] = [
        ["git", "init", "-q", "-b", "main", project],
        ["git", "-C", project, "commit", "-q", "--allow-empty", "-m", "begin"],
        ["git", "clone", "-q", "--shared", project, workspace],
    ]
    for argv in commands:
        done = processes.run(argv, env={**processes.clean_environment(), **IDENTITY}, timeout=PATIENCE)
        expect(done.ok, f"git works outside: {done.stderr}")
    async with stage.place(read_only=[project / ".git" / "objects"], environment=IDENTITY) as place:
        result = await place.run(
            "echo x > file && git add -A && git commit -qm work && git log --format=%s && git status -s"
        )
    expect(result.output == "work\nbegin\n", f"git adds and commits: {result.output}")


async def python_and_node_work(stage: Stage) -> None:
    async with stage.place() as place:
        result = await place.run("python3 -c 'print(6 * 7)'", timeout=PATIENCE)
        expect(result.output == "42\n", f"python3 works: {result.output}")
        if shutil.which("node") and shutil.which("npm"):
            await place.write_file("package.json", b'{"scripts": {"six": "node -p 6*7"}}')
            result = await place.run("npm run --silent six", timeout=PATIENCE)
            expect(result.output == "42\n", f"node and npm work: {result.output}")


CHECKS: tuple[Check, ...] = (git_works_on_a_shared_clone, python_and_node_work)
