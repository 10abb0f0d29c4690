"""What it takes to prove a card, from "it is done" to the landed commit, without and with installed packages.

usage: python -m benchmarks.bench_verification [--cards 8] [--files 20000]

One agent, one tiny test per card. Floors: the check's command run twice side by side as a plain child; one `cp -a` of
the installed packages. The first two cards of each project are not counted: they fill what is kept. Prints Markdown.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, FeatureCreate
from api.backlog.statuses import PERSON, Actor
from api.database import Database, open_database
from harness.sandboxes.registry import provider
from harness.sandboxes.runner_process import base_python
from harness.verification import Verifier
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace

UNCOUNTED = 2
TEST = "import unittest, importlib\nclass T(unittest.TestCase):\n    def test(self):\n        {}\n"
INSTALL = """\
[ -e node_modules/.done ] && exit 0
python3 - <<'END'
import os
for number in range({files}):
    folder = f"node_modules/package-{{number // 50}}/lib"
    if number % 50 == 0:
        os.makedirs(folder)
    with open(f"{{folder}}/{{number}}.js", "w") as file:
        file.write("x" * 6000)
END
touch node_modules/.done
"""


async def main() -> None:
    """Measure both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=8)
    parser.add_argument("--files", type=int, default=20_000)
    given = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}; {given.cards} cards\n"
    )
    print("| proof of a card | ours | floor | ratio |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="bench-verification-") as folder:
        ours, floor = await prove(Path(folder), given.cards, {"init.sh": "true\n"}), side_by_side(Path(folder))
        row("nothing installed", ours, floor, "the check twice")
    with tempfile.TemporaryDirectory(prefix="bench-verification-") as folder:
        files = {"init.sh": INSTALL.format(files=given.files), ".gitignore": "node_modules/\n"}
        ours, floor = await prove(Path(folder), given.cards, files), copied(Path(folder))
        row(f"{given.files} files installed", ours, floor, "one `cp -a` of them")


async def prove(base: Path, cards: int, files: dict[str, str]) -> float:
    """Seconds from a card's last commit to its verdict, the median."""
    folder = base / "app"
    write(folder, files | {f"parts/part_{n}.py": "value = 0\n" for n in range(-200, 0)})
    repository = ProjectRepository(folder, base / "home", "app")
    repository.prepare()
    database = open_database(folder / "features.db", "project")
    verifier = Verifier(database, repository, provider("bubblewrap"))
    workspace = repository.open_workspace("agent-1")
    taken = []
    for number in range(cards + UNCOUNTED):
        feature, actor = work_on(database, workspace, number)
        begun = time.perf_counter()
        verdict = await verifier.verify(feature, actor=actor, workspace=workspace)
        taken.append(time.perf_counter() - begun)
        assert verdict.passed, verdict.detail
    database.close()
    return statistics.median(taken[UNCOUNTED:])


def work_on(database: Database, workspace: Workspace, number: int) -> tuple[int, Actor]:
    """A new card with its check and the work for it, committed; its id and whose it is."""
    name = f"tests/test_part_{number}.py"
    with database.write() as session:
        feature = backlog.create(session, FeatureCreate(category="parts", name=f"Part {number}"), actor=PERSON).id
        backlog.claim(session, feature, "agent-1", 600.0)
    workspace.start_feature(feature, "part")
    write(workspace.path, {name: TEST.format(f'importlib.import_module("parts.part_{number}")')})
    spec = CheckSpec(command=f"python3 -m unittest tests.test_part_{number}", files=[name])
    with database.write() as session:
        backlog.set_check(session, feature, spec, workspace.read_files([name]), actor=PERSON)
    write(workspace.path, {f"parts/part_{number}.py": f"value = {number}\n"})
    for command in (["add", "--all"], ["commit", "--quiet", "--message", name]):
        subprocess.run(["git", *command], cwd=workspace.path, check=True)
    return feature, Actor("agent-1", "coder")


def side_by_side(base: Path) -> float:
    """Seconds for the last check's command, twice at the same time, in the project's folder."""
    command = [str(base_python()), "-m", "unittest", "tests.test_part_0"]
    begun = time.perf_counter()
    both = [subprocess.Popen(command, cwd=base / "app", stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    return time.perf_counter() - begun


def copied(base: Path) -> float:
    """Seconds to copy what is kept of the packages once."""
    [kept] = base.glob("home/workspaces/app/.harness/verify/packages/*/tree")
    begun = time.perf_counter()
    subprocess.run(["cp", "-a", str(kept), str(base / "copy")], check=True)
    taken = time.perf_counter() - begun
    shutil.rmtree(base / "copy")
    return taken


def write(folder: Path, files: dict[str, str]) -> None:
    """Write `files` below `folder`."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def row(what: str, ours: float, floor: float, of: str) -> None:
    """One line of the table."""
    print(f"| {what} | {ours * 1000:.0f} ms | {floor * 1000:.0f} ms {of} | {ours / floor:.2f} |")


if __name__ == "__main__":
    asyncio.run(main())
