"""Many agents on one repository: small features by several agents, against the same sessions without proof and merge.

usage: python -m benchmarks.bench_parallel [--cards 200] [--agents 5] [--rounds 1]

Each card adds one tiny file and one tiny test (playbook `parts`), so that hardly anything is left but our overhead. The
floor is the same program, whose agents' word is enough and whose work stays in their clones. Counted from the first
coder's session to the last one's end. Prints Markdown; the ratio and the counts matter, times move with the machine.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BAR = 1.4


@dataclass(frozen=True)
class Build:
    """One build: seconds of wall time and CPU, sessions, seconds a verification took, and what went wrong."""

    wall: float
    cpu: float
    sessions: int
    verifying: float
    doubled: int
    lost: int
    tests: str


def main() -> None:
    """Build on both sides `--rounds` times and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=200)
    parser.add_argument("--agents", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    ours, floors = [], []
    for _ in range(given.rounds):
        ours.append(build(["autonomous_agent_demo.py"], given.cards, given.agents, merges=True))
        floors.append(build(["-m", "benchmarks.unproven_agents", "--yolo"], given.cards, given.agents, merges=False))
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}, {given.rounds} rounds"
    )
    print(f"\n{given.cards} cards by {given.agents} agents; medians.\n")
    print("| what | ours | floor | ratio | bar |\n| --- | --- | --- | --- | --- |")
    for what, name, bar in (("wall time", "wall", str(BAR)), ("CPU", "cpu", "")):
        mine, theirs = (statistics.median(getattr(one, name) for one in side) for side in (ours, floors))
        print(f"| {what} | {mine:.1f} s | {theirs:.1f} s | {mine / theirs:.2f} | {bar} |")
    print(f"| sessions | {ours[-1].sessions} | {floors[-1].sessions} | | |")
    print(f"| cards landed twice, or built in two green sessions | {sum(one.doubled for one in ours)} | | | 0 |")
    print(f"| cards green but not landed, or not green | {sum(one.lost for one in ours)} | | | 0 |")
    print(f"| a verification, waiting for its turn included | {ours[-1].verifying:.2f} s | | | |")
    print(f"\nAll tests on the integration branch: {ours[-1].tests}")


def build(program: list[str], cards: int, agents: int, *, merges: bool) -> Build:
    """One build in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-parallel-") as folder:
        home = Path(folder)
        (home / "spec.txt").write_text(f"Parts: {cards}\n")
        command = [sys.executable, *program, "--project-dir", str(home / "app"), "--spec", str(home / "spec.txt")]
        flags = ["--demo", "--playbook", "parts", "--delay", "0", "--concurrency", str(agents)]
        environment = {"PATH": os.environ["PATH"], "HOME": folder}
        before = _children_cpu()
        done = subprocess.run([*command, *flags], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
        cpu = _children_cpu() - before
        assert done.returncode == 0, f"the build ended with {done.returncode}"
        with closing(sqlite3.connect(home / "app" / "features.db")) as database:
            return _measured(database, home / "app", cards, cpu, merges=merges)


def _measured(database: sqlite3.Connection, project: Path, cards: int, cpu: float, *, merges: bool) -> Build:
    coders = "FROM sessions WHERE role = 'coder'"
    [(began, ended, sessions)] = database.execute(f"SELECT min(started_at), max(finished_at), count(*) {coders}")
    greens = Counter(row[0] for row in database.execute(f"SELECT feature_id {coders} AND outcome = 'green'"))
    green = {row[0] for row in database.execute("SELECT id FROM features WHERE status = 'passing'")}
    waits = "SELECT avg(finished_at - created_at) FROM verifications WHERE finished_at IS NOT NULL"
    [(verifying,)] = database.execute(waits)
    landed = _landed(project) if merges else greens
    doubled = sum(count > 1 for count in greens.values()) + sum(count > 1 for count in landed.values())
    lost = cards - len(green & set(landed))
    return Build(ended - began, cpu, sessions, verifying or 0.0, doubled, lost, _tests(project) if merges else "")


def _landed(project: Path) -> Counter[int]:
    """How many commits on the integration branch name each card."""
    trailers = "--format=%(trailers:key=Feature,valueonly,separator=%x2C)"
    done = subprocess.run(
        ["git", "log", trailers, "autocoder/integration"], cwd=project, capture_output=True, text=True, check=True
    )
    return Counter(int(word[1:]) for word in done.stdout.split() if word[1:].isdigit())


def _tests(project: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "discover", "-s", "tests", "-t", "."],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return " ".join(done.stderr.split("\n", 1)[1].split()) if done.stderr else "nothing was said"


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
