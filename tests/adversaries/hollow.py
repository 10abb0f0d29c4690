"""Claims without the work, or with other work than the check asks for."""

from __future__ import annotations

from tests.adversaries.scene import ADD, DONE, HONEST, WORK, Honest, Move, Scene, Trick, a_test, with_check
from tests.gitprojects import write_files

BY_SUPPORT = a_test("same(self, getattr(calc, 'subtract', max)(5, 3), 2)", top="from tests.support import same\n")
NOTE = {"notes.txt": "done"}
WRONG = DONE.replace("a - b", "0")


def uncommitted(scene: Scene) -> None:
    """The work is there, but not committed."""
    scene.check()
    scene.commit()
    write_files(scene.folder, WORK)


def scratch_left(scene: Scene) -> None:
    """The work is committed; what is not are notes."""
    HONEST(scene)
    write_files(scene.folder, NOTE)


def on_another_branch(scene: Scene, *, merged: bool = False) -> None:
    """Committed on a branch beside the card's."""
    scene.check()
    branch = scene.git("branch", "--show-current")
    scene.git("switch", "-q", "-c", "elsewhere")
    scene.commit(WORK)
    scene.git("switch", "-q", branch)
    if merged:
        scene.git("merge", "-q", "--no-ff", "-m", "merge", "elsewhere")


def moved_integration(scene: Scene) -> None:
    """The integration branch of the clone is moved by hand to work that nobody checked."""
    with_check({"calc.py": WRONG})(scene)
    head = scene.git("rev-parse", "HEAD")
    scene.git("update-ref", "refs/remotes/autocoder/integration", head)
    scene.git("update-ref", "refs/heads/autocoder/integration", head)


def rebased(scene: Scene) -> None:
    """The work is put on the clone's integration branch by git's own means."""
    HONEST(scene)
    scene.git("rebase", "-q", "autocoder/integration")


def _committed() -> list[Trick]:
    """Where the work is, or is not."""
    return [
        Trick("no code", with_check({}), "AttributeError", Honest("the code", HONEST)),
        Trick(
            "a wrong answer",
            with_check({"calc.py": DONE.replace("a - b", "b - a")}),
            "failures=1",
            Honest("the right answer", with_check({"calc.py": DONE.replace("a - b", "-(b - a)")})),
        ),
        Trick(
            "uncommitted work",
            uncommitted,
            "AttributeError",
            Honest("committed work, and notes that are not", scratch_left),
        ),
        Trick(
            "a commit on another branch",
            on_another_branch,
            "commit your work first",
            Honest("a side branch, merged", lambda scene: on_another_branch(scene, merged=True)),
        ),
        Trick(
            "the clone's integration branch is moved by hand",
            moved_integration,
            "failures=1",
            Honest("the work is rebased on it", rebased),
        ),
    ]


def _left_out() -> list[Trick]:
    """Tests that are not there when it counts."""
    known = "@unittest.expectedFailure\ndef test_known(self):\n    self.assertEqual(calc.add(1, 1), 3)\n"
    makes_one = "\n\nif hasattr(calc, 'subtract'):\n    SubtractTest.test_zero = lambda self: self.assertEqual(1, 1)\n"
    drops_one = "\n\nif hasattr(calc, 'subtract'):\n    del SubtractTest.test_subtract\n"
    return [
        Trick(
            "an empty check",
            with_check(WORK, "import unittest\n"),
            "ran no test",
            Honest("a check of one line", with_check(WORK, a_test("assert calc.subtract(5, 3) == 2"))),
        ),
        Trick(
            "the test skips itself once the work is there",
            with_check({"calc.py": WRONG}, a_test(mark="@unittest.skipIf(hasattr(calc, 'subtract'), 'slow')")),
            "no test",
            Honest(
                "it skips itself where something else is missing",
                with_check(WORK, a_test(mark="@unittest.skipUnless(hasattr(calc, 'add'), 'needs add')")),
            ),
        ),
        Trick(
            "a test less once the work is there",
            with_check({"calc.py": WRONG}, a_test(more="def test_other(self):\n    pass\n") + drops_one),
            "and only 1 with it",
            Honest("a test more once the work is there", with_check(WORK, a_test() + makes_one)),
        ),
        Trick(
            "an expected failure",
            with_check(WORK, a_test(mark="@unittest.expectedFailure")),
            "passes without your work",
            Honest("an expected failure of something else, on both sides", with_check(WORK, a_test(more=known))),
        ),
    ]


def beside(support: str, work: str) -> Move:
    """A check in a folder of its own, and another file there."""

    def play(scene: Scene) -> None:
        scene.check(
            BY_SUPPORT.replace("tests.support", "checks.support"),
            "python3 -m unittest checks.test_it",
            name="checks/test_it.py",
        )
        scene.commit({"checks/support.py": support, "calc.py": work})

    return play


def _changed_sides() -> list[Trick]:
    """Tests that are not the same on both sides."""
    return [
        Trick(
            "a helper of the tests is weakened",
            with_check({"calc.py": WRONG, "tests/support.py": "def same(case, a, b):\n    pass\n"}, BY_SUPPORT),
            "passes without your work",
            Honest(
                "a helper of the tests says more",
                with_check(
                    {**WORK, "tests/support.py": "def same(case, a, b):\n    case.assertEqual(a, b, f'{a}, {b}')\n"},
                    BY_SUPPORT,
                ),
            ),
        ),
        Trick(
            "a helper beside the check is weak",
            beside("def same(case, a, b):\n    pass\n", WRONG),
            "passes without your work",
            Honest(
                "a helper beside the check asks", beside("def same(case, a, b):\n    case.assertEqual(a, b)\n", DONE)
            ),
        ),
        Trick(
            "the test cannot be loaded without the work",
            with_check(WORK, a_test().replace("import calc\n", "import calc\nfrom calc import subtract\n")),
            "cannot even be loaded",
            Honest(
                "it imports what is new where it uses it",
                with_check(WORK, a_test("from calc import subtract\nself.assertEqual(subtract(5, 3), 2)")),
            ),
        ),
    ]


def _pretended() -> list[Trick]:
    """Badges that were not earned."""
    adds = a_test("self.assertEqual(calc.add(5, 3), 8)")
    tidied = {"calc.py": ADD.replace("a + b", "sum((a, b))")}
    leaves = "\n\ndef leave():\n    raise SystemExit(0)\n"
    there = "Addition is there."
    return [
        Trick(
            "already satisfied, which it is not",
            with_check(WORK, already_satisfied="it was there"),
            "a guard passes there too",
            Honest("already satisfied, which it is", with_check(NOTE, adds, already_satisfied=there), "guarded"),
        ),
        Trick(
            "a guard that the work ends",
            with_check(
                {"calc.py": ADD.replace("return", "__import__('os').__dict__['_ex' + 'it'](0)\n    return")},
                adds,
                kind="guard",
            ),
            "summary of its test runner",
            Honest("a guard of what can end", with_check({"calc.py": ADD + leaves}, adds, kind="guard"), "guarded"),
        ),
        Trick(
            "a guard of something new",
            with_check(WORK, kind="guard"),
            "a guard passes there too",
            Honest("a guard of what is tidied", with_check(tidied, adds, kind="guard"), "guarded"),
        ),
    ]


def hollow() -> list[Trick]:
    """All of them."""
    return [*_committed(), *_left_out(), *_changed_sides(), *_pretended()]
