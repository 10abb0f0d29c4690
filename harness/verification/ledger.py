"""The verification's rows in features.db: begun, kept alive, and brought to exactly one end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from api.backlog import service as backlog
from api.backlog.schemas import FeatureView, VerificationResult, VerificationView
from api.backlog.statuses import ACTIVE_VERIFICATIONS, HARNESS, Actor, Policy
from api.database import Database
from api.errors import Conflict, StaleClaim
from harness.verification import artefacts
from harness.verification.cases import Case, standing_of
from harness.verification.proof import Finding, Question
from harness.verification.verdicts import Verdict
from harness.workspaces.landing import Candidate

QUEUED_SECONDS: Final = 3_600.0  # nobody executes a queued row, so anybody may take it over at once
_HOLDERS: Final = frozenset({"coder", "client"})  # the roles that act on a card they hold


class Ledger:
    """Writes verifications down, and keeps the pictures in the project's `folder`. Each method is one transaction."""

    def __init__(self, database: Database, folder: Path, lease_seconds: float) -> None:
        self._database = database
        self._folder = folder
        self.lease_seconds = lease_seconds

    def begin(self, feature_id: int, actor: Actor, policy: Policy, executor: str) -> Case:
        """Queue a verification, or join the one that is under way."""
        with self._database.write() as session:
            claim = backlog.current_claim(session, actor.name, feature_id) if actor.role in _HOLDERS else None
            view = backlog.begin_verification(
                session, feature_id, actor=actor, policy=policy, lease_seconds=QUEUED_SECONDS, claim=claim
            )
            feature = backlog.get(session, feature_id)
            past = backlog.receipts(session, feature_id, limit=20)
            others = backlog.tests_of_others(session, feature_id)
        if feature.check is None:
            raise Conflict(f"Feature {feature_id} has no check: set one with feature_set_check.")
        return Case(
            feature,
            feature.check,
            view.id,
            actor,
            claim,
            executor,
            policy=policy,
            standing=standing_of(feature, past),
            tests_of_others=others,
            approvals=backlog.approvals(feature),
        )

    def renew(self, case: Case) -> None:
        """Start executing, or go on; StaleClaim when another executes it or it has come to an end."""
        with self._database.write() as session:
            backlog.advance_verification(session, case.verification_id, case.executor, self.lease_seconds)

    def ended(self, case: Case) -> Verdict | None:
        """The verdict somebody reached; None while it is under way."""
        with self._database.read() as session:
            view = backlog.verification(session, case.verification_id)
        return None if view.state in ACTIVE_VERIFICATIONS else verdict_of(view)

    def refuse(
        self, case: Case, state: str, detail: str, finding: Finding | None = None, commit: str | None = None
    ) -> None:
        """End it without success; a card that was green is failing now if its check really failed."""
        result = self._result(case, state, detail, finding, commit)
        with self._database.write() as session:
            backlog.finish_verification(session, case.verification_id, result, executor=case.executor)
            if state == "failed" and case.feature.passes:
                backlog.mark_failing(session, case.feature.id, f"The check failed: {detail}", actor=HARNESS)

    def ask(self, case: Case, question: Question) -> str:
        """Let a person look at the changes before the card can be proven; the card waits. What the worker is told."""
        detail = "a person is asked first, because it changes " + ", ".join(doubt.name for doubt in question.doubts)
        with self._database.write() as session:
            result = self._result(case, "broken", f"{detail}.")
            backlog.finish_verification(session, case.verification_id, result, executor=case.executor)
            backlog.request_approval(session, case.feature.id, question.sentence, question.key, actor=HARNESS)
        return f"{detail}: this feature waits for the answer, end your session"

    def accept(self, case: Case, finding: Finding, candidate: Candidate, advance: Callable[[], None]) -> None:
        """Write the receipt, turn the card green and move the integration branch, all or nothing.

        The branch moves last: where `advance` raises nothing is written; where the process dies after it, the landed
        commit names its card and the agent's commit, and verifying again finds it.
        """
        result = self._result(case, "passed", finding.judgement.detail, finding, candidate.commit)
        result.tree = candidate.tree
        holder = case.claim is not None
        with self._database.write() as session:
            backlog.finish_verification(session, case.verification_id, result, executor=case.executor)
            if holder or case.feature.status != "in_progress":  # while an agent holds it, that agent decides
                backlog.mark_passing(
                    session,
                    case.feature.id,
                    actor=case.actor if holder else HARNESS,
                    proof=finding.badge,
                    receipt_id=case.verification_id,
                    claim=case.claim,
                )
            advance()

    def feature(self, feature_id: int) -> FeatureView:
        """The card."""
        with self._database.read() as session:
            return backlog.get(session, feature_id)

    def abandon(self, case: Case, detail: str) -> None:
        """End it because whoever asked went away; nothing when it has ended."""
        try:
            self.refuse(case, "cancelled", detail)
        except StaleClaim:
            return

    def _result(
        self, case: Case, state: str, detail: str, finding: Finding | None = None, commit: str | None = None
    ) -> VerificationResult:
        before, after = (None, None) if finding is None else (finding.before, finding.after)
        kept = {} if finding is None else finding.pictures
        ran = [run for run in ((before,) if before is after else (before, after)) if run is not None]
        return VerificationResult(
            verdict=state,
            commit=commit,
            exit_base=None if before is None else before.exit_code,
            exit_head=None if after is None else after.exit_code,
            seconds=sum(run.seconds for run in ran) if ran else None,
            output="" if finding is None else finding.output,
            detail=detail,
            artefacts=artefacts.keep(self._folder, case.verification_id, kept),
        )


def verdict_of(view: VerificationView) -> Verdict:
    """The verdict a finished row holds."""
    state = view.state
    assert state != "queued"
    assert state != "running"
    return Verdict(state, view.detail or "", view.output, view.id, view.commit)
