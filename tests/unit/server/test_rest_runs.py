"""Runs, usage and the event log over REST."""

from __future__ import annotations

import os

import httpx
import pytest

from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import PERSON
from api.database import Database, append_events
from api.events import AgentUpdate, Log, Usage
from api.runs import service as runs
from api.runs.schemas import RunStart, RunView, SessionStart, SessionView
from harness import processes
from tests.servers import write_lines

SHOP = "/api/projects/shop"


def begin(database: Database) -> tuple[RunView, SessionView]:
    """A run of this very process with one session."""
    pid = os.getpid()
    start = RunStart(pid=pid, process_started=processes.start_time(pid) or 0.0, model="opus", policy="green")
    with database.write() as session:
        run = runs.start_run(session, start, processes.is_alive)
        return run, runs.start_session(session, SessionStart(run_id=run.id, role="coder", agent="agent-1"))


async def seqs(client: httpx.AsyncClient, query: str) -> list[int]:
    answer = await client.get(f"{SHOP}/events?{query}")
    assert answer.status_code == 200, answer.text
    return [event["seq"] for event in answer.json()["events"]]


async def test_status_of_a_project_that_never_ran(client: httpx.AsyncClient) -> None:
    status = (await client.get(f"{SHOP}/agent/status")).json()
    assert (status["status"], status["agents"]) == ("idle", [])


async def test_status_shows_who_works_on_what(client: httpx.AsyncClient, database: Database) -> None:
    run, session = begin(database)
    with database.write() as write:
        runs.continue_session(write, session.id, 7)
    told = AgentUpdate(agent="agent-1", role="coder", state="working", feature_id=7, session_id=session.id, tool="Edit")
    append_events(database, [told])
    status = (await client.get(f"{SHOP}/agent/status")).json()
    assert (status["status"], status["run_id"], status["model"]) == ("running", run.id, "opus")
    found = [(agent["agent"], agent["tool"], agent["feature_id"], agent["feature_ids"]) for agent in status["agents"]]
    assert found == [("agent-1", "Edit", 7, [7])]


async def test_runs_and_sessions(client: httpx.AsyncClient, database: Database) -> None:
    run, session = begin(database)
    assert [found["id"] for found in (await client.get(f"{SHOP}/runs")).json()] == [run.id]
    detail = (await client.get(f"{SHOP}/runs/{run.id}")).json()
    assert [found["id"] for found in detail["sessions"]] == [session.id]
    assert (await client.get(f"{SHOP}/sessions/{session.id}")).json()["agent"] == "agent-1"
    assert (await client.get(f"{SHOP}/runs/99")).status_code == 404
    assert (await client.get(f"{SHOP}/sessions/99")).status_code == 404


async def test_usage_in_all_and_today(client: httpx.AsyncClient, database: Database) -> None:
    run, session = begin(database)
    spent = Usage(session_id=session.id, run_id=run.id, input_tokens=100, output_tokens=20, cost_usd=0.5)
    with database.write() as writing:
        runs.record_usage(writing, spent)
    await client.patch(SHOP, json={"budget_usd": 3})
    usage = (await client.get(f"{SHOP}/usage")).json()
    assert (usage["today_usd"], usage["total_usd"], usage["budget_usd"]) == (0.5, 0.5, 3.0)
    assert (usage["today_estimated"], usage["estimated"]) == (False, False)
    assert (usage["input_tokens"], usage["days"][0]["output_tokens"]) == (100, 20)
    assert (await client.get(SHOP)).json()["cost_today_usd"] == 0.5


async def test_dollars_are_marked_until_they_are_exact(client: httpx.AsyncClient, database: Database) -> None:
    run, session = begin(database)
    with database.write() as writing:
        card = backlog.create(writing, FeatureCreate(category="c", name="n"), PERSON)
        runs.continue_session(writing, session.id, card.id)
        guess = Usage(session_id=session.id, run_id=run.id, output_tokens=9, cost_usd=0.5, estimated=True)
        runs.record_usage(writing, guess)

    async def told() -> list[tuple[float, bool]]:
        usage = (await client.get(f"{SHOP}/usage")).json()
        of_card = (await client.get(f"{SHOP}/features/{card.id}/usage")).json()
        [agent] = (await client.get(f"{SHOP}/agent/status")).json()["agents"]
        today = (usage["today_usd"], usage["today_estimated"])
        return [today, *((found["cost_usd"], found["estimated"]) for found in (of_card, agent))]

    assert await told() == [(0.5, True)] * 3
    with database.write() as writing:
        runs.settle_usage(writing, guess.model_copy(update={"cost_usd": 0.75, "estimated": False}))
    assert await told() == [(0.75, False)] * 3
    assert (await client.get(f"{SHOP}/features/999/usage")).status_code == 404


async def test_the_log_forwards_and_backwards(client: httpx.AsyncClient, database: Database) -> None:
    write_lines(database, 3_000)
    assert await seqs(client, "after=0&limit=3") == [1, 2, 3]
    assert await seqs(client, "after=2999") == [3000]
    assert await seqs(client, "before=10&limit=3") == [7, 8, 9]
    assert await seqs(client, "limit=2") == [2999, 3000]
    assert len(await seqs(client, "before=3001&limit=2500")) == 2_500
    assert await seqs(client, "before=1") == []


async def test_the_log_of_one_card_is_found_far_back(client: httpx.AsyncClient, database: Database) -> None:
    append_events(database, [Log(line="about it", feature_id=7), Log(line="and more", feature_id=7)])
    write_lines(database, 5_000)
    append_events(database, [Log(line="again", feature_id=7)])
    assert await seqs(client, "feature_id=7&limit=2") == [2, 5003]
    assert await seqs(client, "feature_id=7&limit=2&before=2") == [1]


async def test_the_log_by_kind(client: httpx.AsyncClient, database: Database) -> None:
    write_lines(database, 10)
    with database.write() as session:
        backlog.create(session, FeatureCreate(category="a", name="b"), PERSON)
    answer = (await client.get(f"{SHOP}/events?kinds=feature_update,session")).json()
    assert [event["type"] for event in answer["events"]] == ["feature_update"]


async def test_gaps_left_by_pruning_are_stepped_over(client: httpx.AsyncClient, database: Database) -> None:
    write_lines(database, 4_000)
    with database.write() as session:
        runs.prune(session, max_rows=100, max_age_seconds=3_600)
    assert await seqs(client, "before=3950&limit=2") == [3948, 3949]
    assert await seqs(client, "before=3000&limit=2") == []


@pytest.mark.parametrize(
    "query", ["kinds=nonsense", "kinds=", "after=1&before=2", "limit=0", "limit=20000", "x=1", "after=-1"]
)
async def test_questions_that_make_no_sense(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"{SHOP}/events?{query}")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_input")
