"""One green card's check, run again: does it still hold, and if not, since which commit?"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from api.backlog.schemas import GreenCheck
from api.errors import Conflict
from harness.verification.guilt import Guilt, first_red
from harness.verification.records import Entry, Record, Records
from harness.verification.spare_time import PATIENCE, SpareTime
from harness.verification.trial import Outcome, Trials
from harness.verification.verdicts import State
from harness.workspaces.landing import Candidate
from harness.workspaces.repository import ProjectRepository

RUNS: Final = 2  # a check is red when it did not pass so many times in a row: one flake condemns nobody
LOOKS: Final = 5  # at new tips, while others land in between


_NOBODY: Final = (
    "it does so on commit {commit} too, where it passed before, so no merge is to blame: look at what it needs "
    "besides the code"
)


@dataclass(frozen=True)
class _Blame:
    """Who broke it; without `guilt`, `excuse` says why nobody did."""

    guilt: Guilt | None
    excuse: str = ""


@dataclass(frozen=True)
class Finding:
    """What came of it: `entry` is what is written down.

    `reason`: why the card is failing, None while it is not; `guilty` is the commit that broke it, where one did.
    """

    entry: Entry
    reason: str | None = None
    guilty: str | None = None


@dataclass(frozen=True)
class Means:
    """What retrials of one project are made with."""

    repository: ProjectRepository
    trials: Trials
    spare: SpareTime
    records: Records


class Retrial:
    """Runs the check of `green` on commits of the integration branch, for the row `record`."""

    def __init__(self, means: Means, green: GreenCheck, record: Record) -> None:
        self._repository = means.repository
        self._trials = means.trials
        self._spare = means.spare
        self._records = means.records
        self._green = green
        self._record = record

    async def decide(self) -> Finding:
        """Run it at the tip. Where it is red, find since when, and condemn it if it is red at the tip even then.

        Where others land meanwhile, the last word is spoken at their tip.
        """
        blame: _Blame | None = None
        before = ""
        for look in range(LOOKS):
            async with self._tip() as candidate:
                outcome = await self._twice(candidate, candidate.commit)
                if outcome.judgement.state == "passed":
                    return Finding(self._entry(candidate, outcome, "passed"))
                if blame is not None and (candidate.commit == before or look == LOOKS - 1):
                    break
                blame = blame or await self._blame(candidate)
                before = candidate.commit
        assert blame is not None
        if blame.guilt is None:
            detail = f"{_said(outcome)}; {blame.excuse}"
            return Finding(self._entry(candidate, outcome, "broken", detail))
        return await asyncio.to_thread(self._condemned, candidate, outcome, blame.guilt)

    async def _blame(self, candidate: Candidate) -> _Blame:
        """Who broke it, or why nobody did."""
        good, bad = self._green.commit, candidate.commit
        if not await asyncio.to_thread(self._repository.is_landed, good):
            return _Blame(Guilt(bad, None, known=False))
        if good == bad or await self._is_red(candidate, good):
            return _Blame(None, _NOBODY.format(commit=good[:8]))
        commits = await asyncio.to_thread(self._repository.commits_between, good, bad)
        guilty = await first_red(commits, lambda commit: self._is_red(candidate, commit))
        history = await asyncio.to_thread(self._repository.history)
        known = (*history.steps, *history.marked)
        return _Blame(Guilt(guilty, next((step for step in known if step.commit == guilty), None)))

    def _condemned(self, candidate: Candidate, outcome: Outcome, guilt: Guilt) -> Finding:
        number = guilt.card
        name = None if number is None else self._records.name_of(number)
        reason = guilt.sentence(name, "" if outcome.ran is None else outcome.ran.output, _said(outcome))
        entry = self._entry(candidate, outcome, "failed", guilt.who(name))
        return Finding(entry, reason, guilt.commit if guilt.known else None)

    def _entry(self, candidate: Candidate, outcome: Outcome, state: State, detail: str = "") -> Entry:
        words = detail or _said(outcome)
        where = f"Run again on commit {candidate.commit[:8]}: {words}."
        return Entry(state, where, outcome.ran, candidate.commit, candidate.tree)

    async def _is_red(self, candidate: Candidate, commit: str) -> bool:
        return (await self._twice(candidate, commit)).judgement.state != "passed"

    async def _twice(self, candidate: Candidate, commit: str) -> Outcome:
        """The last of up to `RUNS` runs on `commit`; it is not repeated once it passed."""
        for _ in range(RUNS):
            outcome = await self._spare.spend(
                self._record.verification_id,
                lambda: self._run(candidate, commit),
                patience=PATIENCE if self._record.patient else 0,
            )
            if outcome.judgement.state == "passed":
                break
        return outcome

    async def _run(self, candidate: Candidate, commit: str) -> Outcome:
        async with self._trials.of(candidate, self._green.check, _nobody_listens) as trial:
            return await trial.run(commit)

    @contextlib.asynccontextmanager
    async def _tip(self) -> AsyncIterator[Candidate]:
        candidate = await asyncio.to_thread(self._candidate)
        try:
            yield candidate
        finally:
            await asyncio.to_thread(candidate.drop)

    def _candidate(self) -> Candidate:
        """The branch with the user's commits in it; without those where they cannot be merged."""
        try:
            return self._repository.tip_candidate(self._green.feature_id, self._records.executor)
        except Conflict:
            return self._repository.bare_tip_candidate(self._green.feature_id, self._records.executor)


def _said(outcome: Outcome) -> str:
    """What became of it, without what is said to the agent whose commit a check runs on."""
    return outcome.judgement.detail.removesuffix(" on a clean checkout of your commit")


def _nobody_listens(_text: str) -> None:
    """Nobody waits for this, so nobody is told how it goes."""
