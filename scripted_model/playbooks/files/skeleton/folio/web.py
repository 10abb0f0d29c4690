"""What a handler gets, gives and raises."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path


class Problem(Exception):
    """A request that cannot be met: a status and one clear sentence."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = HTTPStatus(status)
        self.detail = detail


@dataclass(frozen=True)
class Request:
    """A request: `query` holds the last value of each name, `values` what the path pattern caught."""

    method: str
    path: str
    data: Path
    query: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> dict:
        """The body as a JSON object; a Problem when it is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            raise Problem(400, "The body is not valid JSON.") from None
        if not isinstance(value, dict):
            raise Problem(400, "The body must be a JSON object.")
        return value


@dataclass(frozen=True)
class Response:
    """An answer: its body, type, status and extra headers."""

    body: bytes = b""
    content_type: str = "application/json"
    status: int = 200
    headers: dict = field(default_factory=dict)


def reply(value: object, status: int = 200) -> Response:
    """`value` as JSON."""
    return Response(json.dumps(value, ensure_ascii=False).encode(), "application/json", status)
