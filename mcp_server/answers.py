"""What tools answer: JSON as structured content and as text; failures as one sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, ValidationError


def answer(payload: BaseModel | Mapping[str, Any]) -> CallToolResult:  # Any: JSON values
    """A result: `payload` as structured content, and the same JSON as text."""
    content = payload.model_dump(mode="json") if isinstance(payload, BaseModel) else dict(payload)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=content)


def failure(sentence: str) -> CallToolResult:
    """A failure the caller can read and act on."""
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)


def sentence_of(error: ValidationError) -> str:
    """What was wrong with the arguments, as one sentence about the first fault."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    more = error.error_count() - 1
    rest = f" ({more} more like this)" if more else ""
    return f"The argument {place or 'given'} is not right: {first['msg']}{rest}."
