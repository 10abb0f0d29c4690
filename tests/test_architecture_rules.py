"""Every rule of the architecture, fed with code that breaks it and with code that does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import test_architecture
from tests.architecture import habits, layers
from tests.architecture.source import Source, load, tracked
from tests.test_architecture import Rule

LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 50
NESTED_LONG = "def g():\n    def f():\n" + "        x = 1\n" * 50
NESTED_SHORT = "def g():\n" + ("    def f():\n" + "        x = 1\n" * 40) * 2
# Spelt in two parts, so that the rules that read this file do not find what they look for.
HIDDEN = {
    "NOQA": "# no" + "qa",
    "IGNORE": "# type: " + "ignore",
    "WORK": "/wo" + "rk/main",
    "LOCKED": '"reso' + 'lved"',
}

# rule, path, code that breaks it, the line found, code that does not
CASES: list[tuple[Rule, str, str, int, str]] = [
    (layers.keep_to_layers, "api/backlog/service.py", "import harness.processes", 1, "from api import errors"),
    (layers.keep_to_layers, "agent/loop.py", "from server.main import create_app", 1, "from harness import processes"),
    (
        layers.keep_to_layers,
        "harness/policy.py",
        "from scripted_model import server",
        1,
        "import shellpolicy, security",
    ),
    (layers.keep_to_layers, "security.py", "import api", 1, "import re"),
    (layers.keep_to_layers, "bootstrap.py", "import start", 1, "import os"),
    (layers.keep_to_layers, "registry.py", "import harness", 1, "import api.projects"),
    (layers.keep_to_layers, "server/main.py", "import benchmarks", 1, "import agent"),
    (layers.keep_to_layers, "api/projects/service.py", "from tests import fakes", 1, "from . import rules"),
    (
        layers.keep_the_sdk_in_one_place,
        "agent/loop.py",
        "import os\nfrom claude_agent_sdk import query",
        2,
        "import os",
    ),
    (layers.start_processes_in_one_place, "agent/loop.py", "import subprocess", 1, "from harness import processes"),
    (layers.start_processes_in_one_place, "api/x.py", "import os\nos.execvp('a', [])", 2, "import os\nos.getpid()"),
    (layers.start_processes_in_one_place, "api/x.py", "from os import fork", 1, "from os import getpid"),
    (
        layers.start_processes_in_one_place,
        "server/x.py",
        "import asyncio\nasyncio.create_subprocess_exec('a')",
        2,
        "import asyncio\nasyncio.create_task(f())",
    ),
    (
        layers.keep_sql_in_repositories,
        "api/backlog/service.py",
        "import sqlite3\nsqlite3.connect('x')",
        2,
        "import sqlite3\nfrom sqlalchemy.orm import Session\nsqlite3.Error",
    ),
    (layers.keep_sql_in_repositories, "server/x.py", "from sqlalchemy import select", 1, "select = 1"),
    (layers.keep_sql_in_repositories, "server/x.py", "q = 'SELECT id FROM features'", 1, "q = 'Select one from these'"),
    (layers.import_at_the_top, "api/x.py", "def f():\n    import os", 2, "import os\ndef f(): ..."),
    (layers.keep_rules_pure, "api/backlog/rules.py", "import time", 1, "import datetime"),
    (
        layers.keep_rules_pure,
        "shellpolicy/judge.py",
        "def f(p):\n    return p.exists()",
        2,
        "def f(p):\n    return p.name",
    ),
    (layers.keep_rules_pure, "api/redaction.py", "def f(p):\n    return open(p)", 2, "def f(p):\n    return p"),
    (habits.stay_small, "api/x.py", "x = 1\n" * 401, 400, "x = 1\n" * 400),
    (habits.stay_small, "ui/src/app/app.tsx", "x\n" * 251, 250, "x\n" * 250),
    (habits.stay_small, "api/x.py", LONG_FUNCTION, 1, "def f():\n" + "    x = 1\n" * 49),
    (habits.stay_small, "api/x.py", NESTED_LONG, 2, NESTED_SHORT),
    (habits.have_no_catch_all, "api/utils.py", "", 1, ""),
    (habits.have_no_catch_all, "ui/src/helpers/date.ts", "", 1, ""),
    (habits.have_no_globals, "api/x.py", "def f():\n    global y", 2, "y = 1"),
    (habits.leave_the_path_alone, "tests/x.py", "import sys\nsys.path.insert(0, '.')", 2, "import sys\nsys.argv"),
    (habits.do_nothing_at_import, "api/x.py", "import os\nos.makedirs('x')", 2, '"""Words."""\nx = 1'),
    (habits.do_nothing_at_import, "api/x.py", "with open('x') as f:\n    y = 1", 1, "def f():\n    open('x')"),
    (habits.give_reasons, "api/x.py", "x = 1  NOQA: S608", 1, "x = 1  NOQA: S608 - both names are constants"),
    (habits.give_reasons, "api/x.py", "x = 1  NOQA", 1, "x = 1  # an ordinary comment"),
    (habits.give_reasons, "api/x.py", "x = 1  IGNORE[x]", 1, "x = 1  IGNORE[x]  # the stub is wrong"),
    (habits.give_reasons, "api/x.py", "x = 1  IGNORE # because", 1, ""),
    (habits.explain_any, "api/x.py", "def f(x: Any) -> None: ...", 1, "def f(x: Any) -> None: ...  # Any: JSON"),
    (
        habits.explain_any,
        "api/x.py",
        "x = 1\ny: dict[str, Any] = {}",
        2,
        "# Any: JSON of a model\ny: dict[str, Any] = {}",
    ),
    (habits.explain_any, "api/x.py", "def f():  # Any: no\n    z = 1\n    y: Any = 1", 3, "from typing import Any"),
    (habits.wait_without_sleeping, "tests/x.py", "import time\ntime.sleep(1)", 2, "while no():\n    time.sleep(0.01)"),
    (habits.wait_without_sleeping, "tests/x.py", "await asyncio.sleep(0.1)", 1, "await asyncio.sleep(0)"),
    (habits.speak_of_the_project_alone, "docs/x.md", "See WORK/api.", 1, "See api/."),
    (
        habits.speak_of_the_project_alone,
        "ui/package-lock.json",
        '{\nLOCKED: "https://mirror.example/x.tgz"}',
        2,
        'LOCKED: "https://registry.npmjs.org/x.tgz"',
    ),
    (habits.speak_of_the_project_alone, "requirements.txt", "six\n--index-url https://mirror", 2, "six==1.0"),
    (habits.keep_a_changelog, "CHANGELOG.md", "# Changelog\n## 1.0", 1, "# Changelog\n\n## Unreleased\n"),
]


def spelt(text: str) -> str:
    for word, meaning in HIDDEN.items():
        text = text.replace(word, meaning)
    return text


@pytest.mark.parametrize(("rule", "path", "bad", "line", "good"), CASES, ids=lambda part: getattr(part, "__name__", ""))
def test_rule_bites_where_it_should(rule: Rule, path: str, bad: str, line: int, good: str) -> None:
    found = list(rule(Source(path, spelt(bad))))
    assert [finding.line for finding in found] == [line]
    assert str(found[0]).startswith(f"{path}:{line}: ")
    if good:
        assert list(rule(Source(path, spelt(good)))) == []


def test_every_rule_is_proven_to_bite() -> None:
    rules = {*test_architecture.PYTHON_RULES, *test_architecture.TYPESCRIPT_RULES, *test_architecture.TEXT_RULES}
    assert {rule for rule, *_ in CASES} == rules


@pytest.mark.parametrize("path", ["harness/processes.py", "bootstrap.py", "tests/unit/test_x.py"])
def test_doors_may_start_processes(path: str) -> None:
    assert list(layers.start_processes_in_one_place(Source(path, "import subprocess"))) == []


def test_a_new_drawer_is_found() -> None:
    found = layers.open_no_drawers(["api/errors.py", "scripts/x.sh", "notes.txt", "setup.py", "README.md", "start.py"])
    assert [finding.path for finding in found] == ["scripts/x.sh", "notes.txt", "setup.py"]


def test_mocks_are_counted_against_tests() -> None:
    tests = "def test_a(): ...\n" * 10
    few = Source("tests/a.py", tests * 2 + "from unittest.mock import Mock")
    many = Source("tests/b.py", tests + "from unittest.mock import Mock")
    assert list(habits.fake_rather_than_mock([few])) == []
    assert len(list(habits.fake_rather_than_mock([many]))) == 1


def test_relative_imports_are_resolved() -> None:
    source = Source(
        "api/backlog/service.py", "from . import rules\nfrom .models import Feature\nfrom ..events import Log"
    )
    assert [name for _, name in source.imports()] == [
        "api.backlog.rules",
        "api.backlog.models.Feature",
        "api.events.Log",
    ]


def test_files_are_what_git_knows_and_what_is_new(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("ignored.txt\n")
    for name in ("new.py", "ignored.txt"):
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "picture.png").write_bytes(b"\0\1")
    assert tracked(tmp_path) == [".gitignore", "new.py", "picture.png"]
    assert [source.path for source in load(tracked(tmp_path), tmp_path)] == [".gitignore", "new.py"]
