"""How many tests passed, by what the runners print."""

from __future__ import annotations

import pytest

from harness.verification.tallies import Tally, not_loaded, owes_tally, tally, turned


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ("3 passed in 0.01s", Tally(3, ran=3)),
        ("==== 1 failed, 2 passed, 1 skipped, 2 xfailed in 0.10s ====", Tally(2, 1, 3, 6)),
        ("1 failed, 2 errors in 0.10s", Tally(0, 3, 0, 1)),
        ("\x1b[32m\x1b[1m4 passed\x1b[0m\x1b[32m in 0.1s\x1b[0m", Tally(4, ran=4)),
        ("1 passed, 2 deselected, 1 warning in 0.02s", Tally(1, 0, 2, 3)),
        ("1 passed, 2 subtests passed in 0.54s", Tally(1)),
        ("SUBFAILED(i=0) a.py::T::test_x - assert 0\n3 failed, 1 passed in 0.5s", Tally(1, 3)),
        ("  1 passing (3ms)\n  1 pending\n  2 failing\n\n  1) s", Tally(1, 2, 1, 4)),
        ("test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out", Tally(2, 1, 1, 4)),
        (
            "Running 3 tests using 2 workers\n\n  1 failed\n    a.spec.ts:3:1 > x\n  1 skipped\n  1 passed (2s)\n",
            Tally(1, 1, 1, 3),
        ),
        ("  1 passed (2.1s)\n", None),
        ("Ran 5 tests in 0.004s\n\nOK", Tally(5, ran=5)),
        ("Ran 5 tests in 0.004s\n\nOK (skipped=2, expected failures=1)", Tally(2, 0, 3, 5)),
        ("Ran 5 tests in 0.004s\n\nFAILED (failures=2, errors=1)", Tally(2, 3, 0, 5)),
        ("Ran 1 test in 0.001s\n\nOK\nRan 2 tests in 0.001s\n\nFAILED (failures=1)", Tally(2, 1, 0, 3)),
        ("collected 4 items\n\n3 failed, 1 passed in 0.1s", Tally(1, 3, 0, 4)),
        ("# tests 4\n# pass 1\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 1\n", Tally(1, 1, 2, 4)),
        ("\u2139 tests 1\n\u2139 pass 1\n\u2139 tests 2\n\u2139 pass 0\n\u2139 skipped 2\n", Tally(1, 0, 2, 3)),
        (" Test Files  1 failed (1)\n      Tests  1 failed | 2 passed | 1 skipped (4)\n", Tally(2, 1, 1, 4)),
        ("Tests:       1 failed, 1 todo, 2 passed, 4 total\n", Tally(2, 1, 1, 4)),
        ("all is well", None),
        ("collected 4 items", None),
        ("# skipped 4", None),
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
    "command",
    ["npm test", "make -s test", "npx vitest run", "node --import ./a.mjs --test", "node_modules/.bin/jest a"],
)
def test_some_owe_one_where_one_was_printed(command: str) -> None:
    assert owes_tally(command, printed=True)
    assert not owes_tally(command)


@pytest.mark.parametrize("command", ["bash check.sh", "node check.js --testing", "cat jest.config.js"])
def test_others_owe_none_even_then(command: str) -> None:
    assert not owes_tally(command, printed=True)


@pytest.mark.parametrize(
    "output",
    [
        "ERROR: test_x (unittest.loader._FailedTest.test_x)",
        "ImportError: Failed to import test module: test_x",
        "ERROR collecting tests/test_x.py",
        "ImportError while loading conftest '/app/tests/conftest.py'.",
        " Exception during run: Error: Cannot find module '../cart'",
        "FAIL src/a.test.ts\n  ● Test suite failed to run",
        "Error: Failed to resolve import './cart' from 'src/cart.test.ts'.",
        "✖ /app/cart.test.js (40ms)\n  'test failed'\n\n    code: 'ERR_MODULE_NOT_FOUND'",
        "# Error: Cannot find module '../cart.js'\n# Require stack:\n# - /app/a.test.js\nnot ok 1 - /app/a.test.js\n",
        "# Cannot find module '/app/b.mjs' imported from /app/a.test.mjs\nnot ok 1 - /app/a.test.mjs\n",
        "# The requested module './b.mjs' does not provide an export named 'c'\nnot ok 1 - /app/a.test.mjs\n",
    ],
)
def test_files_that_could_not_be_loaded(output: str) -> None:
    assert not_loaded(output)


@pytest.mark.parametrize(
    "output",
    [
        "AssertionError: 1 != 2",
        "ModuleNotFoundError: No module named 'shop'",
        "# Error: Cannot find module '/app/main.js'\n# Require stack:\nnot ok 1 - the program runs\n",
        "",
    ],
)
def test_failures_are_not_that(output: str) -> None:
    assert not not_loaded(output)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("not ok 1 - subtract\nok 2 - add\n", "ok 1 - subtract\nok 2 - add\n", True),
        ("\u2716 subtract (1.5ms)\n", "\u25b6 calc\n  \u2714 subtract (0.3ms)\n", True),
        ("not ok 1 - subtract\n", "ok 1 - /app/tests/subtract.test.js\n", False),
        ("not ok 1 - subtract\n", "ok 1 - something else\n", False),
        ("not ok 1 - /app/tests/plain.mjs\n", "ok 1 - /app/tests/plain.mjs\n", None),
        ("\u2716 subtract (1.5ms)\n", ".\n", None),
        ("1 failed in 0.1s\n", "1 passed in 0.1s\n", None),
    ],
)
def test_what_failed_by_name_has_to_pass_by_name(before: str, after: str, found: bool | None) -> None:
    assert turned(before, after) is found
