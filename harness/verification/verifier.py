"""From "it is done" to a verdict: candidate, trial, receipt, landing. The only way a card turns green with a badge."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from api.backlog.statuses import Actor, Policy
from api.database import Database
from api.errors import AppError, Conflict, StaleClaim
from harness.sandboxes import leftovers
from harness.sandboxes.base import Provider
from harness.verification.cases import Case
from harness.verification.ledger import Ledger
from harness.verification.proof import Finding, Question, assess, plan
from harness.verification.trial import Conditions, Trials
from harness.verification.turns import turn
from harness.verification.verdicts import Judgement, Verdict
from harness.workspaces.integration import TipMoved
from harness.workspaces.landing import Candidate, Rejected
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace

ATTEMPTS: Final = 5  # trials of one verification while others land in between
_LOOKED_EVERY: Final = 0.2  # seconds

Say = Callable[[str], None]


def _silent(_text: str) -> None:
    """For callers who do not want to hear how it goes."""


class Verifier:
    """Verifies and lands the work of one project. Verifications run one at a time, in the order they get the lock."""

    def __init__(
        self,
        database: Database,
        repository: ProjectRepository,
        provider: Provider,
        conditions: Conditions | None = None,
    ) -> None:
        conditions = conditions or Conditions()
        self._ledger = Ledger(database, repository.folder, conditions.lease_seconds)
        self._repository = repository
        self._trials = Trials(repository, provider, conditions)

    async def verify(
        self,
        feature_id: int,
        *,
        actor: Actor,
        workspace: Workspace | None = None,
        policy: Policy = "proven",
        on_progress: Say = _silent,
    ) -> Verdict:
        """Run the check of a card on the commit that would land; land it and turn the card green when it passes.

        The work is `workspace`'s; without one the integration branch itself, with the user's commits, is checked.
        Raises Conflict when there is nothing to check (its sentence says what to do), StaleClaim when the caller lost
        the card meanwhile.
        """
        executor = f"{actor.name}@{os.getpid()}"
        case = await asyncio.to_thread(self._ledger.begin, feature_id, actor, policy, executor)
        while True:
            async with turn(self._trials.lock, lambda: on_progress("waiting for another verification")):
                if await self._is_ours(case):
                    verdict = await self._guarded(case, workspace, on_progress)
                    break
            if (ended := await asyncio.to_thread(self._ledger.ended, case)) is not None:
                return ended
            await asyncio.sleep(_LOOKED_EVERY)
        return await self._followed(verdict) if verdict.passed else verdict

    async def land(self, feature_id: int, *, workspace: Workspace) -> None:
        """Land the work for a card without a check (policy `off`).

        Conflict says what is in the way. No change is fine.
        """
        feature = await asyncio.to_thread(self._ledger.feature, feature_id)
        landed = await asyncio.to_thread(self._repository.land, workspace, feature_id, feature.name)
        if isinstance(landed, Rejected) and landed.reason != "no_change":
            raise Conflict(landed.text)
        with contextlib.suppress(AppError):
            await asyncio.to_thread(self._repository.follow)

    async def _is_ours(self, case: Case) -> bool:
        try:
            await asyncio.to_thread(self._ledger.renew, case)
        except StaleClaim:
            return False
        return True

    async def _guarded(self, case: Case, workspace: Workspace | None, say: Say) -> Verdict:
        """Attempt it while the lease is renewed; whatever happens, the row comes to an end."""
        work = asyncio.create_task(self._attempt(case, workspace, say))
        beat = asyncio.create_task(self._beat(case))
        try:
            await asyncio.wait({work, beat}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                beat.result()  # raises why the lease could not be renewed
            return work.result()
        except StaleClaim:
            ended = self._ledger.ended(case)
            if ended is None:
                raise
            return ended
        except Conflict as error:
            self._ledger.abandon(case, error.detail)
            raise
        except AppError as error:
            self._ledger.refuse(case, "broken", error.detail)
            return Verdict("broken", error.detail, verification_id=case.verification_id)
        except BaseException:
            self._ledger.abandon(case, "it was interrupted")
            raise
        finally:
            for task in (work, beat):
                task.cancel()
            await asyncio.gather(work, beat, return_exceptions=True)

    async def _beat(self, case: Case) -> None:
        while True:
            await asyncio.sleep(self._ledger.lease_seconds / 3)
            await asyncio.to_thread(self._ledger.renew, case)

    async def _attempt(self, case: Case, workspace: Workspace | None, say: Say) -> Verdict:
        await asyncio.to_thread(leftovers.sweep, self._repository.home / "places")
        await asyncio.to_thread(self._repository.recover)
        for _ in range(ATTEMPTS):
            candidate = await asyncio.to_thread(self._candidate, case, workspace)
            try:
                return await self._try(case, candidate, workspace, say)
            except TipMoved:
                say("others landed meanwhile: starting again from the new tip")
            finally:
                await asyncio.to_thread(candidate.drop)
        raise Conflict("Others keep landing in between: call again.")

    def _candidate(self, case: Case, workspace: Workspace | None) -> Candidate:
        if workspace is None:
            return self._repository.tip_candidate(case.feature.id, case.actor.name)
        found = self._repository.candidate(workspace, case.feature.id, case.feature.name, allow_empty=case.guards)
        if isinstance(found, Rejected):
            raise Conflict(found.text)
        return found

    async def _try(self, case: Case, candidate: Candidate, workspace: Workspace | None, say: Say) -> Verdict:
        planned = await asyncio.to_thread(plan, case, candidate, case.policy, own=workspace is not None)
        if isinstance(planned, Question):
            detail = await asyncio.to_thread(self._ledger.ask, case, planned)
            return Verdict("broken", f"{detail}.", "", case.verification_id, candidate.commit)
        if isinstance(planned, Judgement):
            return await self._refused(case, Finding(planned, "unproven"), candidate, workspace)
        async with self._trials.of(candidate, case.check, say) as trial:
            finding = await assess(trial, planned)
            if finding.judgement.state != "passed":
                return await self._refused(case, finding, candidate, workspace)
            say("landing")
            await asyncio.to_thread(self._accept, case, candidate, finding)
            detail = f"{finding.judgement.detail}."
            return Verdict("passed", detail, finding.output, case.verification_id, candidate.commit)

    async def _refused(
        self, case: Case, finding: Finding, candidate: Candidate, workspace: Workspace | None
    ) -> Verdict:
        judgement = finding.judgement
        detail = f"{judgement.detail}.{await asyncio.to_thread(self._left_out, workspace)}"
        await asyncio.to_thread(self._ledger.refuse, case, judgement.state, detail, finding, candidate.commit)
        return Verdict(judgement.state, detail, finding.deciding, case.verification_id, candidate.commit)

    def _left_out(self, workspace: Workspace | None) -> str:
        """What explains many a failure: work that was not committed was not checked."""
        names = self._repository.uncommitted() if workspace is None else workspace.state().dirty
        return f" Not committed, so not checked: {', '.join(names[:10])}." if names else ""

    def _accept(self, case: Case, candidate: Candidate, finding: Finding) -> None:
        with self._repository.staged(candidate) as advance:
            self._ledger.accept(case, finding, candidate, advance)

    async def _followed(self, verdict: Verdict) -> Verdict:
        try:
            followed = await asyncio.to_thread(self._repository.follow)
        except AppError as error:
            note: str | None = error.detail
        else:
            note = followed.reason
        return Verdict(verdict.state, verdict.detail, verdict.output, verdict.verification_id, verdict.commit, note)


@dataclass(frozen=True)
class Submitter:
    """What one worker may ask of a verifier: bound to who it is and to where it works."""

    verifier: Verifier
    actor: Actor
    workspace: Workspace
    policy: Policy = "proven"

    async def verify(self, feature_id: int) -> Verdict:
        """Verify the worker's commits for a card."""
        return await self.verifier.verify(feature_id, actor=self.actor, workspace=self.workspace, policy=self.policy)

    async def land(self, feature_id: int) -> None:
        """Land them without a check."""
        await self.verifier.land(feature_id, workspace=self.workspace)

    def read_files(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """The check files as they are in the worker's clone."""
        return self.workspace.read_files(names)
