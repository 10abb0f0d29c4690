"""Reads from a session's end what it means for the run: go on, try again, park until, or give up. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from agent.messages import Ended, LimitNotice, Retrying

OutcomeKind = Literal[
    "completed",
    "usage_limit",
    "budget",
    "max_turns",
    "api_error",
    "refused_key",
    "unknown_model",
    "interrupted",
    "died",
]

# Without a word on when the limit resets, a parked run looks again after this long.
DEFAULT_PARK = timedelta(minutes=15)
# A provider that asks for a longer pause than this is at a limit, not in a hiccup.
LONG_RETRY = 120.0

_EPOCH = re.compile(r"limit reached\|(\d{10,13})")
_CLOCK = re.compile(r"resets?(?: at)? (\d{1,2})(?::(\d{2}))?\s*(am|pm)", re.IGNORECASE)
_LIMIT_WORDS = re.compile(r"usage limit|hit your (?:\w+ )?limit|out of (?:extra )?usage|limit reached", re.IGNORECASE)
_HTTP_STATUS = re.compile(r"API Error: (\d{3})")


@dataclass(frozen=True)
class Outcome:
    """How a session ended. `until` is set for usage limits only; `detail` is one sentence for a person."""

    kind: OutcomeKind
    detail: str = ""
    until: datetime | None = None

    @property
    def is_trouble(self) -> bool:
        """Whether the provider or the CLI failed: too many in a row, and the run gives up."""
        return self.kind in ("api_error", "died")

    @property
    def blames_feature(self) -> bool:
        """Whether this end counts as a failed attempt at the feature; a provider's trouble does not."""
        return self.kind in ("completed", "max_turns", "budget", "interrupted")


def classify(ended: Ended, *, now: datetime, notice: LimitNotice | None = None) -> Outcome:
    """The outcome of a session that ended with `ended`, after the last limit `notice`, if any."""
    if ended.subtype == "error_max_turns":
        return Outcome("max_turns", f"The session used all of its {ended.turns} turns.")
    if ended.subtype == "error_max_budget_usd":
        return Outcome("budget", "The session used up what it was given to spend.")
    if not ended.failed:
        return Outcome("completed")
    if ended.terminal_reason in ("aborted_streaming", "aborted_tools"):
        return Outcome("interrupted", "The session was interrupted.")
    status = ended.api_status or _status_in(ended.text)
    if (notice is not None and notice.rejected) or _LIMIT_WORDS.search(ended.text) or status == 429:
        until = (notice.until if notice else None) or reset_time(ended.text, now=now) or now + DEFAULT_PARK
        return Outcome("usage_limit", f"The provider's usage limit is reached: {_first_line(ended.text)}", until)
    if status in (401, 403):
        return Outcome("refused_key", f"The provider refused the credentials: {_first_line(ended.text)}")
    if status == 404:
        return Outcome("unknown_model", f"The provider does not know this model: {_first_line(ended.text)}")
    if status is not None or ended.terminal_reason == "api_error":
        return Outcome("api_error", f"The provider answered with an error: {_first_line(ended.text)}")
    return Outcome("died", f"The session ended without a result: {_first_line(ended.text)}")


def retry_is_a_limit(retry: Retrying, *, now: datetime) -> Outcome | None:
    """The usage limit that a long requested pause amounts to; None while retrying is worth waiting for."""
    if retry.status == 429 and retry.delay > LONG_RETRY:
        until = now + timedelta(seconds=retry.delay)
        return Outcome("usage_limit", f"The provider asks to wait {retry.delay:.0f} s.", until)
    return None


def reset_time(text: str, *, now: datetime) -> datetime | None:
    """The moment a limit message names: an epoch (`…|1760000000`) or a clock time in local time (`resets 3pm`)."""
    if match := _EPOCH.search(text):
        seconds = int(match[1])
        return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
    if match := _CLOCK.search(text):
        hour = int(match[1]) % 12 + (12 if match[3].lower() == "pm" else 0)
        local = now.astimezone().replace(hour=hour, minute=int(match[2] or 0), second=0, microsecond=0)
        return (local if local > now else local + timedelta(days=1)).astimezone(UTC)
    return None


def _status_in(text: str) -> int | None:
    match = _HTTP_STATUS.search(text)
    return int(match[1]) if match else None


def _first_line(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else "no reason given"
    return line if len(line) <= 300 else line[:297] + "..."
