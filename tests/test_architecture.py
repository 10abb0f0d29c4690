"""The shape of the project, held by plain syntax trees. A rule is proven to bite in test_architecture_rules.py."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pytest

from tests.architecture import habits, layers
from tests.architecture.source import ROOT, Finding, Source, load, tracked

Rule = Callable[[Source], Iterator[Finding]]
PYTHON_RULES: list[Rule] = [
    layers.keep_to_layers,
    layers.keep_the_sdk_in_one_place,
    layers.start_processes_in_one_place,
    layers.keep_sql_in_repositories,
    layers.import_at_the_top,
    layers.keep_rules_pure,
    habits.stay_small,
    habits.have_no_catch_all,
    habits.have_no_globals,
    habits.leave_the_path_alone,
    habits.do_nothing_at_import,
    habits.give_reasons,
    habits.explain_any,
    habits.wait_without_sleeping,
]
TYPESCRIPT_RULES: list[Rule] = [habits.stay_small, habits.have_no_catch_all]
TEXT_RULES: list[Rule] = [habits.speak_of_the_project_alone, habits.keep_a_changelog]


@cache
def sources() -> list[Source]:
    """The text files of the project, without those that the scripted model writes into a sample."""
    return load([path for path in tracked() if not path.startswith("scripted_model/playbooks/files/")])


def of_kind(*suffixes: str) -> list[Source]:
    return [source for source in sources() if source.path.endswith(suffixes)]


def assert_none(findings: Iterable[Finding]) -> None:
    found = [str(finding) for finding in findings]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("rule", PYTHON_RULES, ids=lambda rule: rule.__name__)
def test_python(rule: Rule) -> None:
    assert_none(finding for source in of_kind(".py") for finding in rule(source))


@pytest.mark.parametrize("rule", TYPESCRIPT_RULES, ids=lambda rule: rule.__name__)
def test_typescript(rule: Rule) -> None:
    assert_none(finding for source in of_kind(".ts", ".tsx") for finding in rule(source))


@pytest.mark.parametrize("rule", TEXT_RULES, ids=lambda rule: rule.__name__)
def test_text(rule: Rule) -> None:
    assert_none(finding for source in sources() for finding in rule(source))


def test_nothing_new_at_the_top_level() -> None:
    assert_none(layers.open_no_drawers([source.path for source in sources()]))


def test_few_mocks() -> None:
    assert_none(habits.fake_rather_than_mock([source for source in of_kind(".py") if source.top == "tests"]))


def test_exceptions_that_are_no_longer_needed_go() -> None:
    named = {*layers.STARTS_PROCESSES, *layers.PURE_EXCEPT}
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_every_package_is_under_the_import_contracts_and_measured() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    packages = {source.top for source in of_kind("/__init__.py")} - {"tests", "benchmarks", "templates"}
    assert set(settings["importlinter"]["root_packages"]) == packages
    modules = {source.top for source in of_kind(".py") if "/" not in source.path}
    assert packages | modules <= set(settings["coverage"]["run"]["source"])
