"""What a run of a check means. Pure: exit code and output in, judgement out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from harness.verification.tallies import COLOURS, not_loaded, owes_tally, tally, turned

State = Literal["passed", "failed", "broken", "cancelled"]

OVER_ITS_LIMIT: Final = 124  # of `timeout`
NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127
KILLED: Final = 137

_SUMMARY: Final = re.compile(
    r"^=*\s*(?:no tests ran|\d+ [\w ]+(?:, \d+ [\w ]+)*) in [\d.]+s", re.MULTILINE
)  # pytest's last line
_MISUSE: Final = re.compile(r"^ERROR: (?:usage|file or directory not found):", re.MULTILINE)
_PYTEST_BROKEN: Final = {
    2: "the tests could not be collected",
    3: "pytest itself failed",
    4: "pytest was called wrongly",
    5: "it ran no test at all",
}
# A runner that ran no test, by what it prints; the second pattern takes that back, for commands with several runners.
_RAN_NOTHING: Final = tuple(
    (re.compile(nothing, re.MULTILINE), re.compile(something, re.MULTILINE))
    for nothing, something in (
        (r"^=*\s*no tests ran in ", r"^=*\s*.*\d+ passed.* in "),
        (r"^=*\s*\d+ skipped(?:, \d+ (?:deselected|warnings?))* in ", r"^=*\s*.*\d+ (?:passed|failed).* in "),
        (r"^Ran (\d+) tests? in .*\s+OK \(skipped=\1\)", r"^Ran [1-9]\d* tests? in .*\s+OK$"),
        (r"^Ran 0 tests in ", r"^Ran [1-9]\d* tests? in "),
        (r"^No test files found", r"Tests? .*\d+ passed"),
        (r"^No tests found", r"Tests:.*\d+ passed"),
        (r"^[#\u2139] tests 0$", r"^[#\u2139] tests [1-9]"),
        (r"^Could not find '[^'\n]*'$", r"^[#\u2139] tests [1-9]"),
        (r"^Error: No tests? (?:files )?found", r"\d+ pass(?:ed|ing)"),
    )
)


@dataclass(frozen=True)
class Ran:
    """A finished command: exit code as a shell reports it, its output, seconds, and whether it was stopped at its
    limit.
    """

    exit_code: int
    output: str
    seconds: float
    timed_out: bool = False


@dataclass(frozen=True)
class Judgement:
    """`broken`: the check could not say anything about the feature.

    `detail` is the end of a sentence, without a full stop.
    """

    state: State
    detail: str


@dataclass(frozen=True)
class Verdict:
    """What a verification found. `detail` is one sentence; `output` the end of what was printed.

    `commit` is the one that was checked, on the integration branch when `passed`; `note` tells where the user's
    folder stands.
    """

    state: State
    detail: str = ""
    output: str = ""
    verification_id: int | None = None
    commit: str | None = None
    note: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the feature is green now."""
        return self.state == "passed"


def judge(ran: Ran) -> Judgement:
    """What `ran` says about the feature that was checked."""
    if ran.timed_out:
        return Judgement("broken", f"it did not end within {ran.seconds:.0f} s")
    if ran.exit_code == OVER_ITS_LIMIT:
        return Judgement("broken", "it did not end within the limit it set itself (exit 124)")
    if ran.exit_code == NOT_FOUND:
        return Judgement("broken", "a command was not found (exit 127): install it in init.sh, or mend the check")
    if ran.exit_code == NOT_EXECUTABLE:
        return Judgement("broken", "a command is not executable (exit 126): mend the check")
    output = COLOURS.sub("", ran.output)
    if any(nothing.search(output) and not something.search(output) for nothing, something in _RAN_NOTHING):
        return Judgement("broken", "it ran no test at all")
    if ran.exit_code in _PYTEST_BROKEN and (_SUMMARY.search(output) or _MISUSE.search(output)):
        return Judgement("broken", f"{_PYTEST_BROKEN[ran.exit_code]} (exit {ran.exit_code})")
    if ran.exit_code == 0:
        return Judgement("passed", f"it passed in {ran.seconds:.1f} s")
    return Judgement("failed", f"{_how(ran)} after {ran.seconds:.1f} s on a clean checkout of your commit")


def judge_before(ran: Ran, judgement: Judgement) -> Judgement:
    """What the run without the work says: `passed` when it failed as a check, which is what a proof needs."""
    if judgement.state == "passed":
        return Judgement(
            "failed",
            "it passes without your work too, so it proves nothing: let it test what is new, or set it again with "
            "already_satisfied and the reason, if the feature was there already",
        )
    if judgement.state == "broken":
        return Judgement("broken", f"without your work {judgement.detail}; it has to run there, and fail")
    if ran.exit_code == KILLED:
        return Judgement("broken", "without your work it was killed, perhaps for want of memory, so it said nothing")
    if not_loaded(ran.output):
        return Judgement(
            "broken",
            "without your work its test files cannot even be loaded, which says nothing about the feature: import "
            "what is new inside the tests, or test through the page, the interface or the command",
        )
    return Judgement("passed", f"without the work {_how(ran)}")


def judge_guard(judgement: Judgement) -> Judgement:
    """What the run without the work says about a guard, which is to pass on both sides."""
    if judgement.state == "passed":
        return judgement
    return Judgement(judgement.state, f"without your work {judgement.detail}; a guard passes there too")


def judge_after(command: str, before: Ran, after: Ran) -> Judgement:
    """What a run that exited with 0 shows, compared with the run without the work."""
    then, now = tally(before.output), tally(after.output)
    if now is None and owes_tally(command, printed=then is not None):
        return Judgement(
            "broken",
            "it exited with 0 without the summary of its test runner: let the check print it, and let nothing end the "
            "run before it",
        )
    if now is not None and now.passed == 0:
        return Judgement("broken", "no test passed: all were left out")
    if now is not None and now.failed:
        return Judgement(
            "broken",
            f"it exited with 0, though its test runner says that {now.failed} failed: let the runner's own exit code "
            "decide",
        )
    if now is not None and now.left_out > (0 if then is None else then.left_out):
        return Judgement("broken", "tests that ran without your work are skipped, or expected to fail, with it")
    if now is not None and then is not None and 0 < now.ran < then.ran:
        return Judgement("broken", f"{then.ran} tests ran without your work, and only {now.ran} with it")
    if turned(before.output, after.output) is False:
        return Judgement("broken", "none of the tests that failed without your work is among those that passed with it")
    return Judgement("passed", f"without the work {_how(before)}, with it it passed in {after.seconds:.1f} s")


def judge_setup(ran: Ran) -> Judgement | None:
    """Why the set-up makes the check impossible; None when it is done."""
    if ran.timed_out:
        return Judgement(
            "broken", f"init.sh did not end within {ran.seconds:.0f} s: start servers in the background with `&`"
        )
    if ran.exit_code != 0:
        return Judgement("broken", f"init.sh exited with {ran.exit_code}: it must work on a clean checkout")
    return None


def _how(ran: Ran) -> str:
    return "it was killed, perhaps for want of memory" if ran.exit_code == KILLED else f"it exited with {ran.exit_code}"
