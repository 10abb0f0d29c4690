from __future__ import annotations

from datetime import UTC, datetime

from api.backlog.schemas import CheckView, GreenCheck
from harness.verification import selection
from harness.workspaces.history import History, Step

START = datetime(2026, 1, 1, tzinfo=UTC)


def green(
    number: int,
    commit: str,
    *,
    files: list[str] | None = None,
    stale: bool = False,
    leased: bool = False,
    minute: int = 0,
) -> GreenCheck:
    check = CheckView(command="true", files=files or [], hash="h", set_by="agent-1", set_at=START)
    return GreenCheck(
        feature_id=number,
        name=f"card {number}",
        stale=stale,
        leased=leased,
        check=check,
        commit=commit,
        tree=f"tree of {commit}",
        finished_at=START.replace(minute=minute),
    )


def history(*steps: Step) -> History:
    """Steps as given, newest first."""
    marked = tuple(step for step in steps if step.lands or step.undoes)
    return History(steps[0].commit, steps, marked)


def step(commit: str, *files: str, lands: int | None = None, undoes: int | None = None, undone: str = "") -> Step:
    return Step(commit, commit, frozenset(files), lands, undoes, tuple(undone.split()))


def unknown(_commit: str) -> None:
    return None


PAST = history(step("c", "b.py", lands=3), step("b", "b.py", "test_b.py", lands=2), step("a", "a.py", lands=1))


def test_a_card_is_stale_when_others_changed_its_files() -> None:
    greens = [green(1, "a"), green(2, "b"), green(3, "c")]
    assert selection.gone_stale(greens, PAST, unknown) == [2]


def test_a_card_is_stale_when_its_check_files_changed() -> None:
    assert selection.gone_stale([green(1, "a", files=["test_b.py"])], PAST, unknown) == [1]


def test_what_is_stale_already_is_not_said_again() -> None:
    assert selection.gone_stale([green(2, "b", stale=True)], PAST, unknown) == []


def test_a_pass_from_long_ago_is_compared_by_its_files() -> None:
    assert selection.gone_stale([green(1, "old")], PAST, lambda _: frozenset({"a.py"})) == [1]
    assert selection.gone_stale([green(1, "old")], PAST, lambda _: frozenset({"b.py"})) == []
    assert selection.gone_stale([green(1, "old")], PAST, unknown) == [1]


def test_stale_cards_come_first_then_the_oldest_pass() -> None:
    greens = [green(1, "a", minute=3), green(2, "b", minute=2), green(3, "a", minute=9, stale=True)]
    assert [found.feature_id for found in selection.due(greens, "tree of c", {})] == [3, 2, 1]


def test_a_pass_is_good_enough_for_a_while() -> None:
    greens = [green(1, "a", minute=3), green(2, "b", minute=2), green(3, "a", minute=9, stale=True)]
    found = selection.due(greens, "tree of c", {}, fresh_since=greens[0].finished_at)
    assert [one.feature_id for one in found] == [3, 2]


def test_what_needs_no_run_is_left_out() -> None:
    greens = [green(1, "c"), green(2, "b", leased=True), green(3, "b"), green(4, "b"), green(5, "c", stale=True)]
    spoiled = {3: "tree of c", 4: "tree of b"}
    assert [found.feature_id for found in selection.due(greens, "tree of c", spoiled)] == [5, 4]


def test_cards_that_a_change_touches() -> None:
    greens = [green(1, "a"), green(2, "b"), green(3, "c", files=["a.py"])]
    assert selection.touched(greens, PAST, ["a.py"]) == [1, 3]
    assert selection.touched(greens, PAST, []) == []


def test_work_that_was_taken_back_does_not_count() -> None:
    past = history(step("u", "a.py", undoes=1, undone="a"), *PAST.steps)
    assert past.files_of(1) == frozenset()
    assert past.standing(1) == []
    undoing = past.undoing(1)
    assert undoing is not None
    assert undoing.commit == "u"
    assert past.undoing(2) is None


def test_an_undo_that_was_not_recorded_is_seen() -> None:
    past = history(step("u", "a.py", undoes=1, undone="a"), *PAST.steps)
    assert [found.feature_id for found in selection.taken_back([green(1, "a"), green(2, "b")], past)] == [1]


def test_a_card_that_passed_after_its_undo_is_none() -> None:
    past = history(step("d", "a.py"), step("u", "a.py", undoes=1, undone="a"), *PAST.steps)
    assert selection.taken_back([green(1, "d"), green(1, "u"), green(1, "elsewhere")], past) == []


def test_a_card_landed_again_stands() -> None:
    past = history(step("d", "a2.py", lands=1), step("u", "a.py", undoes=1, undone="a"), *PAST.steps)
    assert past.files_of(1) == {"a2.py"}
    assert selection.taken_back([green(1, "a")], past) == []
