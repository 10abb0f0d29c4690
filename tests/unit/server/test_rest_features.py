"""The backlog over REST."""

from __future__ import annotations

import asyncio
import gzip
import json

import httpx
import pytest

from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import PERSON, Actor
from api.database import Database
from tests.servers import write_lines

FEATURES = "/api/projects/shop/features"


async def create(client: httpx.AsyncClient, name: str = "Cart", **more: object) -> int:
    answer = await client.post(FEATURES, json={"category": "shop", "name": name, **more})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def test_create_read_change_delete_restore(client: httpx.AsyncClient) -> None:
    number = await create(client, description="Holds what is bought", steps=["add", "remove"])
    assert (await client.get(f"{FEATURES}/{number}")).json()["steps"] == ["add", "remove"]
    changed = await client.patch(f"{FEATURES}/{number}", json={"name": "Basket"})
    assert changed.json()["name"] == "Basket"
    assert (await client.delete(f"{FEATURES}/{number}")).status_code == 204
    assert (await client.get(f"{FEATURES}/{number}")).status_code == 404
    restored = await client.post(f"{FEATURES}/{number}/restore")
    assert restored.json()["name"] == "Basket"


async def test_columns(client: httpx.AsyncClient, database: Database) -> None:
    first, second = await create(client), await create(client, "Search")
    with database.write() as session:
        backlog.mark_passing(session, first, actor=PERSON, proof="unproven")
        backlog.claim(session, second, "agent-1", 60)
    columns = (await client.get(FEATURES)).json()
    assert {name: [card["id"] for card in cards] for name, cards in columns.items()} == {
        "pending": [],
        "in_progress": [second],
        "done": [first],
        "failing": [],
        "needs_input": [],
    }


async def test_bulk_is_all_or_nothing(client: httpx.AsyncClient) -> None:
    good = {"category": "a", "name": "b"}
    refused = await client.post(f"{FEATURES}/bulk", json={"features": [good, {**good, "dependencies": [99]}]})
    assert refused.status_code in {404, 422}
    created = await client.post(f"{FEATURES}/bulk", json={"features": [good, {**good, "depends_on_indices": [0]}]})
    assert [card["dependencies"] for card in created.json()] == [[], [1]]
    assert len((await client.get(FEATURES)).json()["pending"]) == 2


async def test_dependencies_and_graph(client: httpx.AsyncClient) -> None:
    first, second = await create(client), await create(client, "Pay")
    assert (await client.put(f"{FEATURES}/{second}/dependencies", json={"dependencies": [first]})).json()["blocked"]
    graph = (await client.get(f"{FEATURES}/graph")).json()
    assert graph["edges"] == [{"source": first, "target": second}]
    assert (await client.post(f"{FEATURES}/{first}/dependencies/{second}")).json()["error"] == "invalid_input"
    assert (await client.delete(f"{FEATURES}/{second}/dependencies/{first}")).json()["dependencies"] == []
    assert (await client.post(f"{FEATURES}/{second}/dependencies/{first}")).json()["dependencies"] == [first]


async def test_skip_moves_to_the_end(client: httpx.AsyncClient, database: Database) -> None:
    first, second = await create(client), await create(client, "Pay")
    assert (await client.patch(f"{FEATURES}/{first}/skip")).status_code == 200
    with database.read() as session:
        assert [card.id for card in backlog.ready(session)] == [second, first]


async def test_answering_a_question(client: httpx.AsyncClient, database: Database) -> None:
    number = await create(client)
    agent = Actor("agent-1", "coder")
    with database.write() as session:
        backlog.claim(session, number, "agent-1", 60)
        claim = backlog.current_claim(session, "agent-1", number)
        backlog.request_human(session, number, "Which currency?", actor=agent, claim=claim)
    answered = await client.post(f"{FEATURES}/{number}/resolve-human-input", json={"answers": {"currency": "EUR"}})
    assert answered.json()["status"] == "pending"
    assert answered.json()["human_request"]["answers"] == {"currency": "EUR"}


async def test_a_person_moves_a_card_by_hand(client: httpx.AsyncClient) -> None:
    number = await create(client)
    moved = (await client.patch(f"{FEATURES}/{number}", json={"status": "passing", "name": "Basket"})).json()
    assert (moved["status"], moved["proof"], moved["moved_by"], moved["name"]) == (
        *("passing", "unproven", "person"),
        "Basket",
    )
    assert (await client.patch(f"{FEATURES}/{number}", json={"status": "failing"})).json()["field"] == "reason"
    failing = (await client.patch(f"{FEATURES}/{number}", json={"status": "failing", "reason": "It is slow."})).json()
    assert (failing["status"], failing["failing_reason"], failing["moved_by"]) == ("failing", "It is slow.", "person")


async def test_timeline_says_who_did_what(client: httpx.AsyncClient) -> None:
    number = await create(client)
    await client.patch(f"{FEATURES}/{number}", json={"name": "Basket"})
    entries = (await client.get(f"{FEATURES}/{number}/timeline")).json()
    assert [(entry["change"], entry["actor"]) for entry in entries] == [("created", "person"), ("edited", "person")]
    assert (await client.get(f"{FEATURES}/99/timeline")).status_code == 404


async def test_receipts_of_a_card_that_was_never_checked(client: httpx.AsyncClient) -> None:
    number = await create(client)
    assert (await client.get(f"{FEATURES}/{number}/receipts")).json() == []
    assert (await client.get(f"{FEATURES}/99/receipts")).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"category": "a"}, "name"),
        ({"category": "a", "name": ""}, "name"),
        ({"category": "a", "name": "b", "colour": "red"}, "colour"),
        ({"category": "a", "name": "x" * 256}, "name"),
    ],
)
async def test_invalid_input_names_the_field(client: httpx.AsyncClient, body: object, field: str) -> None:
    answer = await client.post(FEATURES, json=body)
    assert answer.status_code == 422
    assert (answer.json()["error"], answer.json()["field"]) == ("invalid_input", field)


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), "x", "1.5", "١٢"])
async def test_ids_that_cannot_be(client: httpx.AsyncClient, number: str) -> None:
    answer = await client.get(f"{FEATURES}/{number}")
    assert answer.status_code in {404, 422}
    assert set(answer.json()) <= {"error", "detail", "field"}


async def test_odd_text_survives(client: httpx.AsyncClient) -> None:
    content = b'{"category":"a","name":"nul \\u0000 and surrogate \\ud800"}'
    answer = await client.post(FEATURES, content=content, headers={"content-type": "application/json"})
    assert answer.status_code in {201, 422}
    assert (await client.get(FEATURES)).status_code == 200


async def test_board_is_compact_and_unchanged_is_304(client: httpx.AsyncClient, database: Database) -> None:
    await create(client)
    board = await client.get(f"{FEATURES}?view=board")
    assert board.headers["content-encoding"] == "gzip"
    assert [card["name"] for card in board.json()["features"]] == ["Cart"]
    assert board.json()["seq"] > 0
    tag = {"if-none-match": board.headers["etag"]}
    assert (await client.get(f"{FEATURES}?view=board", headers=tag)).status_code == 304
    write_lines(database, 10)  # output changes no card
    assert (await client.get(f"{FEATURES}?view=board", headers=tag)).status_code == 304
    await create(client, "Search")
    assert len((await client.get(f"{FEATURES}?view=board", headers=tag)).json()["features"]) == 2


async def test_a_board_that_is_far_behind_is_sent_anew(client: httpx.AsyncClient, database: Database) -> None:
    await create(client)
    first = await client.get(f"{FEATURES}?view=board")
    write_lines(database, 2_500)
    again = await client.get(f"{FEATURES}?view=board", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 200
    assert again.json()["seq"] == first.json()["seq"] + 2_500


@pytest.mark.parametrize("tag", ["*", "W/", '"abc"', 'W/"0-99999999999999999999"', "\xff"])
async def test_a_tag_that_is_none_of_ours(client: httpx.AsyncClient, tag: str) -> None:
    answer = await client.get(f"{FEATURES}?view=board", headers=[(b"if-none-match", tag.encode("latin-1"))])
    assert answer.status_code == 200


async def test_board_without_compression(client: httpx.AsyncClient) -> None:
    await create(client)
    answer = await client.get(f"{FEATURES}?view=board", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert json.loads(answer.content)["features"][0]["name"] == "Cart"
    assert gzip.decompress((await raw(client)).content) == answer.content


async def raw(client: httpx.AsyncClient) -> httpx.Response:
    """The board as it travels."""
    async with client.stream("GET", f"{FEATURES}?view=board") as answer:
        body = b"".join([chunk async for chunk in answer.aiter_raw()])
    return httpx.Response(200, content=body)


async def test_more_writers_than_threads_do_not_wait_for_each_other(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(create(client, f"Card {number}") for number in range(120)))
    assert len(set(answers)) == 120


async def test_the_change_is_committed_before_the_answer(client: httpx.AsyncClient, database: Database) -> None:
    number = await create(client)
    with database.read() as session:
        assert backlog.get(session, number).name == "Cart"


async def test_a_refused_write_leaves_nothing(client: httpx.AsyncClient, database: Database) -> None:
    with database.write() as session:
        backlog.create(session, FeatureCreate(category="a", name="b"), PERSON)
    assert (await client.put(f"{FEATURES}/1/dependencies", json={"dependencies": [1]})).status_code in {409, 422}
    assert (await client.get(f"{FEATURES}/1")).json()["dependencies"] == []
