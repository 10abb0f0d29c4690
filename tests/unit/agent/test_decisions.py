import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
    Exercise,
    History,
    Implement,
    Initialise,
    Wait,
    begun,
    decide_next,
    ended,
    goes_on,
    match,
)
from agent.limits import Outcome

READY = Backlog(total=3, passing=1, ready=1, blocked=1)


NOW = datetime(2026, 1, 1, tzinfo=UTC)
COMPLETED = Outcome("completed")


def end_of(backlog: Backlog, history: History) -> End:
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
    end = end_of(backlog, history)
    assert end.exit_code == code
    assert word in end.reason


def test_a_finished_backlog_ends_even_when_the_budget_is_spent() -> None:
    assert end_of(Backlog(total=1, passing=1), History(budget_left=0.0)).cause == "all_green"


def test_a_request_to_stop_comes_before_everything() -> None:
    assert end_of(Backlog(), History(request="stop", fatal="x")).cause == "stopped"


def test_every_cause_has_an_exit_code() -> None:
    assert set(EXIT_CODES.values()) == {0, 1, 3, 4, 130}


@pytest.mark.parametrize(
    "history",
    [
        History(request="stop"),
        History(request="pause"),
        History(fatal="The key was refused."),
        History(parked_until=NOW),
        History(provider_failures=99),
        History(sessions=2, max_sessions=2),
        History(budget_left=0.0),
    ],
)
def test_nothing_begins_and_nothing_ends_while_a_session_goes_on(history: History) -> None:
    assert decide_next(READY, replace(history, running=1)) == Wait()


def test_a_run_does_not_end_while_a_session_may_make_features_ready() -> None:
    held = Backlog(total=3, passing=1, in_progress=1, blocked=1)
    assert decide_next(held, History(agents=2, running=1)) == Wait()
    assert end_of(held, History(agents=2)).cause == "blocked"


def test_the_initializer_works_alone() -> None:
    under_way = begun(History(agents=3), Initialise())
    assert decide_next(Backlog(total=12, ready=12), under_way) == Wait()
    assert decide_next(Backlog(total=12, ready=12), ended(under_way, Initialise(), COMPLETED)) == Implement()
    assert decide_next(Backlog(), History(agents=3, running=1)) == Wait()


def test_testers_come_first_and_only_when_something_is_green() -> None:
    assert decide_next(READY, History(tests_due=1)) == Exercise()
    assert decide_next(replace(READY, passing=0), History(tests_due=1)) == Implement()
    assert decide_next(Backlog(total=1, passing=1), History(tests_due=1)) == Exercise()
    assert begun(History(tests_due=2), Exercise()).tests_due == 1


def test_sessions_are_counted_by_what_they_were() -> None:
    one = begun(History(), Initialise())
    assert (one.sessions, one.running, one.initialising) == (1, 1, True)
    done = ended(one, Initialise(), COMPLETED)
    assert (done.running, done.initialising, done.initializer_sessions) == (0, False, 1)
    troubled = ended(begun(done, Implement()), Implement(), Outcome("died", "gone"))
    assert (troubled.provider_failures, troubled.last_failure) == (1, "gone")
    assert ended(begun(troubled, Implement()), Implement(), COMPLETED, tests=2).tests_due == 2
    assert ended(begun(troubled, Implement()), Implement(), COMPLETED).provider_failures == 0


def test_failures_are_in_a_row_only_while_nothing_turns_green() -> None:
    trouble = Outcome("api_error", "529")
    history = History(running=3)
    for green in (0, 2, 0):
        history = ended(history, Implement(), trouble, green=green)
    assert history.provider_failures == 2


@pytest.mark.parametrize(
    ("history", "green", "reserved", "on"),
    [
        (History(), 1, None, True),
        (History(), 3, None, False),  # the batch is full
        (History(request="pause"), 1, None, False),
        (History(request="stop"), 1, None, False),
        (History(fatal="The key was refused."), 1, None, False),
        (History(parked_until=NOW), 1, None, False),
        (History(provider_failures=99), 1, None, False),
        (History(budget_left=0.0), 1, 2.0, True),  # all that is left is its own
        (History(budget_left=-2.0), 1, 2.0, False),
        (History(budget_left=1.0), 1, None, True),
        (History(sessions=2, max_sessions=2), 1, None, True),  # sessions are counted, not features
    ],
)
def test_when_a_session_may_take_another_feature(
    history: History, green: int, reserved: float | None, on: bool
) -> None:
    assert goes_on(history, green, 3, reserved) is on


def test_a_coder_s_end_leaves_the_initializer_at_work() -> None:
    both = History(agents=2, running=2, initialising=True)
    assert ended(both, Implement(), COMPLETED).initialising


def test_a_hiccup_that_takes_every_agent_does_not_end_the_run() -> None:
    for agents in (1, 3, 8):
        assert decide_next(READY, History(agents=agents, provider_failures=agents + 1)) == Implement()
        assert end_of(READY, History(agents=agents, provider_failures=agents + 2)).cause == "error"


def test_the_latest_limit_parks_all_and_its_words_stay() -> None:
    history = History(agents=3, running=3)
    for outcome in (
        Outcome("usage_limit", "Early.", NOW),
        Outcome("usage_limit", "Late.", NOW + timedelta(hours=2)),
        Outcome("max_turns", "All turns used."),
    ):
        history = ended(history, Implement(), outcome)
    parked = end_of(READY, history)
    assert parked.until == NOW + timedelta(hours=2)
    assert parked.reason.startswith("Late. Parked until")


CREW = ("agent-1", "agent-2", "agent-3")


@pytest.mark.parametrize(
    ("ready", "free", "keepers", "chosen"),
    [
        ([7, 8], ["agent-2", "agent-3"], {}, (7, "agent-2")),
        ([7, 8], ["agent-2", "agent-3"], {7: "agent-3"}, (7, "agent-3")),
        ([7, 8], ["agent-2"], {7: "agent-1"}, (8, "agent-2")),
        ([7], ["agent-2"], {7: "agent-1"}, (7, "agent-2")),
        ([7], ["agent-2"], {7: "agent-8"}, (7, "agent-2")),
        ([7, 8], ["agent-2", "agent-3"], {8: "agent-2"}, (7, "agent-3")),
        ([7, 8], ["agent-2"], {8: "agent-2"}, (7, "agent-2")),
    ],
)
def test_work_goes_to_whose_clone_holds_it(
    ready: list[int], free: list[str], keepers: dict[int, str], chosen: tuple[int, str]
) -> None:
    assert match(ready, free, keepers, CREW) == chosen


@given(
    outcomes=st.lists(st.sampled_from(["green", "failed", "provider"]), min_size=400, max_size=400),
    total=st.integers(1, 12),
    crew=st.tuples(st.integers(1, 8), st.integers(0, 3), st.integers(1, 5)),
    order=st.randoms(use_true_random=False),
)
def test_every_run_ends(outcomes: list[str], total: int, crew: tuple[int, int, int], order: random.Random) -> None:
    """A model of the crew: whatever sessions do, and in which order they end, the counts with a ceiling end it."""
    agents, ratio, batch = crew
    pending, attempts = list(range(total)), Counter[int]()
    running: list[int | None] = []  # features, None for testers
    history, passing, asked = History(agents=agents), 0, 0
    done: dict[int, int] = {}  # by the feature a session is at: how many it has turned green before
    while outcomes:
        backlog = Backlog(total, passing, len(pending), sum(card is not None for card in running), needs_input=asked)
        step = decide_next(backlog, history) if len(running) < agents else Wait()
        if isinstance(step, End):
            assert not running
            return
        if isinstance(step, Wait):
            card, outcome = running.pop(order.randrange(len(running))), outcomes.pop()
            kind = Implement() if card is not None else Exercise()
            green = card is not None and outcome == "green"
            before = done.pop(card, 0) if card is not None else 0
            passing += green
            small = [other for other in pending if not attempts[other]]
            if green and small and goes_on(history, before + 1, batch, None):
                pending.remove(small[0])
                running.append(small[0])
                done[small[0]] = before + 1
                continue
            told = Outcome("died", "x") if outcome == "provider" else COMPLETED
            history = ended(history, kind, told, green=before + green, tests=ratio * (before + green))
            if card is not None and not green:
                attempts[card] += outcome == "failed"
                asked += attempts[card] >= FEATURE_ATTEMPTS
                pending += [card] if attempts[card] < FEATURE_ATTEMPTS else []
            continue
        history = begun(history, step)
        running.append(pending.pop(0) if isinstance(step, Implement) else None)
    pytest.fail("400 sessions and no end")
