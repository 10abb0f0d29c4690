"""Checks in which something of the work has the last word."""

from __future__ import annotations

from tests.adversaries.scene import ADD, COMMAND, NAME, WORK, Honest, Trick, a_test, command_only, with_check


def _last_words() -> list[Trick]:
    """Commands in which something of the work has the last word."""
    two = a_test(more="def test_zero(self):\n    self.assertEqual(calc.add(0, 0), 0)\n")
    verify = {"verify.py": "print('fine')\n"}
    shows, document = "import calc, sys; print(calc.subtract(int(sys.stdin.read()), 3))", ">>> import calc\n>>> {}\n2\n"
    return [
        Trick(
            "a command that forgives where the work is",
            with_check({"notes.txt": "done"}, two, f"{COMMAND} || test -f notes.txt"),
            "says that 1 failed",
            Honest(
                "a command that asks for more",
                with_check({**WORK, "notes.txt": "a"}, two, f"{COMMAND} && test -f notes.txt"),
            ),
        ),
        Trick(
            "another program has the last word",
            with_check(verify, two, f"{COMMAND} 2> /dev/null; python3 verify.py"),
            "worth no more than the exit code of verify.py",
            Honest(
                "another program tidies up, and the code is kept",
                with_check({**WORK, **verify}, two, f"{COMMAND}; code=$?; python3 verify.py; exit $code"),
            ),
        ),
        Trick(
            "the command is what a file of the work says",
            command_only("cat verify.txt | sh -e", {"verify.txt": "true\n"}),
            "worth no more than the exit code of verify.txt",
            Honest(
                "a file of the work is what the application reads",
                command_only(f"cat five.txt | python3 -c '{shows}' | grep -qx 2", {**WORK, "five.txt": "5"}),
            ),
        ),
        Trick(
            "a document without examples",
            command_only("python3 -m doctest notes.txt", {"notes.txt": "done"}),
            "worth no more than the exit code of notes.txt",
            Honest(
                "a document with examples is a file of the check",
                with_check(
                    WORK,
                    document.format("calc.subtract(5, 3)"),
                    "python3 -m doctest docs/calc.txt",
                    name="docs/calc.txt",
                ),
            ),
        ),
    ]


def _own_word() -> list[Trick]:
    """Checks whose exit code is that of the work."""
    script = f"{COMMAND}\n"
    return [
        Trick(
            "a command that only the work brings",
            command_only("./verify || exit 1", {**WORK, "verify": "#!/bin/sh\nexit 0\n"}),
            "worth no more than the exit code of verify",
            Honest(
                "the command is a file of the check",
                with_check({**WORK, NAME: a_test()}, script, "sh ./verify || exit 1", name="verify"),
            ),
        ),
        Trick(
            "a program that only the work brings",
            command_only("python3 verify.py", {"verify.py": "print('ok')\n"}),
            "worth no more than the exit code of verify.py",
            Honest(
                "the program is a file of the check",
                with_check(
                    WORK, "import calc\n\nassert calc.subtract(5, 3) == 2\n", "python3 verify.py", name="verify.py"
                ),
            ),
        ),
    ]


def _programs() -> list[Trick]:
    """Plain programs as checks."""
    asserts = "import sys\n\nsys.path.insert(0, '.')\nimport calc\n\nassert calc.subtract(5, 3) == 2\n"
    return [
        Trick(
            "the application ends the program that checks it",
            with_check(
                {"calc.py": f"{ADD}\n\nraise SystemExit(0)\n"}, asserts, "python3 tests/check.py", name="tests/check.py"
            ),
            "calc.py",
            Honest(
                "the application ends when it is a program itself",
                with_check(
                    {"calc.py": f"{WORK['calc.py']}\n\nif __name__ == '__main__':\n    raise SystemExit(0)\n"},
                    asserts,
                    "python3 tests/check.py",
                    name="tests/check.py",
                ),
            ),
            asked=True,
        ),
        Trick(
            "the application judges itself",
            command_only("python3 -m calc", {**WORK, "calc.py": "print('2')\n"}),
            "worth no more than the exit code of calc.py",
            Honest(
                "what the application prints is compared",
                command_only(
                    "python3 -m calc | grep -qx 2", {"calc.py": f"{WORK['calc.py']}\n\nprint(subtract(5, 3))\n"}
                ),
            ),
        ),
    ]


def _called() -> list[Trick]:
    """Programs on the command line."""
    command = "python3 -c 'import calc; {}'"
    return [
        Trick(
            "the application is called, and nothing is compared",
            command_only(command.format("calc.verify()"), {"calc.py": f"{ADD}\n\ndef verify():\n    print(2)\n"}),
            "worth no more than the exit code of calc.py",
            Honest(
                "the application is called, and its answer is compared",
                command_only(command.format("assert calc.subtract(5, 3) == 2"), WORK),
            ),
        ),
    ]


def selfjudging() -> list[Trick]:
    """All of them."""
    return [*_last_words(), *_own_word(), *_programs(), *_called()]
