"""What may happen to a run. Pure."""

from __future__ import annotations

from typing import Literal

from api.events import RunStatus

Control = Literal["pause", "stop", "resume"]

_SENTENCES: dict[Control, dict[RunStatus, str]] = {
    "pause": {
        "paused": "is already paused",
        "stopping": "is already stopping",
        "parked": "is parked at a usage limit: stop it, or let it go on by itself",
    },
    "resume": {"running": "is already running", "stopping": "is stopping: start a new run when it has stopped"},
    "stop": {},
}


def complaint_about_control(request: Control, status: RunStatus, asked_before: str | None) -> str | None:
    """Why `request` makes no sense now, as the end of a sentence about the run; None when it does."""
    if asked_before == "stop" and request != "stop":
        return "is already stopping"
    if request == "resume" and status == "running" and asked_before == "pause":
        return None  # takes the request to pause back
    return _SENTENCES[request].get(status)


def charge(cost_usd: float | None, recorded_usd: float, reservation_usd: float) -> float:
    """What a finished session cost: its result, or, where it died without one, at least what was reserved for it."""
    return max(recorded_usd, reservation_usd) if cost_usd is None else cost_usd
