"""How the API words its refusals."""

from __future__ import annotations

import math
import time

from starlette.responses import JSONResponse

from scripted_model.faults import Fault

_ERRORS = {
    "429": (429, "rate_limit_error", "This request would exceed your account's rate limit. Please try again later."),
    "usage_limit": (429, "rate_limit_error", "Claude AI usage limit reached|{reset}"),
    "529": (529, "overloaded_error", "Overloaded"),
    "500": (500, "api_error", "Internal server error"),
    "401": (401, "authentication_error", "invalid x-api-key"),
    "404": (404, "not_found_error", "model: {model}"),
    "400": (400, "invalid_request_error", "This request was refused on purpose."),
}


def error_response(fault: Fault, model: str, *, now: float | None = None) -> JSONResponse | None:
    """The HTTP error of `fault`, or None for one that concerns an answer under way. `now`: seconds since 1970."""
    if fault.kind not in _ERRORS:
        return None
    reset = math.ceil((time.time() if now is None else now) + fault.seconds)
    status, kind, message = _ERRORS[fault.kind]
    body = error_body(kind, message.format(model=model, reset=reset))
    return JSONResponse(body, status_code=status, headers=_headers(fault, reset))


def error_body(kind: str, message: str) -> dict[str, object]:
    """An error as the Messages API words it."""
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_scripted"}


def _headers(fault: Fault, reset: int) -> dict[str, str]:
    wait = {"retry-after": f"{fault.seconds:.3g}"}
    if fault.kind == "429":
        return wait
    if fault.kind == "usage_limit":
        return {
            **wait,
            "x-should-retry": "false",
            "anthropic-ratelimit-unified-status": "rejected",
            "anthropic-ratelimit-unified-reset": str(reset),
            "anthropic-ratelimit-unified-representative-claim": "five_hour",
        }
    return {}
