"""What a check's command has loaded, or its shell reads."""

from __future__ import annotations

import pytest

from harness.verification.preloads import loaded, sourced


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("python3 -m pytest -p notes tests", "notes.py"),
        ("pytest -c other.ini", "other.ini"),
        ("cd x && node --import ./hook.mjs --test a.js", "hook.mjs"),
        ("npx vitest run --config=odd.ts", "odd.ts"),
        ("make -f notes.txt all", "notes.txt"),
        ("LD_PRELOAD=./a.so pytest", "a.so"),
        ("NODE_OPTIONS='--require ./hook.js' npx vitest", "hook.js"),
        ("node --test --test-reporter ./mine.mjs a.js", "mine.mjs"),
    ],
)
def test_what_runners_are_told_to_load(command: str, name: str) -> None:
    assert name in loaded(command)


@pytest.mark.parametrize(
    "command",
    ["python3 -m calc --config notes.txt", "node app.js -r notes.txt", "mkdir -p notes.txt", "app -c notes.txt", ""],
)
def test_what_programs_are_told_to_read_is_their_affair(command: str) -> None:
    assert "notes.txt" not in loaded(command)


@pytest.mark.parametrize(
    "text",
    [
        ". ./lib.sh; a",
        "set -e\nsource lib.sh\n",
        "BASH_ENV=lib.sh bash a",
        "node --env-file=lib.sh a",
        "[ -f a ] && . lib.sh",
    ],
)
def test_what_a_shell_reads_into_itself(text: str) -> None:
    assert sourced(text) == {"lib.sh"}


def test_a_dot_alone_is_a_folder() -> None:
    assert not sourced("pytest . -q\nruff check ./lib.sh")
