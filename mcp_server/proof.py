"""feature_mark_passing: waits for the verifier, or, under the policy `off`, takes the caller's word."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import NamedTuple

from mcp_types import CallToolResult

from api.backlog import service as backlog
from api.backlog.schemas import Claim, FeatureView
from api.backlog.statuses import Policy
from api.errors import Conflict, StaleClaim, Unavailable
from mcp_server.answers import answer, failure
from mcp_server.context import CallContext, ToolContext, Verdict, Verify

_TOLD_EVERY = 1.0  # seconds between two progress messages
OUTPUT_SHOWN = 6_000  # characters of a failing check's output, from its end


async def mark_passing(given: ToolContext, feature_id: int, ctx: CallContext) -> CallToolResult:
    """Turn a feature green by verification, and answer the feature, the failure, or that it goes on."""
    key = (given.caller, feature_id)
    if key not in given.running:
        start = await asyncio.to_thread(_prepare, given, feature_id)
        if start is None:
            return await _passed(given, await asyncio.to_thread(_feature, given, feature_id))
        if start.policy == "off":
            return await _take_word(given, start.claim)
        _start(given, key)
    verdict = await _wait(given, key, ctx)
    if verdict is None:
        feature = await asyncio.to_thread(_feature, given, feature_id)
        return answer({"status": "verifying", "verification_id": feature.verification_id})
    if verdict.state != "passed":
        return failure(_sentence(feature_id, verdict))
    given.forget(feature_id)
    return await _passed(given, await asyncio.to_thread(_feature, given, feature_id))


async def _passed(given: ToolContext, feature: FeatureView) -> CallToolResult:
    """The green feature, and what the session does after it."""
    sequel = None if given.follow is None else await given.follow(feature.id)
    if sequel is None:
        return answer(feature)
    following = sequel.feature
    if following is not None:
        await asyncio.to_thread(_remember, given, following.id)
    told = {"next": None if following is None else following.model_dump(mode="json"), "message": sequel.message}
    return answer({**feature.model_dump(mode="json"), **told})


def _remember(given: ToolContext, feature_id: int) -> None:
    with given.database.read() as session, contextlib.suppress(StaleClaim):  # lost already: the next call says so
        given.remember(backlog.current_claim(session, given.caller, feature_id))


class _Start(NamedTuple):
    policy: Policy
    claim: Claim


def _prepare(given: ToolContext, feature_id: int) -> _Start | None:
    """The policy and the caller's claim, checked before anything is started; None when the feature passes already."""
    with given.database.write() as session:
        policy = given.current_policy(session)
        feature = backlog.get(session, feature_id)
        if feature.passes:
            return None
        claim = given.hold(session, feature_id) or backlog.current_claim(session, given.caller, feature_id)
        backlog.check_claim(session, claim)
    if policy != "off" and feature.check is None:
        raise Conflict(
            f"Feature {feature_id} has no check yet: set one with feature_set_check(feature_id, command, files)."
        )
    return _Start(policy, claim)


def _start(given: ToolContext, key: tuple[str, int]) -> None:
    if given.verify is None:
        raise Unavailable("Nothing here can run checks: turn the feature green from the board or an agent's run.")

    async def run(verify: Verify) -> Verdict:
        return await verify(key[1])

    task = asyncio.create_task(run(given.verify), name=f"verify feature {key[1]}")
    task.add_done_callback(lambda done: done.cancelled() or done.exception())  # read, though nobody may ask for it
    given.running[key] = task


async def _wait(
    given: ToolContext,
    key: tuple[str, int],
    ctx: CallContext,
) -> Verdict | None:
    """The verdict, or None when the caller's patience ends first; the verification goes on either way."""
    started = time.monotonic()
    task = given.running[key]
    while True:
        spent = time.monotonic() - started
        left = _TOLD_EVERY if given.patience is None else min(_TOLD_EVERY, given.patience - spent)
        done, _ = await asyncio.wait({task}, timeout=max(0.0, left))
        if done:
            given.running.pop(key, None)
            return task.result()
        spent = time.monotonic() - started
        if given.patience is not None and spent >= given.patience:
            return None
        await ctx.report_progress(round(spent, 1), None, f"Verifying feature {key[1]}: {spent:.0f} s")


async def _take_word(given: ToolContext, claim: Claim) -> CallToolResult:
    feature_id = claim.feature_id
    if given.land is not None:
        await given.land(feature_id)

    def mark() -> FeatureView:
        with given.database.write() as session:
            return backlog.mark_passing(session, feature_id, actor=given.actor, proof="unproven", claim=claim)

    feature = await asyncio.to_thread(mark)
    given.forget(feature_id)
    return await _passed(given, feature)


def _feature(given: ToolContext, feature_id: int) -> FeatureView:
    with given.database.read() as session:
        return backlog.get(session, feature_id)


def _sentence(feature_id: int, verdict: Verdict) -> str:
    what = {
        "failed": f"The check of feature {feature_id} failed",
        "broken": f"The check of feature {feature_id} could not be run",
        "cancelled": f"The verification of feature {feature_id} was cancelled",
        "passed": "",
    }[verdict.state]
    sentence = f"{what}: {verdict.detail}" if verdict.detail else f"{what}: mend it, commit, and call again."
    return f"{sentence}\n\n{verdict.output[-OUTPUT_SHOWN:]}" if verdict.output.strip() else sentence
