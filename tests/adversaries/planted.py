"""Files in the commit that make a check pass."""

from __future__ import annotations

from collections.abc import Mapping

from tests.adversaries.scene import APP, COMMAND, WORK, Honest, Move, Scene, Trick, a_test, with_check
from tests.gitprojects import commit_files, run_git, write_files

FORGES = "#!/bin/sh\nprintf 'Ran 1 test in 0.001s\\n\\nOK\\n'\n"


def forced(name: str) -> Move:
    """A file that is committed even if it is ignored."""

    def play(scene: Scene) -> None:
        scene.check()
        write_files(scene.folder, {name: "forged"})
        scene.git("add", "-f", name)
        scene.commit(WORK)

    return play


def folder_of_another(scene: Scene, *, nested: bool = True) -> None:
    """Somebody else's code: as a repository inside the repository, or as its files."""
    scene.check()
    inner = scene.folder / "vendored"
    inner.mkdir()
    write_files(inner, {"a.txt": "a"})
    if nested:
        run_git(inner, "init", "-q")
        commit_files(inner, {})
    write_files(scene.folder, WORK)
    scene.git("-c", "advice.addEmbeddedRepo=false", "add", "-A")
    scene.git("commit", "-qm", "work")


def _committed() -> list[Trick]:
    """In the commit."""
    path = f"PYTHONPATH=src {COMMAND}"
    return [
        Trick(
            "packages are poisoned by a commit",
            with_check({"lib/site-packages/calc_next.py": "x = 1\n"}),
            "installed package",
            Honest("code of others in a folder of its own", with_check({**WORK, "vendor/calc_next.py": "x = 1\n"})),
        ),
        Trick(
            "the runner is shadowed",
            with_check({"unittest.py": "print('OK')\n"}),
            "in place of the module",
            Honest("a module of that name inside a package", with_check({**WORK, "app/unittest.py": "print('OK')\n"})),
        ),
        Trick(
            "the runner is shadowed on the path of the command",
            with_check({"src/unittest.py": "print('Ran 1 test in 0.001s\\n\\nOK')\n"}, command=path),
            "in place of the module",
            Honest("another module on that path", with_check({**WORK, "src/units.py": "print('OK')\n"}, command=path)),
        ),
    ]


def _instead() -> list[Trick]:
    """Loaded in place of the check."""
    checked, again = "checks/test_it.py", "python3 -m unittest checks.test_it"
    return [
        Trick(
            "a module takes the place of the check's folder",
            with_check(
                {"checks.py": "__path__ = ['notes']\n", "notes/test_it.py": a_test("pass")},
                a_test(),
                again,
                name=checked,
            ),
            "in place of the check file",
            Honest(
                "a module with a name like the check's folder",
                with_check({**WORK, "checks_done.py": "DONE = []\n"}, a_test(), again, name=checked),
            ),
        ),
        Trick(
            "the package of the tests finds them elsewhere",
            with_check({"tests/__init__.py": "__path__.insert(0, 'notes')\n", "notes/test_subtract/__init__.py": ""}),
            "tests/__init__.py",
            Honest(
                "the package of the tests says where the application is",
                with_check({**WORK, "tests/__init__.py": "import sys\n\nsys.path.insert(0, '.')\n"}),
            ),
            asked=True,
        ),
        Trick(
            "a package takes the place of the check's file",
            with_check({"tests/test_subtract/__init__.py": a_test("pass")}),
            "in place of the check file",
            Honest(
                "data in a folder with the name of the check's file",
                with_check({**WORK, "tests/test_subtract/two.txt": "2"}),
            ),
        ),
    ]


def linked(name: str, to: str, files: Mapping[str, str], test: str) -> Move:
    """A link called `name`."""

    def play(scene: Scene) -> None:
        scene.check(test)
        write_files(scene.folder, dict(files))
        (scene.folder / name).symlink_to(to)
        scene.commit()

    return play


def on_path(name: str) -> Move:
    """A program in a folder that the command puts on its PATH."""

    def play(scene: Scene) -> None:
        scene.check(a_test(), f"PATH=$PWD/bin:$PATH {COMMAND}")
        write_files(scene.folder, {**(WORK if name == "calc" else {}), f"bin/{name}": FORGES})
        (scene.folder / "bin" / name).chmod(0o755)
        scene.commit()

    return play


def _in_place() -> list[Trick]:
    """Put in place of something else, by other ways than a module's name."""
    support = a_test("same(self, getattr(calc, 'subtract', max)(5, 3), 2)", top="from tests.weak import same\n")
    forgives, asks = "def same(case, a, b):\n    pass\n", APP["tests/support.py"]
    return [
        Trick(
            "the runner is shadowed by a link",
            linked("unittest", "notes", {"notes/__init__.py": "", "notes/__main__.py": ""}, a_test()),
            "in place of the module",
            Honest(
                "a link to a folder of the application", linked("docs", "notes", {**WORK, "notes/a.txt": ""}, a_test())
            ),
        ),
        Trick(
            "a helper of the tests is a link to the work",
            linked("tests/weak", "../notes", {"tests/weak.py": asks, "notes/__init__.py": forgives}, support),
            "is a link from the tests",
            Honest("a helper of the tests is a link to another", linked("tests/weak.py", "support.py", WORK, support)),
        ),
        Trick(
            "a program comes first on the path of the command",
            on_path("python3"),
            "in place of the program",
            Honest("a program of the application on that path", on_path("calc")),
        ),
        Trick(
            "what a tool remembers is committed",
            with_check({".pytest_cache/v/cache/lastfailed": "{}"}),
            "what a tool remembers",
            Honest("what a tool remembers is ignored", with_check({**WORK, ".gitignore": ".pytest_cache/\n"})),
        ),
    ]


def _forged() -> list[Trick]:
    """What is AutoCoder's, or another repository's."""
    return [
        Trick(
            "a backlog of its own",
            forced("features.db"),
            "belongs to AutoCoder",
            Honest("a database of the application", forced("data/features.db")),
        ),
        Trick(
            "a receipt of its own",
            forced(".autocoder/receipts.json"),
            "belongs to AutoCoder",
            Honest("receipts that the application is about", forced("receipts/receipts.json")),
        ),
        Trick(
            "a submodule",
            folder_of_another,
            "git repository of its own",
            Honest("the files of the other repository", lambda scene: folder_of_another(scene, nested=False)),
        ),
    ]


def planted() -> list[Trick]:
    """All of them."""
    return [*_committed(), *_instead(), *_in_place(), *_forged()]
