"""What exit codes and outputs of real test runners mean."""

from __future__ import annotations

import pytest

from harness.verification.verdicts import Ran, Verdict, judge, judge_after, judge_setup


def ran(exit_code: int, output: str = "", *, timed_out: bool = False) -> Ran:
    return Ran(exit_code, output, 1.5, timed_out)


@pytest.mark.parametrize(
    ("exit_code", "output"),
    [
        (0, ""),
        (0, "3 passed in 0.02s\n"),
        (0, "==== 3 passed, 1 skipped in 0.02s ====\n"),
        (0, "\x1b[32m1 passed\x1b[0m in 0.1s\nno tests ran in 0.1s\n"),
        (0, "Ran 0 tests in 0.0s\nOK\nRan 2 tests in 0.1s\nOK\n"),
        (0, "# tests 4\n# pass 4\n"),
    ],
)
def test_exit_zero_passes(exit_code: int, output: str) -> None:
    assert judge(ran(exit_code, output)).state == "passed"


@pytest.mark.parametrize(
    ("exit_code", "output"),
    [(1, "1 failed in 0.1s\n"), (2, "make: *** Error 2\n"), (3, ""), (139, ""), (1, "1 failed, 2 passed in 0.1s\n")],
)
def test_any_other_exit_fails(exit_code: int, output: str) -> None:
    found = judge(ran(exit_code, output))
    assert found.state == "failed"
    assert f"exited with {exit_code} after 1.5 s" in found.detail


def test_a_killed_check_fails_and_says_so() -> None:
    assert "killed" in judge(ran(137)).detail


@pytest.mark.parametrize(
    ("exit_code", "output", "words"),
    [
        (127, "sh: pytst: not found\n", "not found"),
        (126, "", "not executable"),
        (5, "no tests ran in 0.63s\n", "no test at all"),
        (5, "1 deselected in 0.67s\n", "no test at all"),
        (2, "!!!! Interrupted: 1 error during collection !!!!\n1 error in 0.72s\n", "could not be collected"),
        (4, "ERROR: file or directory not found: nofile.py\n", "called wrongly"),
        (3, "==== 1 error in 0.72s ====\n", "pytest itself failed"),
        (0, "Ran 0 tests in 0.000s\n\nOK\n", "no test at all"),
        (0, "TAP version 13\n1..0\n# tests 0\n# pass 0\n", "no test at all"),
        (0, "\u2139 tests 0\n", "no test at all"),
        (1, "No test files found, exiting with code 1\n", "no test at all"),
        (1, "No tests found, exiting with code 1\n", "no test at all"),
        (1, 'Error: No test files found: "test"\n', "no test at all"),
        (124, "", "the limit it set itself"),
        (1, "Could not find '/app/check.mjs'\n", "no test at all"),
        (0, "==== \x1b[33m2 skipped\x1b[0m in 0.01s ====\n", "no test at all"),
    ],
)
def test_a_check_that_says_nothing_is_broken(exit_code: int, output: str, words: str) -> None:
    found = judge(ran(exit_code, output))
    assert (found.state, words in found.detail) == ("broken", True), found


@pytest.mark.parametrize(
    ("command", "before", "after", "words"),
    [
        ("pytest a.py", "1 failed in 0.1s\n", "", "without the summary"),
        ("node --test", "# tests 1\n# pass 0\n# fail 1\n", "# tests 1\n# pass 0\n# skipped 1\n", "no test passed"),
        ("npx vitest run", "  Tests  2 failed (2)\n", "  Tests  1 passed | 1 skipped (2)\n", "are skipped"),
        ("python3 -m unittest", "Ran 2 tests in 0.1s\n\nFAILED", "Ran 1 test in 0.1s\n\nOK", "only 1 with it"),
        ("pytest || true", "1 failed, 1 passed in 0.1s\n", "1 failed, 1 passed in 0.1s\n", "says that 1 failed"),
        ("pytest -q", "1 failed, 1 passed in 0.1s\n", "1 passed in 0.1s\n", "only 1 with it"),
        ("npm test", "Tests:       1 failed, 1 total\n", "", "without the summary"),
        ("node --test", "not ok 1 - subtract\n", "ok 1 - /app/a.test.js\n", "none of the tests that failed"),
    ],
)
def test_exit_zero_is_not_enough_for_a_proof(command: str, before: str, after: str, words: str) -> None:
    found = judge_after(command, ran(1, before), ran(0, after))
    assert (found.state, words in found.detail) == ("broken", True), found


@pytest.mark.parametrize(
    ("command", "before", "after"),
    [
        ("pytest a.py", "collected 1 item\n3 failed in 0.1s\n", "collected 1 item\n1 passed, 2 warnings in 0.1s\n"),
        ("python3 -m unittest", "Ran 1 test in 0.1s\n\nFAILED (failures=3)", "Ran 1 test in 0.1s\n\nOK"),
        ("npx vitest run", "  Tests  1 failed | 1 skipped (2)\n", "  Tests  1 passed | 1 skipped (2)\n"),
        ("node --test a.mjs", "not ok 1 - /app/a.mjs\n", "ok 1 - /app/a.mjs\n"),
        ("bash check.sh", "", ""),
        ("bash check.sh", "1 failed in 0.1s\n", "fine\n"),
        ("pytest -q", "1 failed, 2 subtests passed in 0.1s\n", "1 passed, 2 subtests passed in 0.1s\n"),
    ],
)
def test_what_turned_is_a_proof(command: str, before: str, after: str) -> None:
    assert judge_after(command, ran(1, before), ran(0, after)).state == "passed"


def test_a_check_past_its_limit_is_broken() -> None:
    assert judge(ran(124, timed_out=True)).detail == "it did not end within 2 s"


def test_setup_must_end_well() -> None:
    assert judge_setup(ran(0)) is None
    failed, late = judge_setup(ran(3)), judge_setup(ran(124, timed_out=True))
    assert failed is not None
    assert "init.sh exited with 3" in failed.detail
    assert late is not None
    assert "in the background" in late.detail


def test_only_passed_is_green() -> None:
    assert Verdict("passed").passed
    assert not Verdict("broken").passed
