import pytest

from agent.budget import Limits, Spendings, left, pays_another, reservation


@pytest.mark.parametrize(
    ("limits", "spent", "remains", "reserved"),
    [
        (Limits(), Spendings(9, 9, 9), None, None),
        (Limits(session=2), Spendings(9, 9, 9), None, 2),
        (Limits(run=5), Spendings(run=3, project=100), 2, 2),
        (Limits(run=5, session=1), Spendings(run=3), 2, 1),
        (Limits(run=50, project=10, day=8), Spendings(run=1, project=9, day=1), 1, 1),
        (Limits(run=50, project=10, day=2), Spendings(run=1, project=1, day=1.5), 0.5, 0.5),
        (Limits(run=5), Spendings(run=6), -1, 0),
    ],
)
def test_the_tightest_ceiling_decides(
    limits: Limits, spent: Spendings, remains: float | None, reserved: float | None
) -> None:
    assert left(limits, spent) == remains
    assert reservation(limits, spent) == reserved


def test_sessions_that_begin_side_by_side_share_what_is_left() -> None:
    assert reservation(Limits(run=6), Spendings(), 3) == 2
    assert reservation(Limits(run=6, session=1), Spendings(), 3) == 1
    assert reservation(Limits(session=1), Spendings(run=9), 3) == 1
    assert reservation(Limits(run=6), Spendings(), 0) == 6


@pytest.mark.parametrize(
    ("reserved", "costs", "pays"),
    [
        (None, [5.0], True),
        (None, None, True),
        (3.0, None, False),
        (3.0, [1.0], True),
        (2.9, [1.0], False),
        (4.0, [0.5, 1.5], False),
        (5.0, [0.5, 1.5], True),
        (1.0, [0.0], True),
    ],
)
def test_another_feature_has_to_be_covered_twice(reserved: float | None, costs: list[float] | None, pays: bool) -> None:
    assert pays_another(reserved, costs) is pays
