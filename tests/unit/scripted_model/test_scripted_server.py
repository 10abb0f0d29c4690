"""The API on the wire: streamed and not, validated, logged, and broken on demand."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest
from starlette.types import Message

from scripted_model.faults import FaultPlan, parse_fault
from scripted_model.playbooks import PLAYBOOKS, find_playbook
from scripted_model.request_log import RequestLog
from scripted_model.server import EventStream, ScriptedModel, create_app

TOOLS = [{"name": "Bash", "input_schema": {}}]


def body(script: object = ("hello",), **more: object) -> dict[str, object]:
    messages = [{"role": "user", "content": f"@@{json.dumps(script)}@@"}]
    return {"model": "claude-x", "max_tokens": 100, "messages": messages, "tools": TOOLS, **more}


def client(*faults: str, pace: float = 0.0, log: RequestLog | None = None) -> httpx.AsyncClient:
    plan = FaultPlan(parse_fault(fault) for fault in faults)
    model = ScriptedModel(find_playbook("inline"), pace=pace, faults=plan, log=log or RequestLog())
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(model)), base_url="http://scripted")


async def test_answers_whole_or_streamed() -> None:
    async with client() as http:
        whole = (await http.post("/v1/messages", json=body())).json()
        streamed = await http.post("/v1/messages", json=body(stream=True))
    assert whole["content"] == [{"type": "text", "text": "hello"}]
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert streamed.text.startswith("event: message_start\n")
    assert streamed.text.endswith('data: {"type": "message_stop"}\n\n')


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "The request body is not valid JSON."),
        (b'{"messages": [1]}', "model: Field required"),
        (b'{"model": "m", "messages": []}', "messages: at least one message is required"),
        (b"[]", "model: Field required"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens"])
async def test_wrong_requests_are_refused_as_the_api_refuses_them(path: str, content: bytes, problem: str) -> None:
    async with client() as http:
        answer = await http.post(path, content=content)
    assert answer.status_code == 400
    assert answer.json()["error"] == {"type": "invalid_request_error", "message": problem}


async def test_tokens_models_and_health() -> None:
    async with client() as http:
        counted = (await http.post("/v1/messages/count_tokens?beta=true", json=body())).json()
        models = (await http.get("/v1/models")).json()["data"]
        one = (await http.get("/v1/models/claude-x")).json()
        health = (await http.get("/health")).json()
        head = await http.head("/")
    assert counted["input_tokens"] > 5
    assert {model["type"] for model in models} == {"model"}
    assert one["id"] == "claude-x"
    assert health == {"status": "healthy", "playbook": "inline", "pace": 0.0}
    assert head.status_code == 200


async def test_unknown_paths_are_refused_and_logged(tmp_path: Path) -> None:
    async with client(log=RequestLog(tmp_path / "log")) as http:
        answer = await http.post("/api/event_logging")
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found_error")
    assert json.loads((tmp_path / "log").read_text())["path"] == "/api/event_logging"


async def test_requests_without_tools_never_meet_playbook_or_faults() -> None:
    async with client("500,count=9") as http:
        answer = await http.post("/v1/messages", json={**body(), "tools": []})
    assert answer.json()["content"] == [{"type": "text", "text": "OK"}]


async def test_faults_strike_in_turn() -> None:
    async with client("529,from=2", "401,from=3") as http:
        statuses = [(await http.post("/v1/messages", json=body())).status_code for _ in range(4)]
    assert statuses == [200, 529, 401, 200]


async def test_a_fault_in_the_script_ends_after_so_many_times() -> None:
    step = {"fault": "529", "times": 2, "then": "fine"}
    async with client() as http:
        answers = [await http.post("/v1/messages", json=body([step])) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [529, 529, 200]


async def test_max_tokens_stops_early() -> None:
    async with client("max_tokens") as http:
        answer = (await http.post("/v1/messages", json=body())).json()
    assert (answer["stop_reason"], answer["content"][0]["text"]) == ("max_tokens", "hel")


async def test_slow_means_that_nothing_comes_for_a_while() -> None:
    started = time.monotonic()
    async with client("slow,seconds=0.05") as http:
        await http.post("/v1/messages", json=body())
    assert time.monotonic() - started >= 0.05


async def test_pace_spreads_an_answer_over_its_time() -> None:
    async with client(pace=0.06) as http:
        for stream in (True, False):
            started = time.monotonic()
            answer = await http.post("/v1/messages", json=body(["one two three"], stream=stream))
            assert time.monotonic() - started >= 0.05
            assert "three" in answer.text


async def sent(stream: EventStream) -> tuple[str, bool]:
    """What an event stream sends, and whether it comes to its proper end."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    await stream({"type": "http"}, receive, send)
    text = b"".join(message.get("body", b"") for message in messages).decode()
    return text, not messages[-1].get("more_body", False)


@pytest.mark.parametrize("pace", [0.0, 0.001])
async def test_a_cut_stream_breaks_off_half_way(pace: float) -> None:
    assert await sent(EventStream(["a", "b", "c", "d"], pace=pace, cut=True)) == ("ab", False)
    assert await sent(EventStream(["a", "b", "c", "d"], pace=pace)) == ("abcd", True)
    assert await sent(EventStream(["abcd"], cut=True)) == ("ab", False)


async def test_the_log_tells_what_was_asked_and_answered(tmp_path: Path) -> None:
    task = 'Role: coder\nFeature: #4 Shelf\n@@["I look.", {"tool": "Bash", "input": {"command": "ls"}}]@@'
    request = {**body(), "messages": [{"role": "user", "content": task}]}
    async with client("529", log=RequestLog(tmp_path / "log", bodies=True)) as http:
        await http.post("/v1/messages", json=request)
    (line,) = (tmp_path / "log").read_text().splitlines()
    entry = json.loads(line)
    expected = {"role": "coder", "features": ["#4 Shelf"], "fault": "529", "says": "I look.", "model": "claude-x"}
    assert {name: entry[name] for name in expected} == expected
    assert entry["body"] == request


async def test_without_bodies_the_log_stays_small(tmp_path: Path) -> None:
    async with client(log=RequestLog(tmp_path / "log")) as http:
        await http.post("/v1/messages", json=body())
    assert "body" not in json.loads((tmp_path / "log").read_text())


def test_playbooks_are_found_by_name() -> None:
    assert {"sample", "bad", "blindspot", "inline", "limits", "parts"} == set(PLAYBOOKS)
    assert PLAYBOOKS["limits"].faults[0].fault.kind == "usage_limit"
    with pytest.raises(
        ValueError, match=r"no playbook is called .none.; there are sample, bad, parts, blindspot, inline, limits"
    ):
        find_playbook("none")
