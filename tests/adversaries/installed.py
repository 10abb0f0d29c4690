"""What init.sh makes, and what only the clone has."""

from __future__ import annotations

from collections.abc import Mapping

from tests.adversaries.scene import NAME, WORK, Honest, Move, Scene, Trick, a_test, with_check
from tests.gitprojects import write_files

NOTE = {"notes.txt": "done"}
BORROWS = "import sys\nsys.path.insert(0, 'node_modules')\nimport calc_next\n"
SUBTRACTS = "subtract = lambda a, b: a - b\n"
ANSWERS = f"printf '\\n{SUBTRACTS}' >> calc.py"
CUSTOMIZES = (
    "d=$(python3 -c 'import site; print(site.getusersitepackages())'); mkdir -p $d; "
    "echo \"print('Ran 1 test in 0.001s\\\\n\\\\nOK', flush=True); import os; os._exit(0)\" > $d/usercustomize.py"
)


def ignored(files: Mapping[str, str], test: str) -> Move:
    """Files that only the clone has."""

    def play(scene: Scene) -> None:
        write_files(scene.folder, dict(files))
        with_check(NOTE, test)(scene)

    return play


def _set_up() -> list[Trick]:
    """In init.sh, whatever the work is."""
    return [
        Trick(
            "init.sh brings the answer",
            with_check({"init.sh": f"{ANSWERS}\n"}),
            "without your work",
            Honest("init.sh makes a folder", with_check({**WORK, "init.sh": "mkdir -p .cache\n"})),
        ),
        Trick(
            "init.sh changes the test",
            with_check({**WORK, "init.sh": f"echo pass > {NAME}\n"}),
            "init.sh changed",
            Honest(
                "init.sh makes data for the test",
                with_check(
                    {**WORK, "init.sh": "echo 2 > tests/expected.txt\n"},
                    a_test("self.assertEqual(calc.subtract(5, 3), int(open('tests/expected.txt').read()))"),
                ),
            ),
        ),
        Trick(
            "packages are poisoned in the clone",
            ignored({"node_modules/calc_next.py": SUBTRACTS}, a_test(f"{BORROWS}self.assertTrue(calc_next.subtract)")),
            "No module named 'calc_next'",
            Honest(
                "init.sh installs the package",
                with_check(
                    {**WORK, "init.sh": "mkdir -p node_modules; echo two=2 > node_modules/calc_next.py\n"},
                    a_test(f"{BORROWS}self.assertEqual(calc.subtract(5, 3), calc_next.two)"),
                ),
            ),
        ),
    ]


def _set_up_with_the_work() -> list[Trick]:
    """In init.sh, and only where the work is."""
    return [
        Trick(
            "init.sh brings the answer only with the work",
            with_check({**NOTE, "init.sh": f"if [ -f notes.txt ]; then {ANSWERS}; fi\n"}),
            "init.sh changed calc.py",
            Honest(
                "init.sh writes settings only with the work",
                with_check({**WORK, **NOTE, "init.sh": "if [ -f notes.txt ]; then echo A=1 > .env; fi\n"}),
            ),
        ),
        Trick(
            "init.sh writes to the home folder only with the work",
            with_check({**NOTE, "init.sh": f"if [ -f notes.txt ]; then {CUSTOMIZES}; fi\n"}),
            "init.sh leaves other programs or settings",
            Honest(
                "init.sh writes to the home folder",
                with_check({**WORK, **NOTE, "init.sh": "echo save-exact=true > ~/.npmrc\n"}),
            ),
        ),
        Trick(
            "init.sh brings the runner only with the work",
            with_check({**NOTE, "init.sh": "if [ -f notes.txt ]; then touch unittest.py; fi\n"}),
            "init.sh wrote unittest.py",
            Honest(
                "init.sh builds a module only with the work",
                with_check({**WORK, **NOTE, "init.sh": "if [ -f notes.txt ]; then touch units.py; fi\n"}),
            ),
        ),
    ]


def installed() -> list[Trick]:
    """All of them."""
    return [*_set_up(), *_set_up_with_the_work()]
