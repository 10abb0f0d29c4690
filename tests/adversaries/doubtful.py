"""Changes to what decides how tests are run: a person judges, unless they cannot be meant well."""

from __future__ import annotations

from tests.adversaries.scene import APP, COMMAND, WORK, Honest, Trick, a_test, command_only, with_check

NOTE = {"notes.txt": "done"}
MANIFEST = APP["pyproject.toml"]
JEST = '{{"scripts": {{"test": "python3 -m unittest"}}, "devDependencies": {{"jest": "{}"}}}}\n'


def _settings() -> list[Trick]:
    """Settings and plug-ins of test runners."""
    return [
        Trick(
            "conftest is planted",
            with_check({**WORK, "conftest.py": "collect_ignore_glob = ['*']\n"}),
            "conftest",
            Honest(
                "a conftest with a fixture",
                with_check({**WORK, "conftest.py": "def pytest_report_header():\n    return 'calc'\n"}),
                asked=True,
            ),
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
    return [*_settings(), *_plug_ins(), *_callers(), *_npm(), *_make(), *_tests()]
