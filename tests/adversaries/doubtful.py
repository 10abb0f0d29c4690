"""Changes to what decides how tests are run: a person judges, unless they cannot be meant well."""

from __future__ import annotations

from tests.adversaries.scene import APP, COMMAND, WORK, Honest, Trick, a_test, command_only, with_check

NOTE = {"notes.txt": "done"}
MANIFEST = APP["pyproject.toml"]
FIXTURE = "import pytest\n\n\n@pytest.fixture{}\ndef five():\n    return 5\n"
SCRIPTS = '{{"scripts": {{"test": "python3 -m unittest", "{}": "python3 -m calc"}}}}\n'
JEST = '{{"scripts": {{"test": "python3 -m unittest"}}, "devDependencies": {{"jest": "{}"}}}}\n'


def _settings() -> list[Trick]:
    """Settings and plug-ins of test runners."""
    return [
        Trick(
            "conftest is planted",
            with_check({**WORK, "conftest.py": "collect_ignore_glob = ['*']\n"}),
            "conftest",
            Honest(
                "a conftest with a hook",
                with_check({**WORK, "conftest.py": "def pytest_report_header():\n    return 'calc'\n"}),
                asked=True,
            ),
            asked=True,
        ),
        Trick(
            "a fixture that every test gets",
            with_check({**WORK, "conftest.py": FIXTURE.format("(autouse=True)")}),
            "conftest",
            Honest("a fixture that tests ask for", with_check({**WORK, "conftest.py": FIXTURE.format("")})),
            asked=True,
        ),
        Trick(
            "the runner's settings are changed",
            with_check({**WORK, "pyproject.toml": MANIFEST + "[tool.pytest.ini_options]\naddopts = '-k x'\n"}),
            "pyproject.toml",
            Honest(
                "the packages in the same file are changed",
                with_check({**WORK, "pyproject.toml": MANIFEST + "dependencies = []\n"}),
            ),
            asked=True,
        ),
        Trick(
            "settings of the runner in a file of their own",
            with_check({**NOTE, "pytest.toml": "[pytest]\naddopts = ['-p', 'notes']\n"}),
            "pytest.toml",
            Honest("settings of another tool", with_check({**WORK, "ruff.toml": "line-length = 120\n"})),
            asked=True,
        ),
    ]


def _plug_ins() -> list[Trick]:
    """Code that runners and Python load by themselves."""
    return [
        Trick(
            "a plug-in of the runner is declared",
            with_check({**NOTE, "pyproject.toml": MANIFEST + "[project.entry-points.pytest11]\nnotes = 'notes'\n"}),
            "pyproject.toml",
            Honest(
                "a program of the application is declared",
                with_check({**WORK, "pyproject.toml": MANIFEST + "[project.scripts]\ncalc = 'calc:add'\n"}),
            ),
            asked=True,
        ),
        Trick(
            "a plug-in of the runner is put in place as if installed",
            with_check({**NOTE, "notes.dist-info/entry_points.txt": "[pytest11]\nnotes = notes\n"}),
            "installed package",
            Honest(
                "a file of that name in a folder of the application", with_check({**WORK, "info/entry_points.txt": ""})
            ),
        ),
        Trick(
            "sitecustomize",
            with_check({"sitecustomize.py": "import os; os._exit(0)\n"}),
            "sitecustomize",
            Honest("a module for the settings of a site", with_check({**WORK, "site_settings.py": "NAME = 'calc'\n"})),
            asked=True,
        ),
    ]


def _callers() -> list[Trick]:
    """What stands between the command and the test."""
    return [
        Trick(
            "the script of the check is changed",
            with_check({"package.json": '{"scripts": {"test": "true"}}\n'}, command="npm test"),
            "package.json",
            Honest(
                "the packages in the same file are changed",
                with_check({**WORK, "package.json": APP["package.json"].replace("}}", '}, "dependencies": {}}')}),
            ),
            asked=True,
        ),
    ]


def _told() -> list[Trick]:
    """What the command has loaded, and what it reads into its own shell."""
    sourcing = f". ./settings.txt; {COMMAND}"
    return [
        Trick(
            "the command has a file of the work loaded",
            with_check({**NOTE, "hook.py": "x = 1\n"}, command="python3 -m pytest -p hook tests/test_subtract.py"),
            "hook.py",
            Honest("a file that the command does not name", with_check({**WORK, "hook.py": "x = 1\n"})),
            asked=True,
        ),
        Trick(
            "what the command reads ends it",
            with_check({"settings.txt": "exit 0\n"}, command=sourcing),
            "settings.txt",
            Honest(
                "what the command reads sets a variable",
                with_check({**WORK, "settings.txt": "CALC=1\n"}, command=sourcing),
            ),
            asked=True,
        ),
        Trick(
            "variables that tell interpreters what to load",
            with_check(
                {".env": "NODE_OPTIONS=--import=./notes.mjs\n"}, command="node --env-file=.env --test tests/a.js"
            ),
            ".env",
            Honest("variables of the application", with_check({**WORK, ".env": "CALC_OPTIONS=fast\n"})),
            asked=True,
        ),
        Trick(
            "a script that runs at an installation",
            with_check({**NOTE, "package.json": SCRIPTS.format("prepare")}),
            "package.json",
            Honest(
                "a script that the check does not run", with_check({**WORK, "package.json": SCRIPTS.format("start")})
            ),
            asked=True,
        ),
    ]


def _npm() -> list[Trick]:
    """What npm is told."""
    return [
        Trick(
            "the runner becomes a package of the work",
            with_check({**NOTE, "package.json": JEST.format("file:./notes")}, command="npx jest"),
            "package.json",
            Honest(
                "a version of the runner is chosen",
                with_check({**WORK, "package.json": JEST.format("^29.0.0")}),
            ),
            asked=True,
        ),
        Trick(
            "npm is given another shell",
            with_check({**NOTE, ".npmrc": "script-shell=/bin/true\n"}, command="npm test -- tests.test_subtract"),
            ".npmrc",
            Honest("npm is told how to save", with_check({**WORK, ".npmrc": "save-exact=true\n"}, command=COMMAND)),
            asked=True,
        ),
    ]


def _make() -> list[Trick]:
    """What make is told."""
    return [
        Trick(
            "a makefile comes before the one that is there",
            command_only("make check", {**NOTE, "GNUmakefile": "check:\n\t@true\n"}),
            "GNUmakefile",
            Honest(
                "a makefile that the check does not use",
                with_check({**WORK, "GNUmakefile": "run:\n\tpython3 -m calc\n"}),
            ),
            asked=True,
        ),
        Trick(
            "a makefile that only the check's script calls",
            with_check(
                {**NOTE, "Makefile": "check:\n\t@true\n"}, "make check\n", "sh tests/check.sh", name="tests/check.sh"
            ),
            "Makefile",
            Honest(
                "a makefile that the check's script does not call",
                with_check(
                    {**WORK, "Makefile": "run:\n\tpython3 -m calc\n", "tests/test_subtract.py": a_test()},
                    f"{COMMAND}\n",
                    "sh tests/check.sh",
                    name="tests/check.sh",
                ),
            ),
            asked=True,
        ),
    ]


def _tests() -> list[Trick]:
    """Tests that belong to others."""
    return [
        Trick(
            "another card's test is weakened",
            with_check({**WORK, "tests/test_add.py": APP["tests/test_add.py"].replace("5)", "calc.add(2, 3))")}),
            "tests/test_add.py",
            Honest(
                "a test beside another card's",
                with_check({**WORK, "tests/test_add_more.py": APP["tests/test_add.py"]}),
            ),
            asked=True,
        ),
    ]


def doubtful() -> list[Trick]:
    """All of them."""
    return [*_settings(), *_plug_ins(), *_callers(), *_told(), *_npm(), *_make(), *_tests()]
