from __future__ import annotations

import pytest

from harness.verification.guilt import Guilt, first_red
from harness.workspaces.history import Step

COMMIT = "abcd1234" + "0" * 32


def step(lands: int | None = None, undoes: int | None = None) -> Step:
    return Step(COMMIT, "Tidy up", frozenset(), lands, undoes)


@pytest.mark.parametrize("length", range(1, 18))
async def test_the_first_red_commit_is_found(length: int) -> None:
    commits = [str(number) for number in range(length)]
    for guilty in range(length):
        asked: list[str] = []

        async def is_red(commit: str, guilty: int = guilty, asked: list[str] = asked) -> bool:
            asked.append(commit)
            return int(commit) >= guilty

        assert await first_red(commits, is_red) == str(guilty)
        assert len(asked) <= (length - 1).bit_length()
        assert len(set(asked)) == len(asked)


def test_a_card_is_named_with_its_commit_and_what_was_printed() -> None:
    guilt = Guilt(COMMIT, step(lands=12))
    sentence = guilt.sentence("Undo deletions", "\n".join(map(str, range(20))), "it exited with 1")
    assert sentence == "Broken by #12 'Undo deletions' (commit abcd1234): 12\n13\n14\n15\n16\n17\n18\n19"
    assert guilt.card == 12


@pytest.mark.parametrize(
    ("guilt", "sentence"),
    [
        (Guilt(COMMIT, step(lands=12)), "Broken by #12 'Tidy up' (commit abcd1234): it exited with 1"),
        (Guilt(COMMIT, step(undoes=12)), "Broken by the undoing of #12 'Tidy up' (commit abcd1234): it exited with 1"),
        (Guilt(COMMIT, step()), "Broken by 'Tidy up' (commit abcd1234, no agent's work): it exited with 1"),
        (Guilt(COMMIT, None), "Broken by commit abcd1234: it exited with 1"),
        (
            Guilt(COMMIT, None, known=False),
            "Broken by something before commit abcd1234, after the branch was rewritten: it exited with 1",
        ),
    ],
)
def test_who_it_was_is_said(guilt: Guilt, sentence: str) -> None:
    assert guilt.sentence(None, " \n", "it exited with 1") == sentence


def test_the_end_of_a_long_line_is_kept() -> None:
    assert len(Guilt(COMMIT, None).sentence(None, "x" * 5_000, "")) < 1_100
