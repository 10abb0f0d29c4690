"""Checks that forgive, cannot run, or change afterwards."""

from __future__ import annotations

from tests.adversaries.scene import (
    ASKS,
    COMMAND,
    HONEST,
    NAME,
    WORK,
    Honest,
    Scene,
    Trick,
    a_test,
    afterwards,
    command_only,
    with_check,
)

WAITING = a_test(f"while not hasattr(calc, 'subtract'):\n    pass\n{ASKS}")
BOUNDED = a_test(
    f"import time\nfor _ in range(9):\n    if not hasattr(calc, 'subtract'):\n        time.sleep(0.01)\n{ASKS}"
)


def without_a_stale_test(scene: Scene) -> None:
    """Another test of the card goes, which was never frozen."""
    HONEST(scene)
    scene.commit({"tests/test_draft.py": a_test("pass")})
    scene.commit({}, "tests/test_draft.py")


def set_again(scene: Scene) -> None:
    """The check is edited, and set again."""
    with_check(WORK, a_test(f"{ASKS}\nself.assertEqual(calc.subtract(3, 5), -2)"))(scene)
    scene.check()
    scene.commit()


def _commands() -> list[Trick]:
    """Commands that forgive."""
    return [
        Trick(
            "true",
            command_only("true", WORK),
            "passes without your work",
            Honest(
                "a command alone, which asks",
                command_only('python3 -c "import calc; raise SystemExit(calc.subtract(5, 3) != 2)"', WORK),
            ),
        ),
        Trick(
            "a command that forgives",
            with_check(WORK, command=f"{COMMAND} || true"),
            "passes without your work",
            Honest("a command that says so and fails", with_check(WORK, command=f"{COMMAND} || (echo sorry; exit 1)")),
        ),
        Trick(
            "a wrapper that exits with 0",
            with_check({**WORK, "tests/check.sh": "exit 0\n"}, command="bash tests/check.sh"),
            "passes without your work",
            Honest(
                "a wrapper that runs the test",
                with_check({**WORK, "tests/check.sh": f"{COMMAND}\n"}, command="bash tests/check.sh"),
            ),
        ),
        Trick(
            "the runner script is weakened",
            with_check({"tests/run.sh": "exit 0\n"}, command="bash tests/run.sh tests.test_subtract"),
            "passes without your work",
            Honest(
                "the runner script says more",
                with_check(
                    {**WORK, "tests/run.sh": 'python3 -m unittest -v "$@"\n'},
                    command="bash tests/run.sh tests.test_subtract",
                ),
            ),
        ),
        Trick(
            "a command that is missing",
            with_check(WORK, command="no-such-runner tests"),
            "exit 127",
            Honest(
                "a missing command, and another one", with_check(WORK, command=f"no-such-runner tests || {COMMAND}")
            ),
        ),
    ]


def _late() -> list[Trick]:
    """Runs that do not end."""
    return [
        Trick(
            "it times out before and passes after",
            with_check(WORK, WAITING),
            "did not end within",
            Honest("it waits, with a bound, and fails", with_check(WORK, BOUNDED)),
        ),
        Trick(
            "its own limit ends it before, and it passes after",
            with_check(WORK, WAITING, f"timeout 1 {COMMAND}"),
            "within the limit it set itself",
            Honest(
                "it has a limit of its own, and fails before that", with_check(WORK, command=f"timeout 60 {COMMAND}")
            ),
        ),
    ]


def _changed() -> list[Trick]:
    """Check files that are not what was frozen."""
    idle = "@unittest.skip('later')\ndef test_later(self):\n    pass\n"
    return [
        Trick(
            "the check is edited afterwards",
            afterwards({NAME: a_test("pass")}),
            "changed since",
            Honest("the check is edited and set again", set_again),
        ),
        Trick(
            "the test is deleted",
            afterwards({}, NAME),
            "not in your commit",
            Honest("a draft that was never frozen is deleted", without_a_stale_test),
        ),
        Trick(
            "a skip is added",
            afterwards({NAME: a_test(mark="@unittest.skip('later')")}),
            "changed since",
            Honest("a skip of something else is there from the beginning", with_check(WORK, a_test(more=idle))),
        ),
    ]


def forgiving() -> list[Trick]:
    """All of them."""
    return [*_commands(), *_late(), *_changed()]
