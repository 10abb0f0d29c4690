"""What a check has to show, and whether it did: red without the work and green with it, or green on both sides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from api.backlog.statuses import Policy, Proof
from harness.verification import changes
from harness.verification.cases import Case
from harness.verification.footprints import judge_footprints
from harness.verification.guards import Doubt, Review, Work, digest, review
from harness.verification.trial import Outcome, Trial
from harness.verification.verdicts import Judgement, Ran, judge_after, judge_before, judge_guard
from harness.workspaces.bench import Change
from harness.workspaces.landing import Candidate


@dataclass(frozen=True)
class Plan:
    """What is run for a card. `before` is the commit without the work, None when only the work itself is run.

    `turns`: the run without the work must be red. `badge` is what success is worth. `after` is what is checked out for
    the work itself, None for the candidate's own commit.
    """

    badge: Proof
    before: str | None = None
    turns: bool = False
    after: str | None = None


@dataclass(frozen=True)
class Question:
    """What a person has to look at before the card can be proven.

    `key` names exactly these changes, `diff` shows them.
    """

    key: str
    doubts: tuple[Doubt, ...]
    diff: str

    @property
    def sentence(self) -> str:
        """The question, with the changes."""
        told = "; ".join(f"{doubt.name}: {doubt.why}" for doubt in self.doubts[: changes.MOST_TOLD])
        asked = f"The work for this feature changes what could make its check pass by itself ({told}). Is that right?"
        return f"{asked[:1_500]}\n\n{self.diff}"


@dataclass(frozen=True)
class Finding:
    """What the runs came to; `badge` only counts when `judgement` is `passed`."""

    judgement: Judgement
    badge: Proof
    before: Ran | None = None
    after: Ran | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def output(self) -> str:
        """What the runs printed, under headings where there were two."""
        if self.before is None or self.before is self.after:
            return "" if self.after is None else self.after.output
        parts = [f"--- without the work (exit {self.before.exit_code})\n{self.before.output.rstrip()}"]
        if self.after is not None:
            parts.append(f"--- with the work (exit {self.after.exit_code})\n{self.after.output.rstrip()}")
        return "\n\n".join(parts) + "\n"

    @property
    def deciding(self) -> str:
        """What the run printed that decided."""
        ran = self.after or self.before
        return "" if ran is None else ran.output


def plan(case: Case, candidate: Candidate, policy: Policy, *, own: bool) -> Plan | Judgement | Question:
    """What to run for `case`; or why it is refused, or what a person has to look at first.

    `own`: the candidate is what an agent did in its clone. A client that commits in the project's folder is compared
    with the branch as it was when it set the check; without that, the check runs as it stands.
    """
    before = candidate.before if own else case.check.base if case.claim is not None else None
    if policy != "proven" or before is None:
        return Plan(case.standing if policy == "proven" else "green")
    bench = candidate.bench
    work = changes.of_card(candidate, before) if own else changes.of_client(candidate, before, case.feature.id)
    check, called = case.check, partial(changes.called, bench, candidate.tree, case.check.command, case.check.files)
    look = review(Work(work, check.command, check.files, case.tests_of_others, bench.text, called, case.guards))
    if (stop := _stopped(case, work, look)) is not None:
        if isinstance(stop, Question):
            return replace(
                stop, diff=changes.diff(bench, before, candidate.tree, [doubt.name for doubt in stop.doubts])
            )
        return stop
    if case.guards and bench.tree_of(before) == candidate.tree:
        return Plan("guarded")
    without, with_it = bench.pair(before, candidate.tree, look.shared)
    return Plan("guarded" if case.guards else "proven", without, turns=not case.guards, after=with_it)


def _stopped(case: Case, work: list[Change], look: Review) -> Judgement | Question | None:
    if look.refusal is not None:
        return Judgement("broken", look.refusal.rstrip("."))
    if not look.doubts:
        return None
    key = digest(work, look.doubts)
    answer = case.approvals.get(key)
    if answer is None:
        return Question(key, look.doubts, "")
    if answer:
        return None
    names = ", ".join(doubt.name for doubt in look.doubts)
    return Judgement("broken", f"a person looked at your changes to {names} and did not approve them: take them back")


async def assess(trial: Trial, plan: Plan) -> Finding:
    """Run what `plan` says; the run without the work decides first, as most claims without work fail there.

    Where both can go on at once, the other one does not wait for it, and is given up when it is not needed.
    """
    finding = await (_with_the_work(trial, plan) if plan.before is None else _both(trial, plan, plan.before))
    trial.passed = finding.judgement.state == "passed"
    return finding


async def _both(trial: Trial, plan: Plan, commit: str) -> Finding:
    ahead = asyncio.ensure_future(trial.run(plan.after or trial.candidate.commit)) if trial.apart else None
    try:
        outcome = await trial.run_without(commit)
        before, judgement = outcome.ran, outcome.judgement
        if before is not None:
            judgement = judge_before(before, judgement) if plan.turns else judge_guard(judgement)
        if judgement.state != "passed":
            return Finding(judgement, plan.badge, before, pictures=outcome.pictures)
        return await _with_the_work(trial, plan, outcome, ahead)
    finally:
        if ahead is not None:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)


async def _with_the_work(
    trial: Trial, plan: Plan, without: Outcome | None = None, ahead: Awaitable[Outcome] | None = None
) -> Finding:
    before = None if without is None else without.ran
    outcome = await (ahead or trial.run(plan.after or trial.candidate.commit))
    after, judgement = outcome.ran, outcome.judgement
    if judgement.state == "passed" and before is not None and after is not None:
        judgement = judge_after(trial.check.command, before, after)
    if judgement.state == "passed" and without is not None:
        judgement = judge_footprints(without.footprint, outcome.footprint) or judgement
    if plan.badge == "guarded" and before is None:
        before = after  # there was nothing to change: one run shows both sides
    return Finding(judgement, plan.badge, before, after, outcome.pictures)
