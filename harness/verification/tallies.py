"""How many tests passed, failed and were skipped, by what a test runner printed. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")

# Runners whose last line is always there: a run of theirs without one was cut short from inside, or hidden.
_TELLING: Final = re.compile(r"(?:^|[\s;&|(/])(?:pytest|py\.test|unittest)(?=$|[\s;&|)])")
_COUNTING: Final = re.compile(r"(?:^|[\s;&|(/])(?:vitest|jest|node\s(?:[^;&|]*\s)?--test)(?=$|[\s;&|)])")
_CALLING: Final = re.compile(  # what calls such runners by a name of its own
    r"(?:^|[\s;&|(/])(?:npm|pnpm|yarn|bun|g?make|just|task|rake|tox|nox|mocha|cargo|playwright)(?=$|[\s;&|)])"
)
_PYTEST: Final = re.compile(r"^=*\s*((?:\d+ (?:subtests )?[a-z]+(?:, )?)+) in [\d.]+s", re.MULTILINE)
_SUBTESTS: Final = re.compile(r"\bsubtests\b|\bSUBFAIL")
_COLLECTED: Final = re.compile(r"^collected (\d+) items?\b", re.MULTILINE)  # its summary counts subtests as well
_MEANINGS: Final = (
    ("passed", "passing", "flaky"),
    ("failed", "failing"),
    ("skipped", "todo", "pending", "ignored"),
)
_PART: Final = re.compile(r"(\d+) ([a-z]+)")
_UNITTEST: Final = re.compile(r"^Ran (\d+) tests? in [\d.]+s\s+(OK|FAILED)(?: \(([^)]*)\))?", re.MULTILINE)
_COUNT: Final = re.compile(r"([a-z ]+)=(\d+)")

_NODE: Final = re.compile(r"^[#\u2139] (tests|pass|fail|cancelled|skipped|todo) (\d+)$", re.MULTILINE)
_VITEST: Final = re.compile(r"^\s+Tests  (.+) \(\d+\)$", re.MULTILINE)
_JEST: Final = re.compile(r"^Tests:\s+(.+), \d+ total$", re.MULTILINE)
_MOCHA: Final = re.compile(r"^  (\d+ passing \(.*\)(?:\n  \d+ (?:pending|failing))*)", re.MULTILINE)
_PLAYWRIGHT: Final = re.compile(r"^Running \d+ tests? using \d+ workers?", re.MULTILINE)
_PLAYED: Final = re.compile(r"^  (\d+ (?:passed|failed|flaky|skipped))\b", re.MULTILINE)
_CARGO: Final = re.compile(r"^test result: \w+\. (\d+ passed; \d+ failed; \d+ ignored);", re.MULTILINE)
_COUNTED: Final = (_VITEST, _JEST, _MOCHA, _CARGO)

# One test of `node --test`, in both of its formats; the program that ran the files answers for them by their names.
_NODE_TEST: Final = re.compile(
    r"^\s*(?:(?P<tap>not ok|ok) \d+ - (?P<name>.*?)|(?P<mark>[\u2714\u2716]) (?P<spec>.*?) \([\d.]+ms\))(?: # .*)?$",
    re.MULTILINE,
)
_FILE: Final = re.compile(r"\.[cm]?[jt]sx?$")

# A test file that could not even be loaded, by runner.
_NOT_LOADED: Final = re.compile(
    r"unittest\.loader\._FailedTest|ImportError: Failed to import test module"  # unittest
    r"|^ERROR collecting |errors? during collection|^ImportError while loading conftest "  # pytest
    r"|^\s*Exception during run: "  # mocha
    r"|^\s*(?:\u25cf )?Test suite failed to run"  # jest
    r"|^Error: Failed to (?:resolve import|load)|Failed Suites \d"  # vitest
    r"|^\u2716 .*\.[cm]?[jt]sx? .*\n(?:.*\n){0,12}?.*code: 'ERR_MODULE_NOT_FOUND'",  # node --test
    re.MULTILINE,
)
# What node says of an import that led nowhere: `node --test` then reports the whole file.
_NODE_IMPORT: Final = re.compile(
    r"\bRequire stack:$|\bCannot find (?:module|package) .* imported from |\bdoes not provide an export named ",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Tally:
    """Tests by how they went. `left_out`: skipped, or expected to fail and so no evidence of anything.

    `ran`: all that were found, however often each is counted above; 0 where the runner does not say.
    """

    passed: int = 0
    failed: int = 0
    left_out: int = 0
    ran: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.left_out + other.left_out,
            self.ran + other.ran,
        )


def tally(output: str) -> Tally | None:
    """The sum of all summaries of test runners in `output`; None when there is none."""
    plain = COLOURS.sub("", output)
    found = [_pytest(match[1]) for match in _PYTEST.finditer(plain)]
    collected = [Tally(ran=int(match[1])) for match in _COLLECTED.finditer(plain)] if found else []
    if collected or _SUBTESTS.search(plain):
        found = [*(replace(one, ran=0) for one in found), *collected]
    found += [_unittest(int(match[1]), match[3] or "") for match in _UNITTEST.finditer(plain)]
    found += [_counted(match[1]) for pattern in _COUNTED for match in pattern.finditer(plain)]
    if _PLAYWRIGHT.search(plain):
        found.append(_counted(" ".join(_PLAYED.findall(plain))))
    found += _node([(match[1], int(match[2])) for match in _NODE.finditer(plain)])
    return sum(found, Tally()) if found else None


def turned(before: str, after: str) -> bool | None:
    """Whether a test of `node --test` that failed in the output `before` passed in `after`.

    None when either of them names none.
    """
    failed = {name for name, passed in _named(before) if not passed and not _FILE.search(name)}
    now = _named(after)
    return any(passed and name in failed for name, passed in now) if failed and now else None


def owes_tally(command: str, *, printed: bool = False) -> bool:
    """Whether `command` calls a runner that always prints a summary; `printed`: it has printed one before."""
    if _TELLING.search(command) is not None:
        return True
    return printed and (_COUNTING.search(command) is not None or _CALLING.search(command) is not None)


def not_loaded(output: str) -> bool:
    """Whether a test file could not be loaded, so that its tests said nothing about the feature."""
    plain = COLOURS.sub("", output)
    if _NODE_IMPORT.search(plain):
        failed = [name for name, passed in _named(plain) if not passed]
        if failed and all(_FILE.search(name) for name in failed):
            return True
    return _NOT_LOADED.search(plain) is not None


def _pytest(summary: str) -> Tally:
    counts = {word.rstrip("s"): int(number) for number, word in _PART.findall(summary)}
    left_out = sum(counts.get(word, 0) for word in ("skipped", "xfailed", "xpassed", "deselected"))
    passed, failed = counts.get("passed", 0), counts.get("failed", 0)
    return Tally(passed, failed + counts.get("error", 0), left_out, passed + failed + left_out)


def _unittest(ran: int, details: str) -> Tally:
    counts = {word.strip(): int(number) for word, number in _COUNT.findall(details)}
    failed = counts.get("failures", 0) + counts.get("errors", 0)
    left_out = sum(counts.get(word, 0) for word in ("skipped", "expected failures", "unexpected successes"))
    return Tally(max(0, ran - failed - left_out), failed, left_out, ran)


def _counted(summary: str) -> Tally:
    """`1 failed | 2 passed | 1 skipped`, with commas, or on lines of their own."""
    counts = {word: int(number) for number, word in _PART.findall(summary)}
    passed, failed, left_out = (sum(counts.get(word, 0) for word in words) for words in _MEANINGS)
    return Tally(passed, failed, left_out, passed + failed + left_out)


def _node(lines: Sequence[tuple[str, int]]) -> list[Tally]:
    """The summaries of `node --test`, each beginning with the number of its tests."""
    found: list[dict[str, int]] = []
    for word, number in lines:
        if word == "tests":
            found.append({})
        if found:
            found[-1][word] = number
    return [
        Tally(
            one.get("pass", 0),
            one.get("fail", 0) + one.get("cancelled", 0),
            one.get("skipped", 0) + one.get("todo", 0),
            one["tests"],
        )
        for one in found
    ]


def _named(output: str) -> list[tuple[str, bool]]:
    found = _NODE_TEST.finditer(COLOURS.sub("", output))
    return [
        (match["name"] or match["spec"] or "", match["tap"] == "ok" or match["mark"] == "\u2714") for match in found
    ]
