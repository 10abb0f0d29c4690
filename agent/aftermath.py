"""What becomes of a feature when the session for it has ended; shared by the workers of a run."""

from __future__ import annotations

import contextlib
from collections import Counter

from sqlalchemy.orm import Session

from agent.decisions import COMPLAINTS
from agent.jobs import Job
from agent.limits import Outcome
from api.backlog import service as backlog
from api.backlog.schemas import HumanField
from api.backlog.statuses import HARNESS
from api.database import Database
from api.errors import Conflict, NotFound
from api.events import FeatureUpdate
from api.runs import service as runs

_ADVICE = HumanField(name="advice", label="Advice for the next session")
_NOT_GREEN = "The session ended before the feature was green."


class Aftermath:
    """Returns what was not finished, counts what failed, and asks a person when it fails too often.

    `max_attempts`: failed sessions on one feature after which a person is asked.
    """

    def __init__(self, database: Database, max_attempts: int) -> None:
        self._database = database
        self._max_attempts = max_attempts
        self._ends: dict[int, str] = {}
        self._complaints: Counter[int] = Counter()
        with database.read() as session:
            self._heard = runs.log_bounds(session).newest

    def last_end(self, feature_id: int) -> str:
        """How the last session for this feature failed in this run; empty when none did."""
        return self._ends.get(feature_id, "")

    def settle(self, job: Job, outcome: Outcome, *, stopped: bool) -> None:
        """Bring the feature of `job` to where its session leaves it; `stopped`: it was ended by request."""
        with self._database.write() as session:
            if job.feature is not None:
                with contextlib.suppress(NotFound):  # somebody deleted it meanwhile
                    self._settle_feature(session, job.agent, job.feature.id, outcome, stopped=stopped)
            backlog.release_owner(session, job.agent, outcome.detail or _NOT_GREEN)
            if job.role == "tester":
                self._settle_complaints(session)

    def _settle_feature(
        self, session: Session, agent: str, feature_id: int, outcome: Outcome, *, stopped: bool
    ) -> None:
        detail = outcome.detail or _NOT_GREEN
        feature = backlog.get(session, feature_id)
        if feature.claimed_by == agent:
            feature = backlog.release(session, feature_id, agent, detail)
        if feature.status not in ("pending", "failing") or stopped:
            return
        if outcome.is_trouble:  # perhaps it is this feature that brings it about: the others come first now
            backlog.skip(session, feature_id, actor=HARNESS)
        if not outcome.blames_feature:
            return
        self._ends[feature_id] = detail
        attempts = backlog.record_attempt(session, feature_id, detail)
        if attempts >= self._max_attempts:
            question = (
                f"{attempts} sessions ended without turning this feature green. The last: {detail} "
                "What should be done differently?"
            )
            backlog.request_human(session, feature_id, question, [_ADVICE], actor=HARNESS)

    def _settle_complaints(self, session: Session) -> None:
        """Testers and checks that go on contradicting each other need a person, or the run would not end."""
        for feature_id, reason in self._new_complaints(session):
            self._complaints[feature_id] += 1
            if self._complaints[feature_id] < COMPLAINTS:
                continue
            with contextlib.suppress(NotFound, Conflict):  # deleted, or green again
                question = (
                    f"Testers found this feature broken {self._complaints[feature_id]} times in this run, although its "
                    f"check passed in between. The last: {reason} Is the feature right, or its check?"
                )
                backlog.request_human(session, feature_id, question, [_ADVICE], actor=HARNESS)

    def _new_complaints(self, session: Session) -> list[tuple[int, str]]:
        found = []
        for stored in runs.events(session, after=self._heard, kinds={"feature_update"}, limit=100_000):
            self._heard, event = stored.seq, stored.event
            if isinstance(event, FeatureUpdate) and event.change == "failed" and event.actor.startswith("tester-"):
                found.append((event.feature_id, event.note or ""))
        return found
