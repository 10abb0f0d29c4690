import pytest

from harness.sandboxes.pid_limit import RESERVED, available, ceiling, hold


@pytest.mark.parametrize(
    ("release", "has"),
    [("6.14.0", True), ("6.18.44-fc", True), ("7.0", True), ("6.13.9", False), ("5.15.0-generic", False), ("x", False)],
)
def test_kernels_from_6_14_have_it(release: str, has: bool) -> None:
    assert available(release) is has


def test_without_an_init_nothing_is_touched() -> None:
    assert hold(0, 100) is False


def test_there_is_room_above_the_numbers_that_are_given_out_once() -> None:
    assert ceiling(100) - RESERVED >= 100
