"""The Messages API itself: validates like the real one, asks the playbook, and streams the answer at a chosen pace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from scripted_model.conversation import Conversation, read_conversation
from scripted_model.faults import Fault, FaultPlan
from scripted_model.jsonvalues import as_list, as_object, as_text
from scripted_model.messages import build_message, reply_id, stream_events
from scripted_model.offhand import answer_offhand
from scripted_model.playbooks import Playbook
from scripted_model.refusals import error_body, error_response
from scripted_model.replies import Reply, Say
from scripted_model.request_log import RequestLog
from scripted_model.usage import count_request

MODELS = ("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")


@dataclass
class ScriptedModel:
    """A playbook behind the Messages API.

    pace: seconds one answer to an agent takes, streamed evenly; 0 answers at once.
    """

    playbook: Playbook
    pace: float = 0.0
    faults: FaultPlan = field(default_factory=FaultPlan)
    log: RequestLog = field(default_factory=RequestLog)

    async def messages(self, request: Request) -> Response:
        """`POST /v1/messages`."""
        try:
            body = _read_body(await request.body())
        except ValueError as problem:
            return _refuse(400, "invalid_request_error", str(problem))
        conversation = read_conversation(body)
        agent = bool(conversation.tools)
        reply = self.playbook.answer(conversation) if agent else answer_offhand(conversation)
        fault = self.faults.admit(reply.fault, reply_id(body))
        if agent:
            fault = self.faults.next() or fault
        self._record(body, conversation, reply, fault)
        return await self._answer(body, reply, fault, pace=self.pace if agent else 0.0)

    async def _answer(self, body: Mapping[str, object], reply: Reply, fault: Fault | None, *, pace: float) -> Response:
        if fault and (refusal := error_response(fault, as_text(body.get("model")))):
            return refusal
        kind = fault.kind if fault else ""
        if fault and kind == "slow":
            await asyncio.sleep(fault.seconds)
        message = build_message(body, reply, cut_short=kind == "max_tokens")
        if body.get("stream"):
            return EventStream(list(stream_events(message)), pace=pace, cut=kind == "cut")
        if kind == "cut":
            return EventStream([json.dumps(message)], cut=True, media_type="application/json")
        await asyncio.sleep(pace)
        return JSONResponse(message)

    def _record(
        self, body: Mapping[str, object], conversation: Conversation, reply: Reply, fault: Fault | None
    ) -> None:
        self.log.write(
            body,
            path="/v1/messages",
            model=conversation.model,
            stream=bool(body.get("stream")),
            tools=len(conversation.tools),
            messages=len(as_list(body.get("messages"))),
            role=conversation.role,
            features=[f"#{feature.id} {feature.name}" for feature in conversation.features],
            input_tokens=count_request(body),
            fault=fault.kind if fault else None,
            says=" ".join(block.text for block in reply.blocks if isinstance(block, Say)),
            calls=[[call.tool, call.input] for call in reply.calls],
        )

    async def count_tokens(self, request: Request) -> Response:
        """`POST /v1/messages/count_tokens`."""
        try:
            body = _read_body(await request.body())
        except ValueError as problem:
            return _refuse(400, "invalid_request_error", str(problem))
        return JSONResponse({"input_tokens": count_request(body)})

    async def models(self, request: Request) -> Response:
        """`GET /v1/models` and `GET /v1/models/{model}`."""
        wanted = request.path_params.get("model")
        if wanted:
            return JSONResponse(_model(wanted))
        data = [_model(name) for name in MODELS]
        return JSONResponse({"data": data, "has_more": False, "first_id": MODELS[0], "last_id": MODELS[-1]})

    async def health(self, _request: Request) -> Response:
        """`GET|HEAD /` and `/health`."""
        return JSONResponse({"status": "healthy", "playbook": self.playbook.name, "pace": self.pace})

    async def unknown(self, request: Request) -> Response:
        """Anything else: refused, and noted in the log."""
        self.log.write(path=request.url.path, method=request.method, fault="404")
        return _refuse(404, "not_found_error", f"There is nothing at {request.method} {request.url.path}.")


class EventStream(Response):
    """Sends `parts` one by one, spread evenly over `pace` seconds; with `cut` it breaks off half-way."""

    def __init__(
        self, parts: list[str], *, pace: float = 0.0, cut: bool = False, media_type: str = "text/event-stream"
    ) -> None:
        super().__init__(media_type=media_type, headers={"cache-control": "no-cache"})
        del self.headers["content-length"]
        self._parts = parts[: len(parts) // 2] if cut else parts
        if cut and not self._parts:
            self._parts = [parts[0][: len(parts[0]) // 2]]
        self._delay = pace / len(parts) if pace > 0 else 0.0
        self._cut = cut

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the answer; a cut one returns before its end, whereupon the server drops the connection."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if not self._delay:
            await send({"type": "http.response.body", "body": "".join(self._parts).encode(), "more_body": self._cut})
            return
        for part in self._parts:
            await asyncio.sleep(self._delay)
            await send({"type": "http.response.body", "body": part.encode(), "more_body": True})
        if not self._cut:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def create_app(model: ScriptedModel) -> Starlette:
    """The application that serves `model`."""
    return Starlette(
        routes=[
            Route("/v1/messages", model.messages, methods=["POST"]),
            Route("/v1/messages/count_tokens", model.count_tokens, methods=["POST"]),
            Route("/v1/models", model.models),
            Route("/v1/models/{model}", model.models),
            Route("/", model.health),
            Route("/health", model.health),
            Route("/{path:path}", model.unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]
    )


def _read_body(raw: bytes) -> Mapping[str, object]:
    """A request's JSON body; raises ValueError with what is wrong with it."""
    try:
        body = as_object(json.loads(raw))
    except ValueError:
        raise ValueError("The request body is not valid JSON.") from None
    if not as_text(body.get("model")):
        raise ValueError("model: Field required")
    if not as_list(body.get("messages")):
        raise ValueError("messages: at least one message is required")
    return body


def _refuse(status: int, kind: str, message: str) -> JSONResponse:
    return JSONResponse(error_body(kind, message), status_code=status)


def _model(name: str) -> dict[str, str]:
    return {"type": "model", "id": name, "display_name": name, "created_at": "2025-01-01T00:00:00Z"}
