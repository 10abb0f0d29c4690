"""Tools for working on a feature: take it, say how it is checked, turn it green, or let go of it."""

from __future__ import annotations

from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field, StringConstraints

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, FeatureId, FeatureView, HumanField, Stats
from api.backlog.statuses import CheckKind
from api.events import STORABLE
from mcp_server.answers import answer
from mcp_server.context import CallContext, ToolContext
from mcp_server.proof import mark_passing
from mcp_server.server import FeatureServer

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), STORABLE]
Command = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000), STORABLE]
Files = Annotated[list[str], Field(max_length=50)]
Questions = Annotated[list[HumanField], Field(max_length=20)]


def add_working_tools(server: FeatureServer) -> None:
    """Offer the tools for working on a feature."""
    given = server.tool_context
    database = given.database

    def feature_get_next() -> CallToolResult:
        """Take the best feature that is ready and work on it; the one you hold already, if you do."""
        with database.write() as session:
            feature = backlog.claim_next(session, given.caller, given.lease_seconds)
            if feature is None:
                return answer({"feature": None, "message": _why_nothing(backlog.stats(session))})
            given.remember(backlog.current_claim(session, given.caller, feature.id))
        return answer(feature)

    def feature_set_check(
        feature_id: FeatureId,
        command: Command,
        files: Files,
        kind: CheckKind = "proof",
        already_satisfied: Reason | None = None,
    ) -> CallToolResult:
        """Say how a feature is checked: a shell command that exits 0 exactly when it works, and its test files.

        Write the files first: they are frozen as they are now. `guard` is for a change that must keep passing.
        """
        check = CheckSpec(command=command, files=files, kind=kind, already_satisfied=already_satisfied)
        return answer(_set_check(given, feature_id, check))

    async def feature_mark_passing(feature_id: FeatureId, ctx: CallContext) -> CallToolResult:
        """Turn your feature green: commit first, then its check runs on a clean checkout of your commit.

        Answers the feature when it passed, an error with the output when not, or {"status": "verifying"} when it takes
        long: call again to go on waiting. Where the answer has a `message`, do what it says: it may name a `next`
        feature, which you hold then.
        """
        return await mark_passing(given, feature_id, ctx)

    def feature_mark_failing(feature_id: FeatureId, reason: Reason) -> CallToolResult:
        """Say that a feature is broken, and why."""
        given.check_exercised(feature_id)
        with database.write() as session:
            claim = given.hold(session, feature_id)
            feature = backlog.mark_failing(session, feature_id, reason, actor=given.actor, claim=claim)
        return _let_go(feature)

    def feature_skip(feature_id: FeatureId) -> CallToolResult:
        """Move a feature to the end of the queue; if you hold it, you let go of it."""
        with database.write() as session:
            claim = given.hold(session, feature_id)
            feature = backlog.skip(session, feature_id, given.actor, claim=claim)
        return _let_go(feature)

    def feature_release(feature_id: FeatureId, reason: Reason = "released by its holder") -> CallToolResult:
        """Let go of a feature you hold; it returns to the backlog."""
        with database.write() as session:
            feature = backlog.release(session, feature_id, given.caller, reason, actor=given.actor)
        return _let_go(feature)

    def feature_request_human_input(
        feature_id: FeatureId, prompt: Reason, fields: Questions | None = None
    ) -> CallToolResult:
        """Ask a person what you cannot decide; the feature waits for the answer and you let go of it.

        Take another feature then. Never ask for passwords or keys.
        """
        with database.write() as session:
            claim = given.hold(session, feature_id)
            feature = backlog.request_human(session, feature_id, prompt, fields or (), actor=given.actor, claim=claim)
        return _let_go(feature)

    def _let_go(feature: FeatureView) -> CallToolResult:
        given.forget(feature.id)
        return answer(feature)

    server.offer(feature_get_next, feature_set_check, feature_mark_passing, feature_mark_failing)
    server.offer(feature_skip, feature_release, feature_request_human_input)


def _set_check(given: ToolContext, feature_id: int, check: CheckSpec) -> FeatureView:
    contents = dict.fromkeys(check.files, b"") if given.read_files is None else given.read_files(check.files)
    base = given.base()
    with given.database.write() as session:
        claim = given.hold(session, feature_id)
        return backlog.set_check(session, feature_id, check, contents, actor=given.actor, claim=claim, base=base)


def _why_nothing(stats: Stats) -> str:
    if stats.total == 0:
        return "The backlog is empty: create features first."
    if stats.passing == stats.total:
        return f"All {stats.total} features pass: nothing is left to do."
    waiting = [
        (stats.in_progress, "being worked on by others"),
        (stats.needs_input, "waiting for a person"),
        (stats.blocked, "waiting for other features"),
    ]
    parts = ", ".join(f"{number} {what}" for number, what in waiting if number)
    return f"Nothing is ready: {stats.passing} of {stats.total} features pass, {parts}."
