"""Faults: how they are written, which request meets them, and how the API words them."""

from __future__ import annotations

import json

import pytest

from scripted_model.faults import FAULT_KINDS, Fault, FaultPlan, FaultRule, describe_faults, parse_fault
from scripted_model.refusals import error_response


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def kinds(plan: FaultPlan, requests: int) -> list[str | None]:
    met = [plan.next() for _ in range(requests)]
    return [fault.kind if fault else None for fault in met]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("529", FaultRule(Fault("529"))),
        ("429,count=2,seconds=0.5", FaultRule(Fault("429", seconds=0.5), count=2)),
        ("cut, from=3", FaultRule(Fault("cut"), first=3)),
    ],
)
def test_written_rules(text: str, rule: FaultRule) -> None:
    assert parse_fault(text) == rule


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("530", "no fault is called '530'; there are 429, usage_limit"),
        ("429,often", "'often' is no setting of a fault; write 429,count=N,from=N,seconds=S"),
        ("429,count=many", "count must be a number that is not negative, not 'many'"),
        ("429,seconds=-1", "seconds must be a number that is not negative"),
    ],
)
def test_rules_written_wrong_are_explained(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem.replace("'", ".")):
        parse_fault(text)


def test_a_rule_strikes_its_requests_and_no_others() -> None:
    plan = FaultPlan([FaultRule(Fault("500"), count=2, first=2), FaultRule(Fault("cut"), first=3)])
    assert kinds(plan, 5) == [None, "500", "500", None, None]


def test_a_usage_limit_holds_until_its_time_is_over() -> None:
    clock = Clock()
    plan = FaultPlan([FaultRule(Fault("usage_limit", seconds=5), first=2)], clock=clock)
    assert kinds(plan, 4) == [None, "usage_limit", "usage_limit", "usage_limit"]
    clock.now += 3
    left = plan.next()
    assert left is not None
    assert left.seconds == pytest.approx(2)
    clock.now += 2.5
    assert kinds(plan, 2) == [None, None]


def test_a_reply_meets_its_own_fault_so_many_times() -> None:
    plan = FaultPlan()
    fault = Fault("529", times=2)
    assert [plan.admit(fault, "here") for _ in range(3)] == [fault, fault, None]
    assert plan.admit(fault, "elsewhere") == fault
    assert [plan.admit(Fault("500"), "here") for _ in range(2)] == [Fault("500"), Fault("500")]
    assert plan.admit(None, "here") is None


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("429", 429, "rate_limit_error"),
        ("529", 529, "overloaded_error"),
        ("500", 500, "api_error"),
        ("401", 401, "authentication_error"),
        ("404", 404, "not_found_error"),
        ("400", 400, "invalid_request_error"),
    ],
)
def test_refusals_look_like_those_of_the_api(kind: str, status: int, error: str) -> None:
    response = error_response(Fault(kind, seconds=7), "claude-x")
    assert response is not None
    body = json.loads(bytes(response.body))
    assert (response.status_code, body["type"], body["error"]["type"]) == (status, "error", error)
    assert (response.headers.get("retry-after") == "7") == (kind == "429")
    assert ("claude-x" in body["error"]["message"]) == (kind == "404")


def test_a_usage_limit_says_when_it_resets() -> None:
    response = error_response(Fault("usage_limit", seconds=60.5), "m", now=1000)
    assert response is not None
    assert response.headers["anthropic-ratelimit-unified-reset"] == "1061"
    assert response.headers["x-should-retry"] == "false"
    assert b"usage limit reached|1061" in bytes(response.body)


@pytest.mark.parametrize("kind", ["cut", "slow", "max_tokens"])
def test_faults_of_an_answer_under_way_are_no_refusals(kind: str) -> None:
    assert error_response(Fault(kind), "m") is None


def test_every_kind_is_described() -> None:
    assert all(kind in describe_faults() for kind in FAULT_KINDS)
