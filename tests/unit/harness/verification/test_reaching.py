"""Which application code reaches into the runner that tests it."""

from __future__ import annotations

import pytest

from harness.verification.reaching import loads_others, reaches, reaches_shell

ORDINARY = (
    "sys.stdout = stream",
    "os.environ['A'] = '1'",
    "if sys.exit == x: pass",
    "self.json.x = 1",
    "assert.ok(request.url)",
    "assert.equal === other",
    "def __eq__(self, other):\n    return self.x == other.x",
    "print('3 tests passed')",
    "socket.timeout == 3",
    "sys.argv[1] == 'test'",
)


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
        ("app.py", "sys.modules.get('unittest').TestCase"),
        ("app.py", "if any('unittest' in word for word in sys.argv): pass"),
        ("app.py", "TESTING = 'test' in sys.argv"),
        ("app.py", "sys.exit = print"),
        ("app.py", "sys.meta_path.insert(0, Finder())"),
        ("app.py", "sys.modules['json'] = fake"),
        ("app.py", "subprocess.run = fake"),
        ("app.py", "    json.decoder.loads = fake"),
        ("app.py", "setattr(builtins, 'isinstance', fake)"),
        ("app.py", "inspect.currentframe().f_back.f_locals"),
        ("app.py", "ctypes.CDLL(None).exit(0)"),
        ("app.py", "print('Ran 1 test in 0.1s')"),
        ("app.js", "console.log('# pass 1')"),
        ("app.py", "__eq__ = lambda self, other: True"),
        ("app.py", 'def __eq__(self, other):\n    """Compare."""\n    return True'),
        ("app.js", "assert.strictEqual = () => {}"),
        ("app.js", "Object.assign(assert, { equal() {} })"),
        ("app.js", "expect.extend({ toBe: () => ({ pass: true }) })"),
        ("app.ts", "vi.mock('./cart')"),
        ("app.js", "require.cache[key] = fake"),
    ],
)
def test_code_that_only_tests_need_is_named(name: str, new: str) -> None:
    assert reaches(name, "", new)
    assert reaches(name, new, f"{new}\n") is None
    assert reaches(f"{name}.txt", "", new) is None


@pytest.mark.parametrize(
    "new",
    [
        "process.exit(0)",
        "sys.exit(main())",
        "# run pytest\n",
        "class Unittest: pass",
        "import pytestify",
        "PORT",
        *ORDINARY,
    ],
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
        ("a.py", "if done: exit(0)"),
        ("a.py", "from sys import argv, exit as leave"),
        ("a.js", "process.on('uncaughtException', () => {})"),
        ("a.js", "process.exitCode = 0"),
        ("a.mjs", "import { exit } from 'node:process'"),
    ],
)
def test_code_that_can_end_a_plain_program_is_named(name: str, new: str) -> None:
    assert reaches(name, "", new, plain=True)
    assert reaches(name, new, new, plain=True) is None
    assert reaches(name, "", new) is None


def test_what_only_a_program_of_its_own_runs_ends_nothing_else() -> None:
    assert reaches("a.py", "", "import sys\n\nif __name__ == '__main__':\n    sys.exit(0)\n", plain=True) is None


@pytest.mark.parametrize(
    "new", ["exit 0", "trap true EXIT", "python3() { true; }", "export PYTHONPATH=x", "  exec true"]
)
def test_what_a_shell_reads_can_end_it(new: str) -> None:
    assert reaches_shell("", new)
    assert reaches_shell(new, f"{new}\nA=1") is None


@pytest.mark.parametrize("new", ["A=1", "say() { echo; }", "shout() { tr a-z A-Z; }"])
def test_what_a_shell_reads_may_say(new: str) -> None:
    assert reaches_shell("", new) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import calc",
        "import sys, calc",
        "from . import calc",
        "from calc.core import add",
        "const calc = require('../calc.js')",
        "import { add } from './calc.js'",
        "const calc = await import('calc')",
        "runpy.run_path('calc.py')",
    ],
)
def test_programs_that_load_the_application(text: str) -> None:
    assert loads_others(text)


@pytest.mark.parametrize(
    "text",
    [
        "import subprocess, sys\n",
        "from os import path\n",
        "const { spawnSync } = require('node:child_process')",
        "x = 1",
    ],
)
def test_programs_that_only_start_it(text: str) -> None:
    assert not loads_others(text)
