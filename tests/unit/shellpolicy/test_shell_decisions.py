"""Decisions are remembered, and said in words a model and a person can use."""

from __future__ import annotations

import concurrent.futures

import pytest

from shellpolicy import Allow, Deny, build_policy, decide, decisions


def test_a_repeated_command_is_not_parsed_again() -> None:
    policy = build_policy()
    decide("echo remembered", policy)
    before = decisions._remembered.cache_info()
    assert decide("echo remembered", policy) == Allow()
    after = decisions._remembered.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_what_is_remembered_belongs_to_its_policy() -> None:
    assert decide("vite build", build_policy("web_app")) == Allow()
    assert isinstance(decide("vite build", build_policy("base")), Deny)
    assert isinstance(decide("cd /srv/a", build_policy(workspace="/srv/b")), Deny)
    assert decide("cd /srv/a", build_policy(workspace="/srv/a")) == Allow()


def test_long_commands_are_not_kept() -> None:
    before = decisions._remembered.cache_info()
    decide("echo " + "x" * 10_000, build_policy())
    assert decisions._remembered.cache_info() == before


def test_many_threads_may_ask_at_once() -> None:
    policy = build_policy()
    commands = [f"echo {number}; sudo ls" if number % 2 else f"echo {number}" for number in range(24)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda command: isinstance(decide(command, policy), Allow), commands))
    assert answers == [number % 2 == 0 for number in range(24)]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("git push", "git push is not permitted"),
        ('rm -rf "$X/y"', "'…/y'"),
        ("echo " + "x" * 200 + " > /etc/" + "y" * 200, "..."),
        ("echo 'unclosed", "1:6"),
    ],
)
def test_a_reason_is_one_short_line(command: str, words: str) -> None:
    decision = decide(command, build_policy())
    assert isinstance(decision, Deny)
    assert words in decision.reason
    for text in (decision.reason, decision.hint):
        assert len(text) < 250
        assert "\n" not in text
        assert "\x00" not in text
