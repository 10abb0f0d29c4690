"""Who has the last word in a check's command."""

from __future__ import annotations

import pytest

from harness.verification.commands import is_plain, rests_on

MINE = {"verify.py", "verify", "calc/__main__.py", "calc.py", "check.mjs", "other.mjs", "server.js", "tools/run"}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("python3 verify.py", "verify.py"),
        ("python3.11 -u -W error ./verify.py --fast", "verify.py"),
        ("./verify || exit 1", "verify"),
        ("sh verify", "verify"),
        ("A=1 env B=2 tools/run all", "tools/run"),
        ("python3 -m calc", "calc.py"),
        ("node --test check.mjs", "check.mjs"),
        ("node --test check.mjs other.mjs", "check.mjs"),
        ("node --import ./hook.mjs check.mjs", "check.mjs"),
        ("deno run check.mjs", "check.mjs"),
        ("timeout -k 5 60 python3 verify.py", "verify.py"),
        ("bash -c 'python3 verify.py'", "verify.py"),
        ("cd . && python3 verify.py && echo fine", "verify.py"),
        ("if python3 verify.py; then exit 0; else exit 1; fi", "verify.py"),
        ("(python3 verify.py > log 2>&1)", "verify.py"),
        ("echo begin\npython3 verify.py", "verify.py"),
        ("python3 tests/check.py || python3 verify.py", "verify.py"),
        ("python3 tests/check.py ||\npython3 verify.py", "verify.py"),
        ("python3 tests/check.py; python3 verify.py", "verify.py"),
        ("python3 tests/check.py;\n./verify; echo done", "verify"),
        ("cat verify | sh", "verify"),
        ("cat verify.py | python3 -", "verify.py"),
        ("bash < verify", "verify"),
        ("cat verify | sh -e", "verify"),
        ("bash -eu -o pipefail verify all", "verify"),
        ("$(cat ./verify)", "verify"),
        ("`cat verify`", "verify"),
        ('bash -c "$(cat verify)"', "verify"),
        ("python3 -c 'import verify; verify.main()'", "verify.py"),
        ("python3 -c 'from calc import main; main()'", "calc.py"),
        ("python3 -c 'exec(open(\"verify.py\").read())'", "verify.py"),
        ('eval "$(cat verify)"', "verify"),
        ("xargs sh < verify", "verify"),
        ("python3 -m doctest verify", "verify"),
        ("bats verify", "verify"),
    ],
)
def test_the_work_judges_itself(command: str, name: str) -> None:
    assert rests_on(command, MINE) == name


@pytest.mark.parametrize(
    "command",
    [
        "true",
        "exit 0",
        "python3",
        "python3 -c 'import calc'",
        "python3 -m unittest tests.test_a",
        "python3 -m pytest tests",
        "python3 other.py",
        "python3 -m other",
        "node tests/check.mjs",
        "node --test",
        "node --test check.mjs tests/a.test.mjs",
        "python3 verify.py | grep -q 2",
        'test "$(python3 verify.py)" = 2',
        "diff <(python3 verify.py) expected.txt",
        "python3 verify.py add milk && python3 verify.py list | grep milk",
        "node server.js & sleep 1; curl -sf localhost:3000",
        "pytest tests/a.py && python3 verify.py --help",
        "npm test",
        "python3 tests/check.py || (python3 verify.py; exit 1)",
        "python3 tests/check.py || { python3 verify.py; exit 1; }",
        "python3 tests/check.py; code=$?; python3 verify.py; exit $code",
        "set -e; python3 tests/check.py; python3 verify.py",
        "python3 verify.py; python3 tests/check.py",
        "if python3 tests/check.py; then python3 verify.py; fi",
        "cat verify | grep -q 2",
        "cat notes.txt | python3",
        "xargs grep -l 2 < verify",
        "python3 -m doctest docs/calc.md",
        "bash -e tests/check.sh verify",
        'test "$(cat verify)" = 2',
        "python3 -c 'import verify; assert verify.x == 2'",
        "python3 -c 'import verify'",
        "python3 -c 'import verify; raise SystemExit(verify.main())'",
        "python3 -c 'import verify; print(verify.main())' | grep -q 2",
        "python3 -c 'import other; other.main()'",
        "echo 'not closed",
        "",
    ],
)
def test_something_else_judges_too(command: str) -> None:
    assert rests_on(command, MINE) is None


@pytest.mark.parametrize("command", ["node tests/a.mjs", "cd x && timeout 5 python3 tests/a.py --all", "ruby a.rb"])
def test_a_program_decides(command: str) -> None:
    assert is_plain(command)


@pytest.mark.parametrize(
    "command",
    ["node --test tests/a.mjs", "python3 -m unittest a.py", "python3 main.py | grep 2", "npm test", "make a.py"],
)
def test_a_runner_decides(command: str) -> None:
    assert not is_plain(command)
