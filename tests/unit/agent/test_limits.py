from datetime import UTC, datetime, timedelta

import pytest

from agent.limits import DEFAULT_PARK, classify, reset_time, retry_is_a_limit
from agent.messages import Ended, LimitNotice, Retrying

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def failed(text: str = "", **more: object) -> Ended:
    return Ended(subtype="success", failed=True, text=text, **more)  # type: ignore[arg-type]  # keywords of one test


@pytest.mark.parametrize(
    ("ended", "kind"),
    [
        (Ended(subtype="success", failed=False), "completed"),
        (Ended(subtype="error_max_turns", failed=True, turns=9), "max_turns"),
        (Ended(subtype="error_max_budget_usd", failed=True), "budget"),
        (failed("API Error: 429 rate_limit_error", api_status=429), "usage_limit"),
        (failed("Claude AI usage limit reached|1767400000"), "usage_limit"),
        (failed("You've hit your weekly limit"), "usage_limit"),
        (failed("API Error: 401 invalid x-api-key"), "refused_key"),
        (failed("no", api_status=403), "refused_key"),
        (failed("model: nope", api_status=404), "unknown_model"),
        (failed("API Error: 529 overloaded"), "api_error"),
        (failed("Connection error.", terminal_reason="api_error"), "api_error"),
        (failed("", terminal_reason="aborted_tools"), "interrupted"),
        (Ended(subtype="died", failed=True, text="exit code 137"), "died"),
    ],
)
def test_the_end_of_a_session_is_classified(ended: Ended, kind: str) -> None:
    assert classify(ended, now=NOW).kind == kind


def test_a_limit_without_a_time_is_looked_at_again_later() -> None:
    assert classify(failed(api_status=429), now=NOW).until == NOW + DEFAULT_PARK


def test_the_providers_notice_says_when() -> None:
    later = NOW + timedelta(hours=3)
    outcome = classify(failed("stopped"), now=NOW, notice=LimitNotice(True, later, "five_hour", 1.0))
    assert (outcome.kind, outcome.until) == ("usage_limit", later)


def test_a_mere_warning_is_no_limit() -> None:
    assert classify(failed("stopped"), now=NOW, notice=LimitNotice(False, None, None, 0.9)).kind == "died"


@pytest.mark.parametrize("text", ["limit reached|1767400000", "limit reached|1767400000000"])
def test_an_epoch_in_seconds_or_milliseconds_is_read(text: str) -> None:
    assert reset_time(text, now=NOW) == datetime.fromtimestamp(1767400000, UTC)


def test_a_clock_time_means_the_next_one() -> None:
    local = datetime(2026, 1, 2, 15, 30).astimezone()
    assert reset_time("resets at 3pm", now=local) == (local.replace(hour=15, minute=0) + timedelta(days=1)).astimezone(
        UTC
    )
    assert reset_time("resets 4:15PM", now=local) == local.replace(hour=16, minute=15).astimezone(UTC)


def test_no_time_is_no_time() -> None:
    assert reset_time("out of usage", now=NOW) is None


def test_a_long_requested_pause_is_a_limit_and_a_short_one_is_not() -> None:
    long = retry_is_a_limit(Retrying(1, 600, 429), now=NOW)
    assert long is not None
    assert long.until == NOW + timedelta(seconds=600)
    assert retry_is_a_limit(Retrying(1, 5, 429), now=NOW) is None
    assert retry_is_a_limit(Retrying(1, 600, 529), now=NOW) is None


def test_only_the_features_own_failures_count_against_it() -> None:
    assert classify(Ended(subtype="success", failed=False), now=NOW).blames_feature
    assert not classify(failed(api_status=529), now=NOW).blames_feature
    assert not classify(failed(api_status=429), now=NOW).blames_feature


def test_a_long_reason_is_one_short_line() -> None:
    outcome = classify(failed("API Error: 500 " + "x" * 1000 + "\nTraceback"), now=NOW)
    assert len(outcome.detail) < 400
    assert "Traceback" not in outcome.detail
