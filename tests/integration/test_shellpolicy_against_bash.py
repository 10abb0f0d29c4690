"""What the policy allows is given to a real bash: a command that is on no list must never start.

The table's refused commands are mutated, with a fixed seed, until the policy allows some of them; these run in a
sandbox of their own, where the unlisted command leaves a mark.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.sandboxes.bubblewrap import find_bwrap
from shellpolicy import Allow, Policy, build_policy, decide

pytestmark = pytest.mark.place

TABLE = Path(__file__).parents[1] / "unit" / "shellpolicy" / "commands.txt"
RUNNER = """
import json, os, pathlib, resource, signal, subprocess, sys
resource.setrlimit(resource.RLIMIT_NPROC, (200, 200))
signal.signal(signal.SIGTERM, signal.SIG_IGN)
mark = pathlib.Path("/marks/hit")
for line in sys.stdin:
    mark.unlink(missing_ok=True)
    shell = subprocess.Popen(
        ["bash", "-c", json.loads(line)],
        cwd="/w", env={"PATH": "/c:/usr/bin:/bin", "HOME": "/w"}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        shell.wait(0.7)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.kill(-1, signal.SIGKILL)  # everything in this namespace but ourselves
    except ProcessLookupError:
        pass
    shell.wait()
    print(int(mark.exists()), flush=True)
"""
PIECES = [
    "canary", "$(", ")", "`", "'", '"', "\\", "\\\n", "\n", ";", "&&", "|", "&", "{ ", " }", "((", "))", "[[ ",
    " ]]", "#", " <<EOF", "<<'EOF'", "\nEOF\n", "<(", ">x ", "${x:-", "}", "eval ", "bash -c ", "sh -c ", "ls ",
    "echo ", "x=", '"$x"', "for x in ", "do ", "done", "if ", "then ", "fi", "case x in ", "x) ", ";;",
    " esac", "! ", "time ", "$'", "@(", "a[", "declare -a ", "let ", "trap ", "exec ", "env ", "xargs ",
    "find . -exec ", "\\;", "{}", "-eq", "é", "\u00a0", "&>", "|&",
]  # fmt: skip


class Box:
    """A sandbox with a bash in which `canary` leaves a mark, and nothing else to lose."""

    def __init__(self, bwrap: Path, folder: Path) -> None:
        programs = folder / "programs"
        programs.mkdir()
        canary = programs / "canary"
        canary.write_text("#!/bin/sh\n: > /marks/hit\n", "utf-8")
        canary.chmod(0o755)
        places = ["--tmpfs", "/w", "--tmpfs", "/marks", "--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev"]
        links = [word for name in ("bin", "lib", "lib64") for word in ("--symlink", f"usr/{name}", f"/{name}")]
        walls = ["--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", *links, *places]
        self._process = subprocess.Popen(
            [str(bwrap), *walls, "--ro-bind", str(programs), "/c", "/usr/bin/env", "python3", "-c", RUNNER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def marks(self, command: str) -> bool:
        """Whether running `command` starts the canary."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the box has died"
        return answer.strip() == "1"

    def close(self) -> None:
        """End the sandbox and everything in it."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """The sandbox; skipped where there is none."""
    bwrap = find_bwrap(os.environ)
    if sys.platform != "linux" or bwrap is None or not Path("/usr/bin/python3").exists():
        pytest.skip("needs bubblewrap and a system python3")
    box = Box(bwrap, tmp_path_factory.mktemp("box"))
    yield box
    box.close()


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The largest profile."""
    return build_policy("backend_api", workspace="/w")


def table(mark: str) -> Iterator[str]:
    """The table's commands that begin with `mark`: + allowed, - refused."""
    current: list[str] = []
    for line in [*TABLE.read_text("utf-8").splitlines(), ""]:
        if line.startswith(". "):
            current.append(line[2:])
            continue
        if current:
            yield "\n".join(current)
        current = [line[2:]] if line.startswith(f"{mark} ") else []


def hidden_canaries() -> list[str]:
    """The refused commands that hide `sudo`, with a canary in its place."""
    return [command.replace("sudo", "canary") for command in table("-") if "sudo" in command]


def mutated(chance: random.Random, command: str) -> str:
    for _ in range(chance.choice([1, 1, 2, 3, 5])):
        place = chance.randrange(len(command) + 1)
        if chance.random() < 0.6:
            command = command[:place] + chance.choice(PIECES) + command[place:]
        else:
            command = command[:place] + command[place + chance.randrange(1, 5) :]
    return command


def test_the_canary_is_heard(box: Box) -> None:
    assert box.marks("canary")
    assert box.marks("echo $(true && canary)")
    assert not box.marks("echo canary")


def test_what_the_table_refuses_would_run(box: Box) -> None:
    ran = sum(box.marks(command) for command in hidden_canaries() if "()" not in command)
    assert ran > 100  # the rest needs another shell, another version or input


def test_what_the_policy_allows_starts_nothing_unlisted(box: Box, policy: Policy) -> None:
    chance = random.Random(20)  # the same mutations every time
    hidden, honest = hidden_canaries(), [f"{command} canary" for command in table("+") if "sleep" not in command]
    endless = re.compile(r"\(\)|\bfunction\b")  # a mutated function can call itself without end
    tried = 0
    while tried < 50:
        command = mutated(chance, chance.choice(chance.choice([hidden, honest])))
        if "canary" in command and not endless.search(command) and decide(command, policy) == Allow():
            tried += 1
            assert not box.marks(command), command
