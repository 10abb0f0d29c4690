"""What would be loaded, or run, in place of what a check is made of."""

from __future__ import annotations

import pytest

from harness.verification.shadows import added_shadow, hidden, program, shadows, target


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("json.py", "pytest"),
        ("unittest/__init__.cpython-311-x86_64-linux-gnu.so", "pytest"),
        ("src/email.py", "python3 -m unittest discover -s src"),
        ("back/types.py", "cd back && pytest"),
        ("lib/secrets.py", 'PYTHONPATH="src:lib" pytest'),
        ("app/queue.py", "uvicorn --app-dir app main:app"),
    ],
)
def test_a_module_of_the_runner_is_hidden(name: str, command: str) -> None:
    assert shadows(name, command)


@pytest.mark.parametrize(
    "command", ["pytest --cov=app", "pytest app", "ruff check app", "python3 -m compileall -q app"]
)
def test_modules_of_a_package_hide_nothing(command: str) -> None:
    assert shadows("app/types.py", command) is None


def test_links_are_like_packages() -> None:
    assert shadows("unittest", "pytest", link=True) == "unittest"
    assert shadows("unittest", "pytest") is None
    assert shadows("test", "pytest", link=True) is None
    assert hidden("tests/test_a", ["tests/test_a.py"], link=True) == "tests/test_a.py"
    assert hidden("tests/test_a", ["tests/test_a.py"]) is None
    assert hidden("tests", ["tests/test_a.py"], link=True) is None


@pytest.mark.parametrize("names", [["unittest.py"], ["a.txt", "pytest/"], ["json/__init__.py"]])
def test_what_set_up_put_in_place_of_the_runner(names: list[str]) -> None:
    assert added_shadow(names) == names[-1]


@pytest.mark.parametrize("names", [[], ["test/"], ["app/types.py"], ["build/", "units.py", "node_modules/"]])
def test_what_set_up_may_make(names: list[str]) -> None:
    assert added_shadow(names) is None


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("bin/python3", "PATH=bin:$PATH python3 -m unittest"),
        ("bin/node", 'export PATH="$PWD/bin:$PATH"; node --test'),
        ("python3", "PATH=.:$PATH python3 -m unittest"),
        ("tools/bin/pytest", "PATH=$(pwd)/tools/bin/:$PATH pytest"),
    ],
)
def test_a_program_on_the_path_of_the_command(name: str, command: str) -> None:
    assert program(name, lambda: command)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("bin/calc", "PATH=bin:$PATH calc 1 2"),
        ("bin/python3", "python3 bin/a.py"),
        ("src/node", "PATH=bin:$PATH node a.js"),
    ],
)
def test_other_programs_are_fine(name: str, command: str) -> None:
    assert program(name, lambda: command) is None


def test_where_a_link_leads() -> None:
    assert target("tests/data/a", "../../notes") == "notes"
    assert target("a", "/etc/passwd") == "/etc/passwd"
