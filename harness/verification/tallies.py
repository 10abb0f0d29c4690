"""How many tests passed, failed and were skipped, by what a test runner printed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")

# Runners whose last line is always there: a run of theirs without one was cut short from inside, or hidden.
_TELLING: Final = re.compile(r"(?:^|[\s;&|(/])(?:pytest|py\.test|unittest)(?=$|[\s;&|)])")
_PYTEST: Final = re.compile(r"^=*\s*((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s", re.MULTILINE)
_PART: Final = re.compile(r"(\d+) ([a-z]+)")
_UNITTEST: Final = re.compile(r"^Ran (\d+) tests? in [\d.]+s\s+(OK|FAILED)(?: \(([^)]*)\))?", re.MULTILINE)
_COUNT: Final = re.compile(r"([a-z ]+)=(\d+)")

# A test file that could not even be loaded, by runner.
_NOT_LOADED: Final = re.compile(
    r"unittest\.loader\._FailedTest|ImportError: Failed to import test module"  # unittest
    r"|^ERROR collecting |errors? during collection"  # pytest
    r"|^\s*(?:\u25cf )?Test suite failed to run"  # jest
    r"|^Error: Failed to (?:resolve import|load)|Failed Suites \d"  # vitest
    r"|^\u2716 .*\.[cm]?[jt]sx? .*\n(?:.*\n){0,12}?.*code: 'ERR_MODULE_NOT_FOUND'",  # node --test
    re.MULTILINE,
)


@dataclass(frozen=True)
class Tally:
    """Tests by how they went. `left_out`: skipped, or expected to fail and so no evidence of anything."""

    passed: int = 0
    failed: int = 0
    left_out: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.passed + other.passed, self.failed + other.failed, self.left_out + other.left_out)


def tally(output: str) -> Tally | None:
    """The sum of all summaries of pytest and unittest in `output`; None when there is none."""
    plain = COLOURS.sub("", output)
    found = [_pytest(match[1]) for match in _PYTEST.finditer(plain)]
    found += [_unittest(int(match[1]), match[3] or "") for match in _UNITTEST.finditer(plain)]
    return sum(found, Tally()) if found else None


def owes_tally(command: str) -> bool:
    """Whether `command` calls a runner that always prints a summary."""
    return _TELLING.search(command) is not None


def not_loaded(output: str) -> bool:
    """Whether a test file could not be loaded, so that its tests said nothing about the feature."""
    return _NOT_LOADED.search(COLOURS.sub("", output)) is not None


def _pytest(summary: str) -> Tally:
    counts = {word.rstrip("s"): int(number) for number, word in _PART.findall(summary)}
    left_out = sum(counts.get(word, 0) for word in ("skipped", "xfailed", "xpassed", "deselected"))
    return Tally(counts.get("passed", 0), counts.get("failed", 0) + counts.get("error", 0), left_out)


def _unittest(ran: int, details: str) -> Tally:
    counts = {word.strip(): int(number) for word, number in _COUNT.findall(details)}
    failed = counts.get("failures", 0) + counts.get("errors", 0)
    left_out = sum(counts.get(word, 0) for word in ("skipped", "expected failures", "unexpected successes"))
    return Tally(max(0, ran - failed - left_out), failed, left_out)
