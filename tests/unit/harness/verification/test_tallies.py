"""How many tests passed, by what the runners print."""

from __future__ import annotations

import pytest

from harness.verification.tallies import Tally, not_loaded, owes_tally, tally


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ("3 passed in 0.01s", Tally(3)),
        ("==== 1 failed, 2 passed, 1 skipped, 2 xfailed in 0.10s ====", Tally(2, 1, 3)),
        ("2 errors in 0.10s", Tally(0, 2, 0)),
        ("\x1b[32m\x1b[1m4 passed\x1b[0m\x1b[32m in 0.1s\x1b[0m", Tally(4)),
        ("1 passed, 2 deselected, 1 warning in 0.02s", Tally(1, 0, 2)),
        ("Ran 5 tests in 0.004s\n\nOK", Tally(5)),
        ("Ran 5 tests in 0.004s\n\nOK (skipped=2, expected failures=1)", Tally(2, 0, 3)),
        ("Ran 5 tests in 0.004s\n\nFAILED (failures=2, errors=1)", Tally(2, 3)),
        ("Ran 1 test in 0.001s\n\nOK\nRan 2 tests in 0.001s\n\nFAILED (failures=1)", Tally(2, 1)),
        ("all is well", None),
    ],
)
def test_summaries_are_counted(output: str, found: Tally | None) -> None:
    assert tally(output) == found


@pytest.mark.parametrize(
    "command", ["pytest -q", "python3 -m unittest tests.a", "cd x && .venv/bin/pytest", "(pytest)"]
)
def test_runners_that_always_print_a_summary(command: str) -> None:
    assert owes_tally(command)


@pytest.mark.parametrize("command", ["bash check.sh", "test -e /tmp/pytest-of-me/x", "npm test", "cat unittest.txt"])
def test_others_owe_none(command: str) -> None:
    assert not owes_tally(command)


@pytest.mark.parametrize(
    "output",
    [
        "ERROR: test_x (unittest.loader._FailedTest.test_x)",
        "ImportError: Failed to import test module: test_x",
        "ERROR collecting tests/test_x.py",
        "FAIL src/a.test.ts\n  ● Test suite failed to run",
        "Error: Failed to resolve import './cart' from 'src/cart.test.ts'.",
        "✖ /app/cart.test.js (40ms)\n  'test failed'\n\n    code: 'ERR_MODULE_NOT_FOUND'",
    ],
)
def test_files_that_could_not_be_loaded(output: str) -> None:
    assert not_loaded(output)


@pytest.mark.parametrize("output", ["AssertionError: 1 != 2", "ModuleNotFoundError: No module named 'shop'", ""])
def test_failures_are_not_that(output: str) -> None:
    assert not not_loaded(output)
