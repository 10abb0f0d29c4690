"""The table of what may run: commands.txt beside this file, one test a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

import security
from shellpolicy import Allow, Deny, build_policy, decide, judgement, syntax

WORKSPACE = "/home/me/project"
TABLE = Path(__file__).with_name("commands.txt")


@dataclass(frozen=True)
class Case:
    """A command with what must be said about it: `reasons` is None when it must be allowed."""

    line: int
    command: str
    profiles: tuple[str, ...]
    reasons: tuple[str, ...] | None


def read_table(text: str) -> Iterator[Case]:
    """The cases of a table in the form that its own head describes."""
    profiles, reasons = tuple(security.PROFILES), tuple[str, ...]()
    case: Case | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        mark, rest = line[:1], line[2:]
        if mark == "." and case is not None:
            case = replace(case, command=f"{case.command}\n{rest}")
            continue
        if case is not None:
            yield case
            case = None
        if mark == "@":
            profiles = tuple(security.PROFILES) if rest == "all" else tuple(rest.split())
        elif line.startswith("= "):
            reasons = tuple(rest.split("|"))
        elif mark in ("+", "-"):
            case = Case(number, rest, profiles, None if mark == "+" else reasons)
        elif line and not line.startswith(("#", "== ")):
            raise AssertionError(f"line {number} of the table is not understood: {line}")
    if case is not None:
        yield case


@pytest.fixture(scope="module", autouse=True)
def one_tree_for_all_profiles() -> Iterator[None]:
    """Each text is parsed once, however many profiles it is judged under."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judgement, "parse", cache(syntax.parse))
        yield


CASES = list(read_table(TABLE.read_text("utf-8")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line}: {case.command[:40]}")
def test_table(case: Case) -> None:
    for profile in case.profiles:
        decision = decide(case.command, build_policy(profile, workspace=WORKSPACE))
        if case.reasons is None:
            assert decision == Allow()
        else:
            assert isinstance(decision, Deny), f"{case.command} is allowed"
            assert any(reason in decision.reason for reason in case.reasons), decision.reason
            assert decision.hint.strip()


def test_the_table_is_long_and_has_both_kinds() -> None:
    refused = [case for case in CASES if case.reasons is not None]
    assert len(refused) >= 300
    assert len(CASES) - len(refused) >= 150


def test_no_command_stands_twice_in_the_table() -> None:
    seen = [(case.command, case.profiles) for case in CASES]
    assert sorted(case for case in set(seen) if seen.count(case) > 1) == []
