from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from api.database import Database
from api.errors import Conflict, InvalidInput, NotFound, StaleClaim
from api.events import AgentStatus, SessionEvent, Usage
from api.runs import service
from api.runs.schemas import RunStart, RunView, SessionResult, SessionStart, SessionView

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC).timestamp()
START = RunStart(pid=4242, process_started=1.5, model="sonnet", policy="green", limits={"budget_usd": 5})


def alive(pid: int, started: float) -> bool:
    assert (pid, started) == (4242, 1.5)
    return True


def dead(_pid: int, _started: float) -> bool:
    return False


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def run(session: Session) -> RunView:
    return service.start_run(session, START, alive, NOW)


def begin(session: Session, run: RunView, *, reservation: float = 2.0, feature_id: int | None = 3) -> SessionView:
    start = SessionStart(
        run_id=run.id, role="coder", agent="agent-1", feature_id=feature_id, reservation_usd=reservation
    )
    return service.start_session(session, start, NOW)


def use(session: Session, of: SessionView, dollars: float, tokens: int = 10) -> None:
    usage = Usage(session_id=of.id, run_id=of.run_id, input_tokens=tokens, output_tokens=1, cost_usd=dollars)
    service.record_usage(session, usage)


def statuses(session: Session) -> list[str]:
    found = [stored.event for stored in service.events(session, kinds=["agent_status"])]
    return [event.status for event in found if isinstance(event, AgentStatus)]


def test_a_run_begins_and_is_told(session: Session, run: RunView) -> None:
    assert (run.status, run.live, run.token, run.limits) == ("running", True, 1, {"budget_usd": 5})
    assert run.started_at.timestamp() == NOW
    assert service.latest_run(session) == run
    assert statuses(session) == ["running"]


def test_only_one_run_lives_at_a_time(session: Session, run: RunView) -> None:
    with pytest.raises(Conflict, match=r"Run 1 is already working on this project \(process 4242\)"):
        service.start_run(session, START, alive, NOW)


def test_a_dead_run_is_marked_crashed_by_the_next(session: Session, run: RunView) -> None:
    left = begin(session, run, reservation=2.0)
    use(session, left, 0.5)
    second = service.start_run(session, START, dead, NOW + 60)
    crashed = service.run(session, run.id)
    assert (crashed.status, crashed.reason, crashed.live) == ("crashed", "process 4242 died", False)
    assert crashed.agents == ["agent-1"]
    assert second.token > run.token
    closed = service.session_view(session, left.id)
    assert (closed.outcome, closed.cost_usd) == ("crashed", 2.0)
    assert statuses(session) == ["running", "crashed", "running"]


def test_reaping_spares_the_living(session: Session, run: RunView) -> None:
    assert service.reap(session, alive, NOW) == []
    assert [dead_run.id for dead_run in service.reap(session, dead, NOW)] == [run.id]
    assert service.reap(session, dead, NOW) == []


def test_a_heartbeat_brings_requests_until_they_are_answered(session: Session, run: RunView) -> None:
    assert service.heartbeat(session, run.id, run.token, NOW + 5) is None
    service.request_control(session, "pause")
    assert service.heartbeat(session, run.id, run.token) == "pause"
    paused = service.set_status(session, run.id, run.token, "paused", reason="asked to pause")
    assert (paused.status, paused.live) == ("paused", True)
    assert service.heartbeat(session, run.id, run.token) is None
    service.request_control(session, "resume")
    assert service.heartbeat(session, run.id, run.token) == "resume"


def test_a_heartbeat_with_an_old_token_is_refused(session: Session, run: RunView) -> None:
    second = service.start_run(session, START, dead, NOW)
    with pytest.raises(StaleClaim, match="ended by another program"):
        service.heartbeat(session, run.id, run.token)
    with pytest.raises(StaleClaim):
        service.heartbeat(session, second.id, run.token)


def test_stop_shows_at_once_and_cannot_be_weakened(session: Session, run: RunView) -> None:
    assert service.request_control(session, "stop").status == "stopping"
    assert statuses(session) == ["running", "stopping"]
    with pytest.raises(Conflict, match="already stopping"):
        service.request_control(session, "pause")
    service.request_control(session, "stop")
    assert service.heartbeat(session, run.id, run.token) == "stop"


def test_a_request_to_pause_can_be_taken_back(session: Session, run: RunView) -> None:
    with pytest.raises(Conflict, match="already running"):
        service.request_control(session, "resume")
    service.request_control(session, "pause")
    assert service.request_control(session, "resume").control == "resume"


@pytest.mark.parametrize("request_", ["pause", "stop", "resume"])
def test_control_needs_a_live_run(session: Session, request_: str) -> None:
    with pytest.raises(Conflict, match="No agent is running"):
        service.request_control(session, request_)  # type: ignore[arg-type]  # one of the three


def test_control_of_another_run_is_refused(session: Session, run: RunView) -> None:
    with pytest.raises(Conflict):
        service.request_control(session, "stop", run_id=run.id + 1)


def test_finishing_says_why_and_charges_open_sessions(session: Session, run: RunView) -> None:
    left = begin(session, run, reservation=1.0)
    ended = service.finish_run(session, run.id, run.token, "finished", reason="all green", now=NOW + 9)
    assert (ended.status, ended.reason, ended.live, ended.finished_at) == (
        "finished",
        "all green",
        False,
        datetime.fromtimestamp(NOW + 9, UTC),
    )
    assert service.session_view(session, left.id).cost_usd == 1.0
    with pytest.raises(StaleClaim):
        service.finish_run(session, run.id, run.token, "stopped")


def test_a_run_cannot_end_running(session: Session, run: RunView) -> None:
    with pytest.raises(InvalidInput, match="cannot end as 'running'"):
        service.finish_run(session, run.id, run.token, "running")


def test_a_parked_run_is_resumed_by_one_program_only(session: Session, run: RunView) -> None:
    until = datetime.fromtimestamp(NOW, UTC) + timedelta(hours=5)
    assert not service.clear_parked(session, run.id)
    ended = service.finish_run(session, run.id, run.token, "parked", reason="usage limit", until=until)
    assert ended.parked_until == until
    assert [service.clear_parked(session, run.id) for _ in range(2)] == [True, False]


def test_parking_in_place_is_told_with_its_end(session: Session, run: RunView) -> None:
    until = datetime.fromtimestamp(NOW + 60, UTC)
    service.set_status(session, run.id, run.token, "parked", until=until)
    told = service.events(session, kinds=["agent_status"])[-1].event
    assert isinstance(told, AgentStatus)
    assert (told.status, told.until) == ("parked", until)
    with pytest.raises(Conflict, match="parked"):
        service.request_control(session, "pause")


def test_a_session_costs_what_its_result_says(session: Session, run: RunView) -> None:
    opened = begin(session, run)
    use(session, opened, 0.25)
    use(session, opened, 0.5)
    assert service.session_view(session, opened.id).cost_usd == 0.75
    result = SessionResult(outcome="green", cost_usd=0.6, output_tokens=77, model_session_id="abc")
    closed = service.finish_session(session, opened.id, result, NOW + 1)
    assert (closed.cost_usd, closed.input_tokens, closed.output_tokens) == (0.6, 20, 77)
    assert (closed.outcome, closed.model_session_id) == ("green", "abc")


def test_a_session_that_died_costs_what_it_spent_when_that_is_more(session: Session, run: RunView) -> None:
    opened = begin(session, run, reservation=1.0)
    use(session, opened, 1.75)
    assert service.finish_session(session, opened.id, SessionResult(outcome="died")).cost_usd == 1.75


def test_a_session_ends_once_and_is_told_twice(session: Session, run: RunView) -> None:
    opened = begin(session, run)
    service.finish_session(session, opened.id, SessionResult(outcome="green", cost_usd=0))
    with pytest.raises(Conflict, match="ended already"):
        service.finish_session(session, opened.id, SessionResult(outcome="green", cost_usd=0))
    told = [stored.event for stored in service.events(session, kinds=["session"])]
    assert [event.state for event in told if isinstance(event, SessionEvent)] == ["started", "finished"]


def test_no_session_begins_in_a_run_that_ended(session: Session, run: RunView) -> None:
    service.finish_run(session, run.id, run.token, "stopped")
    with pytest.raises(StaleClaim):
        begin(session, run)


def test_totals_by_run_feature_and_time(session: Session, run: RunView) -> None:
    first = begin(session, run, reservation=2.0, feature_id=3)
    use(session, first, 0.5)
    service.finish_session(session, first.id, SessionResult(outcome="green", cost_usd=0.5, estimated=True), NOW)
    second = begin(session, run, reservation=2.0, feature_id=4)
    use(session, second, 0.75)
    totals = service.usage_totals(session)
    assert (totals.sessions, totals.cost_usd, totals.reserved_usd, totals.estimated) == (2, 1.25, 1.25, True)
    assert service.usage_totals(session, feature_id=4).cost_usd == 0.75
    assert service.usage_totals(session, run_id=run.id + 1).sessions == 0
    assert service.usage_totals(session, since=NOW + 1).sessions == 0
    assert [(day.day, day.sessions) for day in service.usage_by_day(session)] == [("2026-11-21", 2)]
    assert [view.id for view in service.sessions(session, run.id)] == [first.id, second.id]


def test_the_exact_cost_takes_the_place_of_the_estimate_in_every_sum(session: Session, run: RunView) -> None:
    opened = begin(session, run, reservation=2.0, feature_id=3)
    guess = Usage(session_id=opened.id, run_id=run.id, input_tokens=9, output_tokens=8, cost_usd=0.3, estimated=True)
    for _ in range(2):
        service.record_usage(session, guess)
    live = service.usage_totals(session, run_id=run.id)
    assert (live.cost_usd, live.reserved_usd, live.estimated) == (0.6, 1.4, True)
    service.settle_usage(session, guess.model_copy(update={"cost_usd": 0.5, "output_tokens": -6, "estimated": False}))
    for totals in (service.usage_totals(session), *service.usage_by_day(session)):
        assert (totals.cost_usd, totals.reserved_usd, totals.estimated, totals.output_tokens) == (0.5, 1.5, False, 10)
    result = SessionResult(outcome="green", cost_usd=0.5)
    assert service.finish_session(session, opened.id, result).cost_usd == 0.5
    told = [stored.event for stored in service.events(session, kinds=["usage"])]
    assert sum(event.cost_usd for event in told if isinstance(event, Usage)) == pytest.approx(0.5)


@pytest.mark.parametrize(("reserved", "cost"), [(2.0, 2.0), (0.0, 0.3)])
def test_a_death_without_a_result_is_charged_what_was_reserved_or_more(
    session: Session, run: RunView, reserved: float, cost: float
) -> None:
    opened = begin(session, run, reservation=reserved)
    service.record_usage(session, Usage(session_id=opened.id, run_id=run.id, cost_usd=0.3, estimated=True))
    died = service.finish_session(session, opened.id, SessionResult(outcome="died"))
    assert (died.cost_usd, died.estimated) == (cost, True)


def test_a_result_that_comes_without_being_settled_ends_the_estimate(session: Session, run: RunView) -> None:
    opened = begin(session, run)
    service.record_usage(session, Usage(session_id=opened.id, run_id=run.id, cost_usd=0.3, estimated=True))
    closed = service.finish_session(session, opened.id, SessionResult(outcome="green", cost_usd=0.25))
    assert (closed.cost_usd, closed.estimated) == (0.25, False)


def test_a_session_that_goes_on_names_all_its_features_and_they_share_its_cost(session: Session, run: RunView) -> None:
    opened = begin(session, run, feature_id=3)
    for feature_id in (5, 4):
        service.continue_session(session, opened.id, feature_id)
    use(session, opened, 0.75)
    closed = service.finish_session(session, opened.id, SessionResult(outcome="green", cost_usd=0.75))
    assert (closed.feature_id, closed.feature_ids) == (4, [3, 5, 4])
    shared = service.usage_totals(session, feature_id=5)
    assert (shared.sessions, shared.cost_usd, shared.reserved_usd) == (1, 0.25, 0.0)
    assert (shared.input_tokens, service.usage_totals(session).input_tokens) == (closed.input_tokens // 3, 10)
    assert service.usage_totals(session, feature_id=9).sessions == 0
    told = service.events(session, kinds=["session"])[-1].event
    assert isinstance(told, SessionEvent)
    assert told.feature_ids == [3, 5, 4]
    with pytest.raises(Conflict, match="ended already"):
        service.continue_session(session, opened.id, 6)


def test_what_does_not_exist_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="no run 9"):
        service.run(session, 9)
    with pytest.raises(NotFound, match="no session 9"):
        service.session_view(session, 9)
    assert service.latest_run(session) is None
    assert service.runs(session) == []
