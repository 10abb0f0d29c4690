"""One suite that every provider of places passes; its test file is three lines.

@pytest.mark.parametrize("check", checks(PROVIDER), ids=name_of)
async def test_conforms(check, tmp_path):
    await check(Stage(PROVIDER, tmp_path))
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.errors import AppError
from harness.sandboxes.base import Provider
from harness.sandboxes.conformance import commands, detached, files, lasting, limits, tools, walls
from harness.sandboxes.conformance.stage import Check, NotConforming, Stage

__all__ = [
    "ALL",
    "CHECKS",
    "WALLED",
    "Check",
    "NotConforming",
    "Stage",
    "Verdict",
    "checks",
    "name_of",
    "run_conformance",
]

CHECKS: tuple[Check, ...] = (*commands.CHECKS, *files.CHECKS, *lasting.CHECKS, *tools.CHECKS, *limits.CHECKS)
WALLED: tuple[Check, ...] = (*limits.WALLED, *walls.WALLED)


@dataclass(frozen=True)
class Verdict:
    """What one check found."""

    check: str
    outcome: Literal["passed", "failed", "not applicable"]
    detail: str = ""


def checks(provider: Provider) -> tuple[Check, ...]:
    """The checks that apply to `provider`: those of walls only where it has some."""
    own = detached.DETACHED if provider.detached else detached.ATTACHED
    return (*CHECKS, *(WALLED if provider.isolated else ()), *own)


def name_of(check: Check) -> str:
    """A check in words: `a_server_inside_is_not_outside`."""
    return getattr(check, "__name__", repr(check))


async def run_conformance(provider: Provider, root: Path) -> list[Verdict]:
    """Run the whole suite in folders under `root`, one after the other."""
    verdicts = []
    for check in (*CHECKS, *WALLED, *detached.DETACHED, *detached.ATTACHED):
        name = name_of(check)
        if check not in checks(provider):
            verdicts.append(Verdict(name, "not applicable"))
            continue
        (root / name).mkdir(parents=True)
        try:
            await check(Stage(provider, root / name))
        except (NotConforming, AppError, OSError) as finding:
            verdicts.append(Verdict(name, "failed", str(finding)))
        else:
            verdicts.append(Verdict(name, "passed"))
    return verdicts
