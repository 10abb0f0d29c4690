"""Which parts of a Makefile, a package.json and a conftest.py decide about a check."""

from __future__ import annotations

import pytest

from harness.verification.recipes import of_conftest, of_make, of_scripts

MAKEFILE = (
    "CC = cc\n\n.PHONY: test\n\nbuild:\n\t$(CC) main.c\n\ntest: build\n\tsh tests/all.sh\n\nclean:\n\trm -f a.out\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tests/all.sh", "tests/some.sh"),
        ("CC = cc", "CC = true"),
        ("main.c", "main.c other.c"),
        ("test: build", "test:"),
        ("sh tests/all.sh", "$(MAKE) clean"),
        ("build:\n", "build: ; @true\nbuild:\n"),
    ],
)
def test_what_a_target_needs_is_compared(old: str, new: str) -> None:
    assert of_make(MAKEFILE.replace(old, new), "make test") != of_make(MAKEFILE, "make test")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rm -f a.out", "rm -f a.out b.out"),
        (".PHONY: test", ".PHONY: test run"),
        ("clean:", "run:\n\t./a.out\n\nclean:"),
        ("CC = cc\n", "# how it is built\nCC = cc\n"),
    ],
)
def test_other_targets_are_not(old: str, new: str) -> None:
    assert of_make(MAKEFILE.replace(old, new), "make test") == of_make(MAKEFILE, "make test")


def test_what_a_recipe_makes_again_is_needed() -> None:
    text = MAKEFILE.replace("sh tests/all.sh", "$(MAKE) clean")
    assert of_make(text.replace("rm -f", "rm -rf"), "make test") != of_make(text, "make test")


def test_without_a_target_it_is_the_first_one() -> None:
    assert of_make(f"all:\n\ttrue\n{MAKEFILE}", "make") != of_make(MAKEFILE, "make")


def test_where_others_are_included_everything_counts() -> None:
    text = f"include rules.mk\n{MAKEFILE}"
    assert of_make(text.replace("rm -f", "rm -rf"), "make test") != of_make(text, "make test")


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("npm test", {"pretest", "test", "unit", "prepare"}),
        ("npm t", {"pretest", "test", "unit", "prepare"}),
        ("npm run lint", {"lint", "prepare"}),
        ("npx vitest run", {"prepare"}),
        ("bash tests/check.sh", {"pretest", "test", "unit", "lint", "start", "prepare"}),
    ],
)
def test_scripts_a_command_runs(command: str, names: set[str]) -> None:
    scripts = {
        "pretest": "tsc",
        "test": "npm run unit",
        "unit": "node --test",
        "lint": "eslint .",
        "start": "node .",
        "prepare": "husky",
    }
    assert set(of_scripts(scripts, command)) == names


@pytest.mark.parametrize(
    "text",
    [
        '"""Fixtures."""\nimport pytest\nfrom shop import Cart\n\nROOT: str = "."\nNAMES = ["a"]\n',
        "import pytest\n\n\n@pytest.fixture\ndef cart():\n    return 1\n",
        "from pytest import fixture\n\n\n@fixture(scope='session')\nasync def cart():\n    yield 1\n",
        "class Fake:\n    x = 1\n\n\ndef make():\n    return Fake()\n",
    ],
)
def test_a_conftest_of_fixtures_decides_nothing(text: str) -> None:
    assert of_conftest(text) == of_conftest("")


@pytest.mark.parametrize(
    "text",
    [
        "def pytest_collection_modifyitems(items):\n    items.clear()\n",
        "collect_ignore = ['a']\n",
        "pytest_plugins = ['notes']\n",
        "from notes import *\n",
        "from notes import hook as pytest_runtest_call\n",
        "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef cart():\n    pass\n",
        "import pytest\n\n\n@pytest.fixture(**OPTIONS)\ndef cart():\n    pass\n",
        "import sys\nsys.path.insert(0, 'src')\n",
        "try:\n    import notes\nexcept ImportError:\n    pass\n",
        "import calc\ncalc.subtract = min\n",
        "x = y.z = 1\n",
    ],
)
def test_hooks_and_statements_do(text: str) -> None:
    assert of_conftest(text) != of_conftest("")


def test_a_conftest_that_is_no_python() -> None:
    with pytest.raises(SyntaxError):
        of_conftest("def")
