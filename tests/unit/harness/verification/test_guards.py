"""What in a card's changes is refused, shown to a person, or laid under both runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.verification.guards import Doubt, Work, digest, is_test, review, setup_refusal
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
        "evil.dist-info/entry_points.txt",
        "src/calc.egg-info/PKG-INFO",
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
        removed("pytest.ini"),
        added("jest.config.js"),
        changed("e2e/playwright.config.ts"),
        changed("tests/test_b.py"),
        removed("tests/test_b.py"),
        added("sitecustomize.py"),
        added("pytest.toml"),
        added(".pytest.toml"),
        added(".cargo/config.toml"),
    ],
)
def test_what_decides_how_tests_run_is_shown_to_a_person(change: Change) -> None:
    assert [doubt.name for doubt in review(look(change)).doubts] == [change.name]


@pytest.mark.parametrize(
    ("change", "command"),
    [
        (added("GNUmakefile"), "make check"),
        (added("rules.mk"), "make check"),
        (changed("vite.config.ts"), "npx vitest run"),
        (added("justfile"), "just t"),
        (added("Taskfile.dist.yaml"), "task test"),
        (changed("Rakefile"), "rake"),
        (changed("tasks.py"), "invoke test"),
        (changed("gulpfile.js"), "gulp test"),
        (changed(".babelrc.json"), "npm test"),
    ],
)
def test_only_where_the_check_uses_it(change: Change, command: str) -> None:
    assert review(look(change, command=command)).doubts
    assert not review(look(change)).doubts


@pytest.mark.parametrize(
    ("name", "old", "new", "doubtful"),
    [
        ("package.json", '{"scripts": {"test": "jest"}}', '{"scripts": {"test": "jest"}, "dependencies": {}}', False),
        ("package.json", "{}", '{"scripts": {"postinstall": "true"}}', True),
        ("package.json", "{}", '{"scripts": {"start": "node ."}}', False),
        ("package.json", "{}", '{"scripts": "none"}', True),
        (".env", "A=1", "A=1\nNODE_OPTIONS=--import=./a.mjs", True),
        (".env", "A=1", "A=2", False),
        (".env.example", "", "PYTHONPATH=src", False),
        ("tsconfig.json", "{}", '{"compilerOptions": {"paths": {"vitest": ["./a.ts"]}}}', True),
        ("tsconfig.json", "{}", '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}', False),
        ("pyproject.toml", "", "[project.scripts]\npytest = 'notes:main'", True),
        ("pyproject.toml", "", "[project.scripts]\ncalc = 'calc:main'", False),
        ("pyproject.toml", "", "[tool.uv.sources]\npytest = { path = 'notes' }", True),
        ("pyproject.toml", "", "[build-system]\nbackend-path = ['.']", True),
        ("tests/conftest.py", "", "import pytest\n\n\n@pytest.fixture\ndef five():\n    return 5\n", False),
        ("tests/conftest.py", "", "collect_ignore = ['a']\n", True),
        ("tests/conftest.py", "", "def", True),
        ("package.json", "{}", "{broken", True),
        ("package.json", "{}", "[1]", True),
        ("pyproject.toml", "[project]\nname = 'a'", "[project]\nname = 'a'\ndependencies = []", False),
        ("pyproject.toml", "", "[tool.pytest.ini_options]\naddopts = '-x'", True),
        ("pyproject.toml", "", "[broken", True),
        ("setup.cfg", "", "[tool:pytest]\naddopts = -x", True),
        ("setup.cfg", "", "[metadata]\nname = a", False),
        ("setup.cfg", "", "broken", True),
        ("setup.cfg", "", "[options.entry_points]\npytest11 =\n  a = a", True),
        ("pyproject.toml", "", "[project.entry-points.pytest11]\na = 'a'", True),
        ("pyproject.toml", "", "[project.entry-points.calc]\na = 'a'", False),
        ("setup.py", "setup()", "setup(entry_points={'pytest11': ['a = a']})", True),
        ("setup.py", "setup()", "setup(name='a')", False),
        ("package.json", "{}", '{"devDependencies": {"vitest": "file:./a"}}', True),
        ("package.json", "{}", '{"devDependencies": {"jest": "npm:a@1"}}', True),
        ("package.json", "{}", '{"bin": {"mocha": "a.js"}}', True),
        ("package.json", "{}", '{"overrides": {"jest": {"a": "1"}}}', True),
        ("package.json", "{}", '{"devDependencies": {"vitest": "^1.2.0 || >=2"}, "dependencies": null}', False),
        ("package.json", "{}", '{"dependencies": {"left-pad": "file:./a"}, "bin": {"a": "a.js"}}', False),
        ("requirements-dev.txt", "", "-e ./pytest", True),
        ("requirements.txt", "", "pytest @ file:fake", True),
        ("requirements.txt", "", "-e .[dev]\npytest==9.0", False),
        (".npmrc", "", "script-shell=/bin/true", True),
        (".npmrc", "", "node-options=--require ./a.js", True),
        (".npmrc", "", "registry=https://example.org", False),
        (".yarnrc.yml", "", "yarnPath: ./a.cjs", True),
        ("pnpm-workspace.yaml", "packages: [a]", "packages: [a, b]", False),
    ],
)
def test_only_the_runners_settings_in_a_manifest_count(name: str, old: str, new: str, doubtful: bool) -> None:
    assert bool(review(look(changed(name), old=old, new=new)).doubts) is doubtful


@pytest.mark.parametrize(
    ("name", "command", "old", "new"),
    [
        ("pom.xml", "./mvnw test", "", "<testFailureIgnore>true</testFailureIgnore>"),
        ("build.gradle.kts", "./gradlew check", "", "tasks.test { ignoreFailures = true }"),
        ("Cargo.toml", "cargo test", "[lib]", "[lib]\ntest = false"),
        ("deno.json", "deno task test", '"test": "deno test"', '"test": "true"'),
    ],
)
def test_lines_about_tests_count_where_their_tool_is_called(name: str, command: str, old: str, new: str) -> None:
    assert review(look(changed(name), command=command, old=old, new=new)).doubts
    assert not review(look(changed(name), command=command, old=old, new=f"{old}\nversion = 2")).doubts
    assert not review(look(changed(name), old=old, new=new)).doubts


def test_what_the_command_calls_counts_like_the_command() -> None:
    work = look(changed("Makefile"), command="sh tests/check.sh")
    assert not review(work).doubts
    assert review(replace(work, called=lambda: "make check", text={OLD: "a:", NEW: "b:"}.__getitem__)).doubts


def test_code_that_reaches_into_its_tests_is_shown_to_a_person() -> None:
    new = "import unittest"
    assert [doubt.name for doubt in review(look(changed("calc.py"), new=new)).doubts] == ["calc.py"]
    assert not review(look(changed("tests/calc.py"), removed("calc.py"), old=new, new="")).doubts


@pytest.mark.parametrize(
    ("name", "command"),
    [("src/unittest.py", "PYTHONPATH=src pytest"), ("back/json/__init__.py", "cd back/ && python3 -m unittest")],
)
def test_a_folder_the_command_names_is_like_the_root(name: str, command: str) -> None:
    assert "in place of the module" in (review(look(added(name), command=command)).refusal or "")
    assert review(look(added(name))).refusal is None


@pytest.mark.parametrize(
    "name", ["checks.py", "checks/a.so", "checks/test_a/__init__.py", "checks/test_a.cpython-311-x86_64-linux-gnu.so"]
)
def test_nothing_may_be_loaded_in_place_of_the_check(name: str) -> None:
    frozen = ["data.txt", "checks/a/run.py", "checks/a.py", "checks/test_a.py"]
    assert "in place of the check file" in (review(replace(look(added(name)), frozen=frozen)).refusal or "")
    assert review(replace(look(changed(name)), frozen=frozen)).refusal is None


@pytest.mark.parametrize(
    "name", ["checks_more.py", "checks/__init__.py", "checks/test_b.py", "checks/test_a/two.txt", "src/checks.py"]
)
def test_what_lies_beside_the_check_is_fine(name: str) -> None:
    assert review(replace(look(added(name)), frozen=["checks/test_a.py"])).refusal is None


def test_a_check_that_rests_on_the_work_alone_is_refused() -> None:
    work = look(added("verify.py"), command="python3 verify.py")
    assert "exit code of verify.py" in (review(work).refusal or "")
    assert review(replace(work, frozen=["verify.py"])).refusal is None
    assert review(replace(work, guards=True)).refusal is None
    assert review(look(added("check.sh"), command="sh check.sh")).refusal is None


@pytest.mark.parametrize("name", ["calc.py", "src/app.ts", "tests/test_a.py", "pytest.ini"])
def test_set_up_may_not_change_what_is_checked(name: str) -> None:
    assert name in (setup_refusal([name], []) or "")


@pytest.mark.parametrize("name", ["conftest.py", "sitecustomize.py", "tests/test_more.py"])
def test_set_up_may_not_bring_tests(name: str) -> None:
    assert name in (setup_refusal([], [name]) or "")


def test_set_up_may_install_and_build() -> None:
    changed_files = ["package-lock.json", "db.sqlite3", "tests/data.db"]
    assert setup_refusal(changed_files, [".env", "build/index.html", "tests/expected.txt", "generated.py"]) is None


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
    changes += [added(".npmrc"), added("src/setupTests.ts"), added("spec_helper.rb")]
    shared = review(look(*changes, changed("run.sh"), changed("other.sh"), command="./run.sh")).shared
    more = (".npmrc", "src/setupTests.ts", "spec_helper.rb")
    assert shared == ("tests/test_a.py", "tests/support.py", "package-lock.json", "init.sh", *more, "run.sh")


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


def test_a_makefile_counts_for_what_the_command_makes() -> None:
    old, new = "test:\n\tpytest\n", "test:\n\tpytest\nrun:\n\t./app\n"
    assert not review(look(changed("Makefile"), command="make test", old=old, new=new)).doubts
    assert review(look(changed("Makefile"), command="make test", old=old, new="test:\n\ttrue\n")).doubts
    assert review(look(changed("Makefile"), command="make run", old=old, new=new)).doubts
    assert review(look(added("GNUmakefile"), command="make test", new=new)).doubts


@pytest.mark.parametrize("name", [".pytest_cache/v/cache/lastfailed", "web/.turbo/a.log"])
def test_what_tools_remember_is_refused(name: str) -> None:
    assert "what a tool remembers" in (review(look(added(name))).refusal or "")


def test_a_link_out_of_the_tests_is_refused() -> None:
    link = Change("tests/support", NONE[:6], "120000", NONE, NEW)
    assert "is a link from the tests to notes" in (review(look(link, new="../notes")).refusal or "")
    assert review(look(link, new="other")).refusal is None
    replaced = Change("unittest", "100644", "120000", OLD, NEW)
    assert "in place of the module" in (review(look(replaced, new="notes")).refusal or "")


def test_a_file_the_command_has_loaded_is_shown() -> None:
    work = look(added("hook.mjs"), command="node --import ./hook.mjs --test tests/a.js")
    assert [doubt.name for doubt in review(work).doubts] == ["hook.mjs"]
    assert not review(look(added("hook.mjs"))).doubts


def test_a_file_the_shell_of_the_check_reads_is_shown_if_it_can_end_it() -> None:
    command = ". ./settings.txt; pytest tests/test_a.py"
    assert review(look(added("settings.txt"), command=command, new="exit 0")).doubts
    assert not review(look(added("settings.txt"), command=command, new="A=1")).doubts


def test_code_that_ends_a_program_counts_only_where_it_is_loaded_by_one() -> None:
    work = look(changed("calc.py"), command="python3 tests/test_a.py", new="import sys\nsys.exit(0)")
    assert review(work).doubts
    assert review(replace(work, called=lambda: "import calc")).doubts
    assert not review(replace(work, called=lambda: "import subprocess")).doubts
    assert not review(replace(work, command="python3 calc.py && grep -q a b.txt")).doubts


def test_a_script_of_the_application_is_not_shared_where_something_else_judges() -> None:
    work = look(changed("todo.sh"), command="sh todo.sh add milk && grep milk todo.txt")
    assert review(work).shared == ("tests/test_a.py",)


def test_files_beside_a_check_in_a_folder_of_checks_are_shared() -> None:
    work = replace(
        look(added("checks/support.py"), added("app/support.py")), frozen=["checks/test_a.py", "app/test_a.py"]
    )
    assert review(work).shared == ("checks/test_a.py", "app/test_a.py", "checks/support.py")


def test_a_package_around_the_check_that_redirects_is_shown() -> None:
    change = added("tests/__init__.py")
    assert review(look(change, new="__path__ = ['notes']")).doubts
    assert review(look(change, new="def load_tests(loader, tests, pattern): ...")).doubts
    assert not review(look(change, new="import sys\nsys.path.insert(0, '.')")).doubts
    assert not review(look(added("other/__init__.py"), new="__path__ = ['notes']")).doubts
