from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decisions import (
    EXIT_CODES,
    FEATURE_ATTEMPTS,
    INITIALIZER_ATTEMPTS,
    PROVIDER_FAILURES,
    Backlog,
    End,
    History,
    Implement,
    Initialise,
    decide_next,
)

READY = Backlog(total=3, passing=1, ready=1, blocked=1)


def ended(backlog: Backlog, history: History) -> End:
    end = decide_next(backlog, history)
    assert isinstance(end, End)
    return end


def test_an_empty_backlog_is_initialised() -> None:
    assert decide_next(Backlog(), History()) == Initialise()


def test_a_ready_feature_is_implemented() -> None:
    assert decide_next(READY, History()) == Implement()


@pytest.mark.parametrize(
    ("backlog", "history", "code", "word"),
    [
        (Backlog(total=3, passing=3), History(), 0, "All 3 features are green"),
        (Backlog(total=3, passing=1, needs_input=1, blocked=1), History(), 0, "1 waiting for a person"),
        (Backlog(total=2, in_progress=2), History(), 0, "2 held by another worker"),
        (Backlog(), History(initializer_sessions=INITIALIZER_ATTEMPTS), 1, "made no features"),
        (READY, History(provider_failures=PROVIDER_FAILURES, last_failure="It said 529."), 1, "It said 529."),
        (READY, History(fatal="The key was refused."), 1, "The key was refused."),
        (READY, History(sessions=2, max_sessions=2), 0, "2 sessions asked for"),
        (READY, History(budget_left=0.0), 3, "--budget-usd"),
        (READY, History(parked_until=datetime(2026, 1, 1, tzinfo=UTC), last_failure="Limit."), 4, "Parked until"),
        (READY, History(request="pause"), 130, "Paused"),
        (READY, History(request="stop"), 130, "Stopped"),
    ],
)
def test_a_run_ends_with_a_reason_and_an_exit_code(backlog: Backlog, history: History, code: int, word: str) -> None:
    end = ended(backlog, history)
    assert end.exit_code == code
    assert word in end.reason


def test_a_finished_backlog_ends_even_when_the_budget_is_spent() -> None:
    assert ended(Backlog(total=1, passing=1), History(budget_left=0.0)).cause == "all_green"


def test_a_request_to_stop_comes_before_everything() -> None:
    assert ended(Backlog(), History(request="stop", fatal="x")).cause == "stopped"


def test_every_cause_has_an_exit_code() -> None:
    assert set(EXIT_CODES.values()) == {0, 1, 3, 4, 130}


@given(
    outcomes=st.lists(st.sampled_from(["green", "failed", "provider", "skip"]), min_size=200, max_size=200),
    total=st.integers(1, 12),
)
def test_every_run_ends(outcomes: list[str], total: int) -> None:
    """A model of the loop: whatever sessions do, the counts with a ceiling end it."""
    attempts = dict.fromkeys(range(total), 0)
    history, passing, asked = History(), 0, 0
    for outcome in outcomes:
        backlog = Backlog(total=total, passing=passing, ready=len(attempts), needs_input=asked)
        if isinstance(decide_next(backlog, history), End):
            return
        feature = min(attempts, key=lambda f: attempts[f])
        history = replace(history, provider_failures=history.provider_failures + 1 if outcome == "provider" else 0)
        if outcome == "green":
            del attempts[feature]
            passing += 1
        elif outcome != "provider":
            attempts[feature] += 1
            if attempts[feature] >= FEATURE_ATTEMPTS:
                del attempts[feature]
                asked += 1
    # 12 features x 3 attempts, each preceded by at most 2 provider failures, stay below 200 sessions.
    pytest.fail("200 sessions and no end")
