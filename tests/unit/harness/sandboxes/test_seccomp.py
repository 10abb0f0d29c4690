"""The filter, run as the kernel would run it."""

from __future__ import annotations

import pytest

from harness.sandboxes.seccomp import (
    ALLOW,
    ARCHITECTURE,
    FIRST_ARGUMENT,
    JUMP_AT_LEAST,
    JUMP_EQUAL,
    LOAD,
    MACHINES,
    NUMBER,
    REFUSE,
    REFUSED,
    RETURN,
    instructions,
    seccomp_filter,
)

INET, VSOCK, ALG = 2, 40, 38


def verdict(machine: str, number: int, argument: int = 0, architecture: int | None = None) -> int:
    """What the filter of `machine` returns for a system call."""
    audit, _, _ = MACHINES[machine]
    data = {
        NUMBER: number,
        ARCHITECTURE: audit if architecture is None else architecture,
        FIRST_ARGUMENT: argument,
    }
    program, at, loaded = instructions(seccomp_filter(machine)), 0, 0
    while True:
        code, then, otherwise, value = program[at]
        at += 1
        if code == RETURN:
            return value
        if code == LOAD:
            loaded = data[value]
        else:
            true = loaded == value if code == JUMP_EQUAL else loaded >= value
            assert code in (JUMP_EQUAL, JUMP_AT_LEAST)
            at += then if true else otherwise


@pytest.mark.parametrize("machine", MACHINES)
def test_every_named_call_is_refused(machine: str) -> None:
    column = MACHINES[machine][2]
    assert {verdict(machine, numbers[column]) for numbers in REFUSED.values()} == {REFUSE}


@pytest.mark.parametrize("machine", MACHINES)
def test_everything_else_is_allowed(machine: str) -> None:
    _, socket, column = MACHINES[machine]
    named = {numbers[column] for numbers in REFUSED.values()}
    assert {verdict(machine, number) for number in range(600) if number not in named and number != socket} == {ALLOW}


@pytest.mark.parametrize("machine", MACHINES)
def test_only_sockets_of_the_places_own_network_are_allowed(machine: str) -> None:
    socket = MACHINES[machine][1]
    assert [verdict(machine, socket, family) for family in (1, INET, 10, 16, VSOCK, ALG, 17, 31)] == [ALLOW] * 4 + [
        REFUSE
    ] * 4


def test_the_other_tables_of_calls_are_refused() -> None:
    assert verdict("x86_64", 0x40000000) == REFUSE
    assert verdict("x86_64", 1, architecture=0x40000003) == REFUSE


def test_a_machine_whose_calls_are_unknown_has_no_filter() -> None:
    with pytest.raises(KeyError):
        seccomp_filter("pdp11")
