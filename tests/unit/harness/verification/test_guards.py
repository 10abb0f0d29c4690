"""What in a card's changes is refused, shown to a person, or laid under both runs."""

from __future__ import annotations

import pytest

from harness.verification.guards import Doubt, Work, digest, is_test, review
from harness.workspaces.bench import Change

NEW = "1" * 40
OLD = "2" * 40
NONE = "0" * 40


def added(name: str) -> Change:
    return Change(name, "000000", "100644", NONE, NEW)


def changed(name: str) -> Change:
    return Change(name, "100644", "100644", OLD, NEW)


def removed(name: str) -> Change:
    return Change(name, "100644", "000000", OLD, NONE)


def look(*changes: Change, command: str = "pytest tests/test_a.py", old: str = "", new: str = "") -> Work:
    texts = {OLD: old, NEW: new, NONE: ""}
    return Work(changes, command, ["tests/test_a.py"], {"tests/test_b.py": "card #2 'B'"}, texts.__getitem__)


@pytest.mark.parametrize(
    "name",
    [
        "node_modules/left-pad/index.js",
        "vendor/site-packages/pytest/__init__.py",
        ".venv/bin/python",
        "src/__pycache__/a.cpython-311.pyc",
        "lib/evil.pth",
        "unittest.py",
        "pytest/__init__.py",
        "json.py",
    ],
)
def test_what_never_belongs_into_a_commit_is_refused(name: str) -> None:
    assert name in (review(look(added(name))).refusal or "")


@pytest.mark.parametrize("name", ["src/json.py", "test/__init__.py", "app/queue.py", "calc.py", "docs/node_modules.md"])
def test_ordinary_files_are_not(name: str) -> None:
    assert review(look(added(name))).refusal is None


def test_taking_installed_packages_out_is_fine() -> None:
    assert review(look(removed("node_modules/a/index.js"))).refusal is None


@pytest.mark.parametrize(
    "change",
    [
        added("conftest.py"),
        changed("tests/conftest.py"),
        removed("pytest.ini"),
        added("jest.config.js"),
        changed("e2e/playwright.config.ts"),
        changed("tests/test_b.py"),
        removed("tests/test_b.py"),
        added("sitecustomize.py"),
    ],
)
def test_what_decides_how_tests_run_is_shown_to_a_person(change: Change) -> None:
    assert [doubt.name for doubt in review(look(change)).doubts] == [change.name]


@pytest.mark.parametrize(
    ("change", "command"),
    [(changed("Makefile"), "make check"), (changed("vite.config.ts"), "npx vitest run"), (added("justfile"), "just t")],
)
def test_only_where_the_check_uses_it(change: Change, command: str) -> None:
    assert review(look(change, command=command)).doubts
    assert not review(look(change)).doubts


@pytest.mark.parametrize(
    ("name", "old", "new", "doubtful"),
    [
        ("package.json", '{"scripts": {"test": "jest"}}', '{"scripts": {"test": "true"}}', True),
        ("package.json", '{"scripts": {"test": "jest"}}', '{"scripts": {"test": "jest"}, "dependencies": {}}', False),
        ("package.json", "{}", "{broken", True),
        ("package.json", "{}", "[1]", True),
        ("pyproject.toml", "[project]\nname = 'a'", "[project]\nname = 'a'\ndependencies = []", False),
        ("pyproject.toml", "", "[tool.pytest.ini_options]\naddopts = '-x'", True),
        ("pyproject.toml", "", "[broken", True),
        ("setup.cfg", "", "[tool:pytest]\naddopts = -x", True),
        ("setup.cfg", "", "[metadata]\nname = a", False),
        ("setup.cfg", "", "broken", True),
    ],
)
def test_only_the_runners_settings_in_a_manifest_count(name: str, old: str, new: str, doubtful: bool) -> None:
    assert bool(review(look(changed(name), old=old, new=new)).doubts) is doubtful


def test_a_new_package_json_counts_only_where_its_scripts_are_called() -> None:
    new = '{"scripts": {"test": "node --test"}}'
    assert not review(look(added("package.json"), new=new)).doubts
    assert review(look(added("package.json"), command="npm test", new=new)).doubts


def test_frozen_files_are_the_checks_own_affair() -> None:
    work = look(added("tests/conftest.py"))
    frozen = Work(work.changes, work.command, ["tests/conftest.py"], {}, work.text)
    assert not review(frozen).doubts


def test_what_both_runs_share() -> None:
    changes = [changed("src/a.py"), changed("tests/support.py"), changed("package-lock.json"), added("init.sh")]
    shared = review(look(*changes, changed("run.sh"), changed("other.sh"), command="./run.sh")).shared
    assert shared == ("tests/test_a.py", "tests/support.py", "package-lock.json", "init.sh", "run.sh")


@pytest.mark.parametrize(
    "name", ["tests/a.txt", "src/__tests__/a.js", "pkg/a_test.go", "src/cart.spec.ts", "test_a.py", "cart.test.jsx"]
)
def test_test_files_are_known_by_their_names(name: str) -> None:
    assert is_test(name)
    assert not is_test("src/contest.py")


def test_an_approval_is_for_exactly_these_contents() -> None:
    doubts = [Doubt("conftest.py", "why")]
    first = digest([added("conftest.py"), added("a.py")], doubts)
    assert first == digest([added("b.py"), added("conftest.py")], doubts)
    assert first != digest([changed("conftest.py")], doubts)
