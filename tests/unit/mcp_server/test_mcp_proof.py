"""feature_mark_passing: waiting for a verdict, going on waiting, and the word of a client."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

import mcp
import pytest

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, FeatureView, VerificationResult
from api.backlog.statuses import PERSON, Actor
from api.database import Database
from api.errors import Conflict
from api.projects import service as projects
from mcp_server import proof
from mcp_server.context import Sequel
from mcp_server.feature_mcp import ToolContext, build_server
from tests.backlogs import fill

OWNER = Actor("mcp:1", "client")


@dataclass(frozen=True)
class Found:
    """A verdict."""

    state: Literal["passed", "failed", "broken", "cancelled"]
    detail: str = ""
    output: str = ""


class FakeVerifier:
    """Begins a real row, waits to be let go, then writes the verdict it was told."""

    def __init__(self, database: Database, found: Found | Exception) -> None:
        self.database = database
        self.found = found
        self.began = asyncio.Event()
        self.go = asyncio.Event()
        self.calls = 0

    async def __call__(self, feature_id: int) -> Found:
        self.calls += 1
        with self.database.write() as session:
            row = backlog.begin_verification(session, feature_id, actor=OWNER, policy="green", lease_seconds=60.0)
        self.began.set()
        await self.go.wait()
        if isinstance(self.found, Exception):
            raise self.found
        with self.database.write() as session:
            result = VerificationResult(verdict=self.found.state)
            backlog.finish_verification(session, row.id, result, executor="v")
            if self.found.state == "passed":
                backlog.mark_passing(session, feature_id, actor=OWNER, proof="green", receipt_id=row.id)
        return self.found


@pytest.fixture
def feature(database: Database) -> int:
    """A card with a check, which mcp:1 holds."""
    with database.write() as session:
        fill(session, [[]])
        card = backlog.claim_next(session, OWNER.name, 600.0)
        assert card is not None
        backlog.set_check(session, card.id, CheckSpec(command="true"), {}, actor=OWNER)
        return card.id


def card(database: Database, feature: int) -> FeatureView:
    with database.read() as session:
        return backlog.get(session, feature)


def context(
    database: Database, found: Found | Exception, patience: float | None = None
) -> tuple[ToolContext, FakeVerifier]:
    verifier = FakeVerifier(database, found)
    return ToolContext(database=database, owner=OWNER.name, verify=verifier, patience=patience), verifier


async def mark(client: mcp.Client, feature: int) -> mcp.types.CallToolResult:
    return await client.call_tool("feature_mark_passing", {"feature_id": feature})


def said(result: mcp.types.CallToolResult) -> str:
    assert result.is_error
    return str(getattr(result.content[0], "text", ""))


async def test_a_pass_answers_the_green_card(database: Database, feature: int) -> None:
    given, verifier = context(database, Found("passed"))
    verifier.go.set()
    async with mcp.Client(build_server(given)) as client:
        result = await mark(client, feature)
        assert result.structured_content == card(database, feature).model_dump(mode="json")
        assert result.structured_content["proof"] == "green"
        assert (await mark(client, feature)).structured_content == result.structured_content
    assert verifier.calls == 1
    assert given.running == {}


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Found("failed", "exit code 1.", "E assert 0"), "The check of feature 1 failed: exit code 1.\n\nE assert 0"),
        (Found("broken", "no test ran."), "The check of feature 1 could not be run: no test ran."),
        (Found("cancelled"), "The verification of feature 1 was cancelled: mend it, commit, and call again."),
    ],
)
async def test_anything_else_is_an_error_and_the_card_stays(
    database: Database, feature: int, found: Found, sentence: str
) -> None:
    given, verifier = context(database, found)
    verifier.go.set()
    async with mcp.Client(build_server(given)) as client:
        assert said(await mark(client, feature)) == sentence
    assert (card(database, feature).status, card(database, feature).claimed_by) == ("in_progress", "mcp:1")


async def test_only_the_end_of_a_long_output_is_shown(database: Database, feature: int) -> None:
    given, verifier = context(database, Found("failed", "x.", "a" * 100_000 + "the end"))
    verifier.go.set()
    async with mcp.Client(build_server(given)) as client:
        text = said(await mark(client, feature))
    assert len(text) < proof.OUTPUT_SHOWN + 100
    assert text.endswith("the end")


async def test_an_impatient_caller_is_told_and_may_call_again(database: Database, feature: int) -> None:
    given, verifier = context(database, Found("passed"), patience=0.05)
    async with mcp.Client(build_server(given)) as client:
        first = await mark(client, feature)
        row = card(database, feature).verification_id
        assert first.structured_content == {"status": "verifying", "verification_id": row}
        assert row is not None
        verifier.go.set()
        given.patience = 30
        second = await mark(client, feature)
        assert second.structured_content is not None
        assert second.structured_content["status"] == "passing"
    assert verifier.calls == 1


async def test_waiting_is_told_as_progress(database: Database, feature: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "_TOLD_EVERY", 0.01)
    given, verifier = context(database, Found("passed"))
    told: list[str] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")
        if len(told) == 3:
            verifier.go.set()

    async with mcp.Client(build_server(given)) as client:
        result = await client.call_tool("feature_mark_passing", {"feature_id": feature}, progress_callback=hear)
    assert not result.is_error
    assert told[0] == "Verifying feature 1: 0 s"
    assert len(told) >= 3


async def test_the_error_of_a_verifier_is_said(database: Database, feature: int) -> None:
    given, verifier = context(database, Conflict("There is nothing to land: commit your work first."))
    verifier.go.set()
    async with mcp.Client(build_server(given)) as client:
        assert said(await mark(client, feature)) == "There is nothing to land: commit your work first."
        assert given.running == {}


async def test_a_verdict_nobody_waited_for_is_there_at_the_next_call(database: Database, feature: int) -> None:
    given, verifier = context(database, Conflict("Too late."), patience=0.02)
    async with mcp.Client(build_server(given)) as client:
        assert (await mark(client, feature)).structured_content is not None
        verifier.go.set()
        (task,) = given.running.values()
        await asyncio.wait({task})
        assert said(await mark(client, feature)) == "Too late."


async def test_a_card_of_another_cannot_be_marked(database: Database, feature: int) -> None:
    given, verifier = context(database, Found("passed"))
    given.owner = "mcp:2"
    async with mcp.Client(build_server(given)) as client:
        assert "does not hold feature 1" in said(await mark(client, feature))
        assert "There is no feature 9" in said(await mark(client, 9))
    assert verifier.calls == 0


async def test_a_check_is_asked_for_first(database: Database) -> None:
    with database.write() as session:
        fill(session, [[]])
    given, _ = context(database, Found("passed"))
    async with mcp.Client(build_server(given)) as client:
        await client.call_tool("feature_get_next", {})
        assert "no check yet: set one with feature_set_check" in said(await mark(client, 1))


async def test_without_a_verifier_the_remedy_is_named(database: Database, feature: int) -> None:
    async with mcp.Client(build_server(ToolContext(database=database, owner=OWNER.name))) as client:
        assert "Nothing here can run checks" in said(await mark(client, feature))


async def test_under_the_policy_off_the_word_counts_and_is_marked_as_such(database: Database, feature: int) -> None:
    landed: list[int] = []

    async def land(feature_id: int) -> None:
        landed.append(feature_id)

    with database.write() as session:
        projects.save_settings(session, {"verification": "off"})
    given = ToolContext(database=database, owner=OWNER.name, land=land)
    async with mcp.Client(build_server(given)) as client:
        result = await mark(client, feature)
    assert result.structured_content is not None
    assert (result.structured_content["status"], result.structured_content["proof"]) == ("passing", "unproven")
    assert landed == [feature]


async def test_under_the_policy_off_what_does_not_land_does_not_pass(database: Database, feature: int) -> None:
    async def land(_feature_id: int) -> None:
        raise Conflict("Your branch does not merge: rebase it.")

    given = ToolContext(database=database, owner=OWNER.name, land=land, policy="off")
    async with mcp.Client(build_server(given)) as client:
        assert said(await mark(client, feature)) == "Your branch does not merge: rebase it."
    assert card(database, feature).status == "in_progress"


class Follower:
    """Claims the next card for its owner, once, and says so."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.asked: list[int] = []

    async def __call__(self, feature_id: int) -> Sequel | None:
        self.asked.append(feature_id)
        with self.database.write() as session:
            following = backlog.claim_next(session, OWNER.name, 600.0)
        return None if feature_id == 3 else Sequel(following, "Go on." if following else "End the session.")


async def test_the_answer_names_the_feature_that_the_session_goes_on_with(database: Database, feature: int) -> None:
    with database.write() as session:
        (second,) = fill(session, [[]])
    given, verifier = context(database, Found("passed"))
    verifier.go.set()
    given.follow = follower = Follower(database)
    async with mcp.Client(build_server(given)) as client:
        told = (await mark(client, feature)).structured_content
        assert told is not None
        green = card(database, feature).model_dump(mode="json")
        following = card(database, second).model_dump(mode="json")
        assert told == {**green, "next": following, "message": "Go on."}
        assert (await mark(client, feature)).structured_content == told  # whoever lost the answer may ask again
        # A claim that is lost and taken anew by another program of the same name is no longer this session's.
        with database.write() as session:
            backlog.release(session, second, OWNER.name, "lapsed")
            backlog.claim(session, second, OWNER.name, 600.0)
        stale = await client.call_tool("feature_set_check", {"feature_id": second, "command": "true", "files": []})
        assert stale.is_error
    assert follower.asked == [feature, feature]


async def test_the_answer_says_when_nothing_follows(database: Database, feature: int) -> None:
    given, verifier = context(database, Found("passed"))
    verifier.go.set()
    given.follow = Follower(database)
    async with mcp.Client(build_server(given)) as client:
        told = (await mark(client, feature)).structured_content
    assert told is not None
    assert (told["status"], told["next"], told["message"]) == ("passing", None, "End the session.")


async def test_under_the_policy_off_a_session_goes_on_too(database: Database, feature: int) -> None:
    with database.write() as session:
        (second,) = fill(session, [[]])
    given = ToolContext(database=database, owner=OWNER.name, policy="off", follow=Follower(database))
    async with mcp.Client(build_server(given)) as client:
        told = (await mark(client, feature)).structured_content
    assert told is not None
    assert (told["proof"], told["next"]["id"]) == ("unproven", second)


async def test_a_person_who_was_quicker_leaves_the_card_green(database: Database, feature: int) -> None:
    given, verifier = context(database, Found("passed"))
    async with mcp.Client(build_server(given)) as client:
        with database.write() as session:
            backlog.mark_passing(session, feature, actor=PERSON, proof="unproven")
        result = await mark(client, feature)
    assert result.structured_content is not None
    assert result.structured_content["moved_by"] == "person"
    assert verifier.calls == 0
