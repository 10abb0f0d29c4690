"""Every tool, called the way a client does, over a connection in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import mcp
import pytest

from api.backlog import service as backlog
from api.backlog.statuses import PERSON
from api.database import Database, execute
from mcp_server.feature_mcp import TOOLS, ServerRole, ToolContext, build_server
from tests.backlogs import fill, turn_green

Json = dict[str, Any]  # Any: JSON values


@pytest.fixture
async def client(database: Database) -> AsyncIterator[mcp.Client]:
    """A connected client; one task opens and closes it, as its cancel scopes demand."""
    connected: asyncio.Future[mcp.Client] = asyncio.get_running_loop().create_future()
    finished = asyncio.Event()

    async def hold() -> None:
        async with mcp.Client(build_server(ToolContext(database=database, owner="mcp:1"))) as opened:
            connected.set_result(opened)
            await finished.wait()

    holding = asyncio.create_task(hold())
    yield await connected
    finished.set()
    await holding


async def call(client: mcp.Client, tool: str, **arguments: object) -> Json:
    """The structured content of a call that succeeds; its text is the same JSON."""
    result = await client.call_tool(tool, arguments)
    text = getattr(result.content[0], "text", "")
    assert not result.is_error, text
    assert json.loads(text) == result.structured_content
    return dict(result.structured_content or {})


async def refused(client: mcp.Client, tool: str, **arguments: object) -> str:
    """What a call that fails says; one sentence."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    text = str(getattr(result.content[0], "text", ""))
    assert text.endswith(".")
    assert "\n" not in text
    return text


def seed(database: Database, needs: list[list[int]]) -> list[int]:
    with database.write() as session:
        return fill(session, needs)


async def test_the_tools_of_the_contract_are_there(client: mcp.Client) -> None:
    names = {tool.name for tool in (await client.list_tools()).tools}
    assert names == {
        *("feature_get_stats", "feature_get_next", "feature_get_for_regression", "feature_mark_passing"),
        *("feature_skip", "feature_create_bulk", "feature_create", "feature_update", "feature_delete"),
        *("feature_get_by_id", "feature_mark_failing", "feature_set_check", "feature_set_dependencies"),
        *("feature_get_ready", "feature_get_blocked", "feature_get_graph", "feature_request_human_input"),
        "feature_release",
    }


async def test_every_tool_says_what_it_does_and_types_its_arguments(client: mcp.Client) -> None:
    for tool in (await client.list_tools()).tools:
        assert tool.description
        assert tool.input_schema["type"] == "object"
        for name, schema in tool.input_schema.get("properties", {}).items():
            assert {"type", "$ref", "anyOf", "enum"} & set(schema), (tool.name, name)


async def test_a_feature_has_the_fields_of_the_contract(client: mcp.Client) -> None:
    feature = await call(client, "feature_create", category="auth", name="Log in", description="d", steps=["open"])
    assert {
        *("id", "priority", "category", "name", "description", "steps", "status", "passes", "in_progress", "blocked"),
        *("dependencies", "check", "last_receipt", "attempts"),
    } <= set(feature)
    assert await call(client, "feature_get_by_id", feature_id=feature["id"]) == feature


async def test_the_server_is_called_features(client: mcp.Client) -> None:
    assert client.server_info is not None
    assert client.server_info.name == "features"


async def test_a_bulk_call_and_its_statistics(client: mcp.Client) -> None:
    features = [
        {"category": "c", "name": "a", "description": "d", "steps": ["s"]},
        {"category": "c", "name": "b", "depends_on_indices": [0]},
    ]
    assert await call(client, "feature_create_bulk", features=features) == {"created": 2, "ids": [1, 2]}
    stats = await call(client, "feature_get_stats")
    assert (stats["total"], stats["ready"], stats["blocked"], stats["percentage"]) == (2, 1, 1, 0.0)


async def test_features_given_as_a_json_string_are_read(client: mcp.Client) -> None:
    features = json.dumps([{"category": "c", "name": "a"}])
    assert (await call(client, "feature_create_bulk", features=features))["created"] == 1


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("feature_create_bulk", {"features": []}, "The argument features is not right: List should have at least 1"),
        ("feature_create_bulk", {"features": [{"category": "c", "name": "x" * 256}]}, "features.0.name"),
        ("feature_create_bulk", {"features": [{"category": "c"}, {"name": "n"}]}, r"(1 more like this)"),
        ("feature_create", {"category": "c", "name": "n"}, "The argument description is not right: Field required"),
        ("feature_get_by_id", {"feature_id": 0}, "greater than or equal to 1"),
        ("feature_get_by_id", {"feature_id": 2**63}, "less than or equal to"),
        ("feature_get_by_id", {"feature_id": "two"}, "valid integer"),
        ("feature_get_by_id", {"feature_id": 77}, "There is no feature 77"),
        ("feature_get_for_regression", {"limit": 0}, "limit"),
        ("feature_mark_failing", {"feature_id": 1, "reason": "  "}, "reason"),
        ("feature_set_check", {"feature_id": 1, "command": "x", "files": ["/etc/passwd"]}, "path inside the project"),
        ("feature_set_check", {"feature_id": 1, "command": "x", "files": [], "kind": "wish"}, "kind"),
        ("feature_fly", {}, "There is no tool 'feature_fly' here"),
    ],
)
async def test_mistakes_are_explained_in_one_sentence(
    client: mcp.Client, database: Database, tool: str, arguments: Json, said: str
) -> None:
    seed(database, [[]])
    assert said in await refused(client, tool, **arguments)


async def test_an_unexpected_fault_shows_no_traceback(client: mcp.Client, database: Database) -> None:
    with database.write() as session:
        execute(session, "DROP TABLE dependencies")
    said = await refused(client, "feature_get_graph")
    assert said == "The tool feature_get_graph failed inside AutoCoder; its log says why. Nothing was changed."


async def test_the_next_feature_is_claimed_for_this_client(client: mcp.Client, database: Database) -> None:
    first, _ = seed(database, [[], [0]])
    claimed = await call(client, "feature_get_next")
    assert (claimed["id"], claimed["status"], claimed["claimed_by"]) == (first, "in_progress", "mcp:1")
    assert await call(client, "feature_get_next") == claimed


async def test_two_servers_never_give_the_same_feature(database: Database) -> None:
    seed(database, [[], []])
    contexts = [ToolContext(database=database, owner=f"mcp:{number}") for number in range(3)]
    taken = []
    for context in contexts:
        async with mcp.Client(build_server(context)) as one:
            taken.append((await call(one, "feature_get_next")).get("id"))
    assert taken == [1, 2, None]


@pytest.mark.parametrize(
    ("needs", "prepare", "said"),
    [
        ([], None, "The backlog is empty: create features first."),
        ([[]], "pass", "All 1 features pass: nothing is left to do."),
        (
            [[], [0]],
            "claim",
            "Nothing is ready: 0 of 2 features pass, 1 being worked on by others, 1 waiting for other",
        ),
        ([[]], "ask", "1 waiting for a person"),
    ],
)
async def test_nothing_to_take_says_why(
    client: mcp.Client, database: Database, needs: list[list[int]], prepare: str | None, said: str
) -> None:
    if needs:
        seed(database, needs)
    with database.write() as session:
        if prepare == "pass":
            backlog.mark_passing(session, 1, actor=PERSON, proof="unproven")
        if prepare == "claim":
            backlog.claim_next(session, "agent-9", 60.0)
        if prepare == "ask":
            backlog.request_human(session, 1, "?", actor=PERSON)
    answer = await call(client, "feature_get_next")
    assert answer["feature"] is None
    assert said in answer["message"]


async def test_looking_at_ready_blocked_and_the_graph(client: mcp.Client, database: Database) -> None:
    first, second = seed(database, [[], [0]])
    ready = await call(client, "feature_get_ready", limit=5)
    assert [feature["id"] for feature in ready["features"]] == [first]
    (blocked,) = (await call(client, "feature_get_blocked"))["features"]
    assert (blocked["feature"]["id"], blocked["waiting_on"]) == (second, [first])
    graph = await call(client, "feature_get_graph")
    assert graph["edges"] == [{"source": first, "target": second}]


async def test_features_for_regression_pass(client: mcp.Client, database: Database) -> None:
    seed(database, [[], []])
    with database.write() as session:
        green = turn_green(session).id
    found = await call(client, "feature_get_for_regression")
    assert [feature["id"] for feature in found["features"]] == [green]


async def test_a_tester_tries_only_what_is_in_its_clone(database: Database) -> None:
    seed(database, [[], []])
    with database.write() as session:
        first, later = turn_green(session).id, turn_green(session).id
    given = ToolContext(database=database, owner="tester-1", role="tester", exercised=frozenset({first}))
    async with mcp.Client(build_server(given)) as client:
        found = await call(client, "feature_get_for_regression")
        assert [feature["id"] for feature in found["features"]] == [first]
        said = await refused(client, "feature_mark_failing", feature_id=later, reason="It is not there.")
        assert said == f"Feature {later} is not in the application as you have it: it turned green later."
        assert (await call(client, "feature_mark_failing", feature_id=first, reason="Gone."))["status"] == "failing"


async def test_editing(client: mcp.Client, database: Database) -> None:
    first, second = seed(database, [[], []])
    assert (await call(client, "feature_update", feature_id=first, name="new", priority=7))["priority"] == 7
    assert (await call(client, "feature_set_dependencies", feature_id=second, ids=[first]))["blocked"]
    assert "circle" in await refused(client, "feature_set_dependencies", feature_id=first, ids=[second])
    assert await call(client, "feature_delete", feature_id=first) == {"deleted": first}
    assert not (await call(client, "feature_get_by_id", feature_id=second))["blocked"]


async def test_letting_go(client: mcp.Client, database: Database) -> None:
    first, second, third = seed(database, [[], [], []])
    await call(client, "feature_get_next")
    assert (await call(client, "feature_release", feature_id=first))["status"] == "pending"
    assert "not claimed by you" in await refused(client, "feature_release", feature_id=first)
    await call(client, "feature_get_next")
    assert (await call(client, "feature_skip", feature_id=first))["claimed_by"] is None
    await call(client, "feature_get_next")
    field = {"name": "colour", "kind": "choice", "options": ["red"]}
    asked = await call(client, "feature_request_human_input", feature_id=second, prompt="Which?", fields=[field])
    assert (asked["status"], asked["human_request"]["asked_by"]) == ("needs_input", "mcp:1")
    await call(client, "feature_get_next")
    assert (await call(client, "feature_mark_failing", feature_id=third, reason="broken"))["status"] == "failing"


async def test_a_check_reads_the_files_where_the_caller_works(database: Database) -> None:
    seed(database, [[]])
    context = ToolContext(
        database=database,
        owner="agent-1",
        role="coder",
        read_files=lambda names: {name: b"x" for name in names if name == "t.py"},
    )
    async with mcp.Client(build_server(context)) as client:
        await call(client, "feature_get_next")
        feature = await call(client, "feature_set_check", feature_id=1, command="pytest t.py", files=["t.py"])
        assert feature["check"]["files"] == ["t.py"]
        assert "u.py does not exist" in await refused(
            client, "feature_set_check", feature_id=1, command="pytest", files=["u.py"]
        )


async def names(database: Database, role: ServerRole) -> set[str]:
    async with mcp.Client(build_server(ToolContext(database=database, owner="x", role=role))) as client:
        return {tool.name for tool in (await client.list_tools()).tools}


@pytest.mark.parametrize("role", list(TOOLS))
async def test_a_server_offers_the_tools_of_its_role(database: Database, role: ServerRole) -> None:
    assert await names(database, role) == TOOLS[role]


async def test_what_roles_must_not_have(database: Database) -> None:
    assert not {"feature_create", "feature_delete", "feature_update"} & await names(database, "coder")
    assert "feature_mark_passing" not in await names(database, "assistant")
    assert not {"feature_mark_passing", "feature_get_next", "feature_delete"} & await names(database, "initializer")


async def test_a_tool_of_another_role_cannot_be_called_by_name(database: Database) -> None:
    seed(database, [[]])
    async with mcp.Client(build_server(ToolContext(database=database, owner="a", role="assistant"))) as client:
        assert "There is no tool" in await refused(client, "feature_mark_passing", feature_id=1)


async def test_a_coder_acts_on_its_own_card_only(database: Database) -> None:
    first, second = seed(database, [[], []])
    async with mcp.Client(build_server(ToolContext(database=database, owner="agent-1", role="coder"))) as client:
        assert (await call(client, "feature_get_next"))["id"] == first
        for tool, more in (
            ("feature_skip", {}),
            ("feature_mark_failing", {"reason": "x"}),
            ("feature_request_human_input", {"prompt": "?"}),
            ("feature_set_check", {"command": "x", "files": []}),
        ):
            assert "not claimed by you" in await refused(client, tool, feature_id=second, **more)


async def test_any_call_renews_the_lease(database: Database) -> None:
    seed(database, [[]])
    context = ToolContext(database=database, owner="mcp:1", lease_seconds=1_000)
    async with mcp.Client(build_server(context)) as client:
        await call(client, "feature_get_next")
        with database.write() as session:
            execute(session, "UPDATE features SET claim_expires = 1")
        context._renewed.clear()
        await call(client, "feature_get_stats")
    with database.write() as session:
        assert backlog.expire(session) == []


async def test_an_instance_whose_lease_lapsed_is_fenced_off(database: Database) -> None:
    seed(database, [[]])
    context = ToolContext(database=database, owner="agent-1", role="coder")
    async with mcp.Client(build_server(context)) as client:
        await call(client, "feature_get_next")
        with database.write() as session:
            backlog.release_owner(session, "agent-1", "restarted")
            backlog.claim_next(session, "agent-1", 60.0)  # a newer process of the same name
        for _ in range(2):
            assert "was lost" in await refused(client, "feature_skip", feature_id=1)
        await call(client, "feature_get_next")
        await call(client, "feature_skip", feature_id=1)


async def test_a_client_whose_lease_lapsed_may_still_edit(database: Database) -> None:
    seed(database, [[]])
    async with mcp.Client(build_server(ToolContext(database=database, owner="mcp:1"))) as client:
        await call(client, "feature_get_next")
        with database.write() as session:
            backlog.release_owner(session, "mcp:1", "lease")
        await call(client, "feature_skip", feature_id=1)
