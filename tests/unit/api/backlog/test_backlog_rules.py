from __future__ import annotations

import itertools
import time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.backlog import rules
from api.backlog.rules import Action, Refusal
from api.backlog.statuses import STATUSES, ActorRole, Status

ACTIONS: tuple[Action, ...] = get_args(Action)
ROLES: tuple[ActorRole, ...] = ("initializer", "coder", "tester", "assistant", "person", "harness", "client")


@pytest.mark.parametrize(("status", "action", "role"), list(itertools.product(STATUSES, ACTIONS, ROLES)))
def test_every_move_is_allowed_or_refused_in_one_sentence(status: Status, action: Action, role: ActorRole) -> None:
    after = rules.move(7, status, action, role, was_failing=False)
    if isinstance(after, Refusal):
        assert after.sentence.endswith(".")
        assert "\n" not in after.sentence
        assert after.forbidden == (rules.permitted(action, role) is not None)
    else:
        assert after in STATUSES


@pytest.mark.parametrize(
    ("status", "action", "role", "after"),
    [
        ("pending", "claim", "coder", "in_progress"),
        ("failing", "claim", "coder", "in_progress"),
        ("in_progress", "pass", "coder", "passing"),
        ("pending", "pass", "person", "passing"),
        ("passing", "pass", "harness", "passing"),
        ("passing", "fail", "harness", "failing"),
        ("pending", "ask", "harness", "needs_input"),
        ("needs_input", "answer", "person", "pending"),
        ("in_progress", "skip", "coder", "pending"),
        ("passing", "edit", "assistant", "passing"),
        ("in_progress", "delete", "person", "in_progress"),
    ],
)
def test_moves(status: Status, action: Action, role: ActorRole, after: Status) -> None:
    assert rules.move(1, status, action, role, was_failing=False) == after


@pytest.mark.parametrize(
    ("status", "action", "role"),
    [
        ("in_progress", "pass", "assistant"),
        ("in_progress", "pass", "initializer"),
        ("in_progress", "pass", "tester"),
        ("pending", "create", "coder"),
        ("pending", "delete", "coder"),
        ("pending", "edit", "coder"),
        ("needs_input", "answer", "coder"),
        ("pending", "claim", "assistant"),
    ],
)
def test_what_a_role_never_may(status: Status, action: Action, role: ActorRole) -> None:
    refusal = rules.move(1, status, action, role, was_failing=False)
    assert isinstance(refusal, Refusal)
    assert refusal.forbidden


def test_the_present_state_refuses_too() -> None:
    refusal = rules.move(5, "in_progress", "claim", "coder", was_failing=False)
    assert refusal == Refusal(
        "Feature 5 cannot be moved: it is already being worked on: take another one with feature_get_next."
    )
    refusal = rules.move(5, "in_progress", "delete", "assistant", was_failing=False)
    assert isinstance(refusal, Refusal)
    assert not refusal.forbidden


@pytest.mark.parametrize(
    ("action", "status"), [("release", "in_progress"), ("answer", "needs_input"), ("skip", "in_progress")]
)
def test_a_card_that_was_green_is_failing_when_let_go(action: Action, status: Status) -> None:
    assert rules.move(1, status, action, "person", was_failing=True) == "failing"


@pytest.mark.parametrize("status", ["passing", "failing"])
def test_undone_work_is_pending_whatever_it_was(status: Status) -> None:
    assert rules.move(1, status, "undo", "person", was_failing=True) == "pending"


def test_skipping_a_pending_card_leaves_it_pending() -> None:
    assert rules.move(1, "pending", "skip", "person", was_failing=True) == "pending"


@pytest.mark.parametrize("action", ["release", "skip", "set_check", "verify", "pass", "fail", "ask"])
def test_a_coder_acts_only_on_its_own_card(action: Action) -> None:
    assert rules.needs_claim(action, "coder")
    assert not rules.needs_claim(action, "person")


def test_readiness() -> None:
    assert rules.is_ready("pending", 0)
    assert rules.is_ready("failing", 0)
    assert not rules.is_ready("pending", 1)
    assert not rules.is_ready("passing", 0)
    assert rules.is_blocked("failing", 2)
    assert not rules.is_blocked("in_progress", 2)


def test_a_cycle_is_shown_from_its_start_to_its_end() -> None:
    assert rules.find_cycle({1: [2], 2: [3], 3: [1]}) == [1, 2, 3, 1]
    assert rules.find_cycle({9: [1], 1: [2], 2: [1]}) == [1, 2, 1]
    assert rules.find_cycle({1: [1]}) == [1, 1]


def test_what_is_no_cycle() -> None:
    assert rules.find_cycle({}) is None
    assert rules.find_cycle({1: [2, 3], 2: [4], 3: [4], 4: []}) is None
    assert rules.find_cycle({node: [node + 1] for node in range(50_000)}) is None


edges_strategy = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        st.lists(st.booleans(), min_size=size, max_size=size),
        st.sets(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda pair: pair[0] > pair[1])),
    )
)


@given(edges_strategy)
def test_schedule_counts_like_a_search_by_hand(given_: tuple[list[bool], set[tuple[int, int]]]) -> None:
    flags, edges = given_
    passing = dict(enumerate(flags))
    open_edges = {(feature, needed) for feature, needed in edges if not passing[feature] and not passing[needed]}

    def behind(card: int) -> set[int]:
        found: set[int] = set()
        frontier = {card}
        while frontier:
            frontier = {feature for feature, needed in open_edges if needed in frontier} - found
            found |= frontier
        return found

    assert rules.schedule(passing, edges) == {
        card: (sum(1 for feature, _ in open_edges if feature == card), len(behind(card))) for card in passing
    }


def test_schedule_of_a_long_chain_is_quick() -> None:
    size = 10_000
    started = time.process_time()
    found = rules.schedule(dict.fromkeys(range(size), False), [(card, card - 1) for card in range(1, size)])
    assert found[0] == (0, size - 1)
    assert time.process_time() - started < 5


def test_the_hash_of_a_check_covers_everything_that_decides_it() -> None:
    checks = [
        ("pytest", "proof", {}),
        ("pytest", "guard", {}),
        ("pytest -x", "proof", {}),
        ("pytest", "proof", {"a": b"1"}),
        ("pytest", "proof", {"a": b"2"}),
        ("pytest", "proof", {"b": b"1"}),
        ("pytest", "proof", {"a": b"", "b": b"1"}),
    ]
    assert len({rules.check_hash(*check) for check in checks}) == len(checks)
    assert rules.check_hash("c", "proof", {"a": b"", "b": b""}) == rules.check_hash("c", "proof", {"b": b"", "a": b""})


def test_a_tester_does_not_take_a_card_from_the_agent_that_works_on_it() -> None:
    refusal = rules.move(3, "in_progress", "fail", "tester", was_failing=False)
    assert isinstance(refusal, rules.Refusal)
    assert "being worked on" in refusal.sentence
    assert rules.move(3, "passing", "fail", "tester", was_failing=False) == "failing"


@pytest.mark.parametrize(
    ("status", "steps", "description", "attempts", "small"),
    [
        ("pending", 0, "", 0, True),
        ("pending", rules.SMALL_STEPS, "x" * (rules.SMALL_TEXT - rules.SMALL_STEPS), 0, True),
        ("pending", rules.SMALL_STEPS + 1, "", 0, False),
        ("pending", 1, "x" * rules.SMALL_TEXT, 0, False),
        ("pending", 1, "", 1, False),  # a session has failed on it: the next one comes with a fresh context
        ("failing", 1, "", 0, False),  # a repair needs a look at what broke it
    ],
)
def test_small_is_what_is_short_and_never_went_wrong(
    status: Status, steps: int, description: str, attempts: int, small: bool
) -> None:
    assert rules.is_small(status, ["s"] * steps, description, attempts) is small
