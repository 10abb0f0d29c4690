"""What a shell decision costs, against its floor: the bare shfmt process that every new command needs.

usage: python -m benchmarks.bench_shellpolicy [--rounds N]

Floor and decision take turns in the same run, each with commands neither has seen. Prints Markdown; ratios count, times
move with the machine.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial

from shellpolicy import Allow, build_policy, decide
from shellpolicy.syntax import find_shfmt

POLICY = build_policy("backend_api", workspace="/home/me/project")
EVERYDAY = [
    "ls -la src",
    "git status && git diff --stat",
    "cd frontend && npm ci && npm run build 2>&1 | tail -40",
    'for f in *.py; do python3 -m py_compile "$f" || exit 1; done',
    "grep -rn 'TODO' src --include='*.ts' | sort | uniq -c | sort -rn | head -20",
    "find . -name '*.pyc' -not -path './node_modules/*' -exec rm -f {} +",
    "if [ -f package.json ]; then npm test; else echo 'nothing to test'; fi",
    "PORT=3000 node server.js > log 2>&1 &\nPID=$!\nsleep 1\ncurl -sf http://127.0.0.1:3000/health\nkill $PID",
    "git add -A && git commit -m \"$(cat <<'EOF'\nfeat: cards can be filtered\n\nIt's by label.\nEOF\n)\"",
    "cat > config.json <<'EOF'\n" + '{"name": "sample", "values": [1, 2, 3]}\n' * 8 + "EOF",
    "sed -i -E 's/(foo|bar)/baz/g; /^#/d' src/a.ts src/b.ts && git diff",
    "sudo rm -rf / --no-preserve-root",
]
SIZES = [1, 2, 4, 8, 16, 32, 64, 120]  # KiB
SHAPES: dict[str, Callable[[int], str]] = {
    "statements": lambda size: "echo some words here && ls -la src\n" * (size // 35),
    "one here-document": lambda size: "cat > file <<'EOF'\n" + "a line of text that is kept\n" * (size // 28) + "EOF",
}


def milliseconds(run: Callable[[], object]) -> float:
    """How long `run` takes."""
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


def fresh() -> Iterator[str]:
    """Everyday commands, none twice."""
    number = 0
    while True:
        for command in EVERYDAY:
            number += 1
            yield f"{command}\n# {number}"


def bare(text: str) -> None:
    """The floor: start shfmt, hand it the text, read its tree."""
    subprocess.run([find_shfmt(), "-ln", "bash", "--to-json"], input=text.encode(), capture_output=True, check=True)


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure_everyday(rounds: int) -> None:
    """Cold decisions and bare shfmt in turns, then the same decisions again."""
    commands = fresh()
    floor, cold, cached = list[float](), list[float](), list[float]()
    for _ in range(rounds * len(EVERYDAY)):
        command = next(commands)
        floor.append(milliseconds(lambda text=command: bare(text)))  # type: ignore[misc]  # bound now, run now
        cold.append(milliseconds(lambda text=command: decide(text, POLICY)))  # type: ignore[misc]  # bound now, run now
        cached.append(milliseconds(lambda text=command: decide(text, POLICY)))  # type: ignore[misc]  # bound now, run now
    lengths = [len(command) for command in EVERYDAY]
    print(f"Everyday commands of {min(lengths)} to {max(lengths)} characters, {len(cold)} of each:\n")
    print("| | p50 ms | p99 ms | p50 : floor | p99 : floor |\n| --- | --- | --- | --- | --- |")
    for name, values in (
        ("bare shfmt process", floor),
        ("decision, new command", cold),
        ("decision, repeated", cached),
    ):
        p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
        ratios = f"{p50 / percentile(floor, 0.5):.2f} | {p99 / percentile(floor, 0.99):.2f}"
        print(f"| {name} | {p50:.3f} | {p99:.3f} | {ratios} |")
    print("\nBar: a new command of less than 500 bytes is decided in 8 ms at p99.\n")


def measure_length() -> None:
    """Decision time for ever longer commands; linear growth keeps the time per KiB flat."""
    for name, shape in SHAPES.items():
        print(f"Length: {name}\n\n| KiB | ms | ms per KiB | |\n| --- | --- | --- | --- |")
        for size in SIZES:
            text = shape(size * 1024)
            texts = [f"{text}\n# {turn}" for turn in range(3)]
            took = min(milliseconds(partial(decide, extra, POLICY)) for extra in texts)
            answer = "allowed" if decide(texts[0], POLICY) == Allow() else "refused: too large"
            print(f"| {size} | {took:.1f} | {took / size:.2f} | {answer} |")
        print()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a shell decision costs.")
    parser.add_argument("--rounds", type=int, default=25, help="how often each everyday command is judged (default 25)")
    options = parser.parse_args()
    measure_everyday(options.rounds)
    measure_length()


if __name__ == "__main__":
    main()
