"""A person takes a card back on the board; what stood beside it is checked again, and the timeline tells the story."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from api.backlog import service as backlog
from api.backlog.statuses import HARNESS, PERSON
from api.database import Database
from harness.sandboxes.process import Process
from harness.verification import Conditions, Verifier
from harness.workspaces.repository import ProjectRepository
from server.main import create_app
from server.settings import Settings
from tests.gitcards import add_card, card, claim_card, open_backlog, runs, set_check
from tests.gitprojects import commit_files, start_card
from tests.servers import PROJECT, make_settings, register, running, until

pytestmark = [pytest.mark.place, pytest.mark.timeout(120)]
FEATURES = f"/api/projects/{PROJECT}/features"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def repository(settings: Settings, tmp_path: Path) -> ProjectRepository:
    folder = register(settings, tmp_path)
    (folder / "app.txt").write_text("one\ntwo\nthree\n")
    found = ProjectRepository(folder, settings.home, PROJECT)
    found.prepare()
    return found


@pytest.fixture
def database(repository: ProjectRepository) -> Iterator[Database]:
    opened = open_backlog(repository.folder)
    yield opened
    opened.close()


@pytest.fixture
async def client(settings: Settings, repository: ProjectRepository) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(settings), timeout=60) as found:
        yield found


async def build(database: Database, repository: ProjectRepository, name: str, check: str, text: str) -> int:
    """A card that an agent built in app.txt, proven."""
    number = add_card(database, name)
    actor = claim_card(database, number)
    workspace = start_card(repository, "agent-1", number)
    commit_files(workspace.path, {"app.txt": text})
    set_check(database, number, check)
    verifier = Verifier(database, repository, Process(), Conditions(check_seconds=20))
    verdict = await verifier.verify(number, actor=actor, workspace=workspace)
    assert verdict.passed, verdict
    return number


async def test_a_card_is_taken_back_and_its_neighbours_are_checked_again(
    client: httpx.AsyncClient, database: Database, repository: ProjectRepository
) -> None:
    first = await build(database, repository, "Top", "grep -q TOP app.txt", "TOP\none\ntwo\nthree\n")
    second = await build(database, repository, "Bottom", "grep -q END app.txt", "TOP\none\ntwo\nthree\nEND\n")
    landed = repository.feature_commits(first)[0]
    before = await client.get(f"{FEATURES}/{first}/undo")
    assert before.json() == {"commits": [landed], "stale": [{"id": second, "name": "Bottom"}], "obstacle": None}
    answer = await client.post(f"{FEATURES}/{first}/undo", json={"reason": "Not that loud."})
    assert answer.status_code == 200, answer.text
    undone = answer.json()
    assert (undone["reverted"], undone["stale"], undone["note"]) == ([landed], [second], None)
    assert (undone["feature"]["status"], undone["feature"]["moved_by"]) == ("pending", "person")
    assert (repository.folder / "app.txt").read_text() == "one\ntwo\nthree\nEND\n"
    await asyncio.to_thread(until, lambda: not card(database, second).stale, 60)
    assert (card(database, second).proof, runs(database, second)[0].requested_by) == ("proven", "harness")
    [change] = (await client.get(f"{FEATURES}/{first}/diff")).json()["changes"]
    assert (change["commit"], change["undone_by"]) == (landed, undone["commit"])
    again = await client.post(f"{FEATURES}/{first}/undo", json={})
    assert (again.status_code, again.json()["error"]) == (409, "conflict")
    assert "it is not done" in again.json()["detail"]


async def test_undoing_what_broke_a_card_heals_it(
    client: httpx.AsyncClient, database: Database, repository: ProjectRepository
) -> None:
    first = await build(database, repository, "Say hello", "grep -q hello app.txt", "hello\n")
    second = await build(database, repository, "Drop it", "grep -q ONE app.txt", "ONE\n")
    by_hand = await build(database, repository, "Other", "grep -q TWO app.txt", "ONE\nTWO\n")
    with database.write() as session:
        backlog.mark_failing(session, by_hand, "I do not like it.", actor=PERSON)
    await client.post(f"{FEATURES}/{first}/verify")
    await asyncio.to_thread(until, lambda: card(database, first).status == "failing", 60)
    for number in (by_hand, second):
        assert (await client.post(f"{FEATURES}/{number}/undo", json={})).status_code == 200
    await asyncio.to_thread(until, lambda: card(database, first).passes, 60)
    assert (card(database, first).proof, card(database, first).failing_reason) == ("proven", None)


async def test_what_cannot_be_undone_says_why(
    client: httpx.AsyncClient, database: Database, repository: ProjectRepository
) -> None:
    first = await build(database, repository, "Quiet", "grep -q hello app.txt", "hello\n")
    await build(database, repository, "Loud", "grep -q HELLO app.txt", "HELLO hello\n")
    answer = await client.post(f"{FEATURES}/{first}/undo", json={})
    assert answer.status_code == 409
    assert "#2 'Loud' changed the same lines of app.txt later; undo that first" in answer.json()["detail"]
    before = await client.get(f"{FEATURES}/{first}/undo")
    assert before.json() == {"commits": [], "stale": [], "obstacle": answer.json()["detail"]}
    assert (await client.get(f"{FEATURES}/99/undo")).status_code == 404
    assert (await client.post(f"{FEATURES}/99/undo", json={})).status_code == 404
    assert (await client.post(f"{FEATURES}/{first}/undo", json={"why": "x"})).status_code == 422


async def test_a_folder_without_a_repository_has_nothing_to_undo(settings: Settings, tmp_path: Path) -> None:
    folder = register(settings, tmp_path)
    with contextlib.closing(open_backlog(folder)) as database:
        number = add_card(database)
        with database.write() as session:
            backlog.mark_passing(session, number, actor=PERSON, proof="unproven")
        async with running(create_app(settings), timeout=60) as client:
            answer = await client.post(f"{FEATURES}/{number}/undo", json={})
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
        assert card(database, number).status == "passing"


async def test_the_timeline_tells_the_whole_story(
    client: httpx.AsyncClient, database: Database, repository: ProjectRepository
) -> None:
    first = await build(database, repository, "Say hello", "grep -n hello app.txt", "hello\none\n")
    second = await build(database, repository, "Drop it", "grep -q ONE app.txt", "ONE\n")
    await client.post(f"{FEATURES}/{first}/verify")
    await asyncio.to_thread(until, lambda: card(database, first).status == "failing", 60)
    await client.patch(f"{FEATURES}/{first}", json={"status": "passing"})
    await client.post(f"{FEATURES}/{second}/undo", json={"reason": "It broke the other."})
    entries = (await client.get(f"{FEATURES}/{first}/timeline")).json()
    culprit, landed = repository.feature_commits(second)[0], repository.feature_commits(first)[0]
    entries = [entry for entry in entries if entry["change"] != "stale"]  # which the server may have seen meanwhile
    told = [(entry["change"], entry["text"], entry["note"]) for entry in entries]
    assert told == [
        ("created", "Created by a person.", None),
        ("claimed", "Taken by agent-1.", None),
        ("check_set", "Its check was set by a person.", None),
        ("verifying", "Its check was asked for by agent-1.", None),
        ("verification_passed", "Its check passed.", told[4][2]),
        (
            "passed",
            f"Done at commit {landed[:8]}, proven: its check failed without the work and passed with it.",
            None,
        ),
        ("verifying", "Its check was asked for by a person.", None),
        (
            "verification_failed",
            "Its check failed.",
            f"Run again on commit {culprit[:8]}: broken by #2 'Drop it' (commit {culprit[:8]}).",
        ),
        ("failed", "It is failing.", told[8][2]),
        ("passed", "Moved to done by a person, unproven: nothing was checked.", None),
    ]
    assert told[4][2].startswith("without the work it exited with 1, with it it passed in ")
    assert told[8][2].startswith(f"Broken by #2 'Drop it' (commit {culprit[:8]}): ")
    assert [entry["commit"] for entry in entries if entry["commit"]] == [landed]
    assert [entry["verification_id"] for entry in entries[6:8]] == [runs(database, first)[0].id] * 2
    last = (await client.get(f"{FEATURES}/{second}/timeline")).json()[-1]
    assert (last["change"], last["text"]) == ("undone", "Its work was taken back by a person.")
    assert last["note"].endswith(f"takes back what landed for it ({culprit[:8]}). It broke the other.")


async def test_reruns_and_stale_receipts_are_in_the_timeline(
    client: httpx.AsyncClient, database: Database, repository: ProjectRepository
) -> None:
    first = await build(database, repository, "Say hello", "grep -q hello app.txt", "hello\n")
    with database.write() as session:
        backlog.mark_stale(session, [first])
        backlog.mark_failing(session, first, "Broken by #3 'X' (commit abcd1234): no", actor=HARNESS)
        backlog.undo(session, first, "", actor=HARNESS, note="Commit 1 takes back 2.")
    entries = (await client.get(f"{FEATURES}/{first}/timeline")).json()
    assert [entry["text"] for entry in entries[-3:]] == [
        "What matters to it was changed since its check passed: it is stale until the check has run again.",
        "It is failing.",
        "Its work was taken back by the harness.",
    ]
