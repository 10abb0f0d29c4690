"""Which application code reaches into the runner that tests it."""

from __future__ import annotations

import pytest

from harness.verification.reaching import reaches


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("calc.py", "import unittest\nunittest.TestCase.assertEqual = max"),
        ("calc.py", "sys.modules['pytest']"),
        ("calc.py", "os._exit(0)"),
        ("calc.py", "from os import _exit"),
        ("calc.py", "for one in gc.get_objects(): pass"),
        ("calc.py", "sys.settrace(None)"),
        ("calc.py", "class Any:\n    def __eq__(self, other: object) -> bool:\n        return True\n"),
        ("calc.py", "if 'pytest' in sys.modules: pass"),
        ("calc.py", "os.environ['PYTEST_CURRENT_TEST']"),
        ("src/calc.ts", "import { expect } from 'vitest'"),
        ("src/calc.js", "require('node:test')"),
        ("src/calc.js", "globalThis.expect = () => {}"),
        ("src/calc.js", "if (process.env.JEST_WORKER_ID) {}"),
        ("src/calc.ts", "if (import.meta.vitest) {}"),
        ("app.py", "os.environ.get('AUTOCODER_ARTEFACTS')"),
    ],
)
def test_code_that_only_tests_need_is_named(name: str, new: str) -> None:
    assert reaches(name, "", new)
    assert reaches(name, new, f"{new}\n") is None
    assert reaches(f"{name}.txt", "", new) is None


@pytest.mark.parametrize(
    "new", ["process.exit(0)", "sys.exit(main())", "# run pytest\n", "class Unittest: pass", "import pytestify", "PORT"]
)
def test_ordinary_code_is_not(new: str) -> None:
    assert reaches("calc.py", "", new) is None
    assert reaches("calc.js", "", new) is None


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("a.js", "process.exit(0)"),
        ("a.py", "import sys\nsys.exit()"),
        ("a.py", "raise SystemExit"),
        ("a.py", "  quit()"),
    ],
)
def test_code_that_can_end_a_plain_program_is_named(name: str, new: str) -> None:
    assert reaches(name, "", new, plain=True)
    assert reaches(name, new, new, plain=True) is None
    assert reaches(name, "", new) is None


def test_what_only_a_program_of_its_own_runs_ends_nothing_else() -> None:
    assert reaches("a.py", "", "import sys\n\nif __name__ == '__main__':\n    sys.exit(0)\n", plain=True) is None
