"""Errors on the wire: each kind has its status here, once, and every body is `{"error", "detail", "field"?}`."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api.errors import AppError, Conflict, InvalidInput, NotAllowed, NotFound, Unavailable

# Looked up along the classes an error derives from: a kind without a line of its own has its base's.
STATUS: Final[dict[type[AppError], int]] = {
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    NotAllowed: 403,
    Unavailable: 503,
    AppError: 400,
}
_KINDS: Final = {
    400: "invalid_input",
    401: "unauthenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "invalid_input",
}
_PLACES: Final = frozenset({"body", "query", "path", "header"})
logger = logging.getLogger("autocoder.server")


class Error(BaseModel):
    """What a request that failed answers."""

    error: str = Field(description="The kind of error", examples=["not_found"])
    detail: str = Field(description="One sentence: what was wrong, and what would be right")
    field: str | None = Field(default=None, description="The input at fault, where there is one")


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:  # Any: FastAPI's own type for this argument
    """The documented errors of an operation."""
    return {status: {"model": Error} for status in statuses}


def install_handlers(app: FastAPI) -> None:
    """Let `app` answer every error in the one shape."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: AppError) -> int:
    """The HTTP status of an error's kind."""
    return next(STATUS[base] for base in type(error).__mro__ if base in STATUS)


def render(status: int, kind: str, detail: str, field: str | None = None) -> JSONResponse:
    """An error as a response."""
    body = Error(error=kind, detail=detail, field=field).model_dump(exclude_none=True)
    return JSONResponse(body, status)


def sentence_about(errors: Sequence[Mapping[str, Any]]) -> tuple[str, str | None]:  # Any: pydantic's own error details
    """One sentence about the first of pydantic's errors, and the field at fault."""
    first = errors[0]
    path = [str(part) for part in first["loc"] if part not in _PLACES]
    if first["type"] == "json_invalid":
        return "The request body is not valid JSON.", None
    message = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
    message = message[:1].lower() + message[1:]
    more = f" ({len(errors) - 1} more like this)" if len(errors) > 1 else ""
    if not path:
        return f"The request cannot be right: {message}{more}.", None
    return f"{'.'.join(path)}: {message}{more}.", path[0]


async def _app_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)  # registered for this class
    return render(status_of(error), error.kind, error.detail, error.field)


async def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # registered for this class
    detail, field = sentence_about(error.errors())
    return render(422, "invalid_input", detail, field)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # registered for this class
    sentences = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not possible at {request.url.path}.",
        413: "The request body is too large.",
    }
    detail = sentences.get(error.status_code, str(error.detail))
    response = render(error.status_code, _KINDS.get(error.status_code, "error"), detail)
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return render(500, "internal", "The server failed at this request: its log says why.")
