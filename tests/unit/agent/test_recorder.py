import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.journal import LINE_LIMIT, Journal
from agent.messages import Ended, LimitNotice, Retrying, Said, Spent, ToolCalled, ToolReturned
from agent.recorder import RESULT_LINES, SessionRecorder, Speaker, summarise_answer
from api.database import Database, open_database
from api.redaction import Redactor
from api.runs import service as runs
from api.runs.schemas import RunStart, SessionStart, SessionView


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "features.db", "project")
    yield database
    database.close()


class Desk:
    """A recorder over a real database, and what came of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            start = RunStart(pid=1, process_started=1.0, model="m", policy="green")
            run = runs.start_run(session, start, lambda _pid, _started: False)
            self.session_id = runs.start_session(session, SessionStart(run_id=run.id, role="coder", agent="a")).id
        self.journal = Journal(database, Redactor(["hunter2-secret"]))
        speaker = Speaker("a", "coder", run.id, self.session_id, "/w/agent-1", 7)
        self.recorder = SessionRecorder(database, self.journal, speaker, estimated=False)

    def logs(self) -> list[dict[str, object]]:
        self.journal.flush()
        with self.database.read() as session:
            return [json.loads(stored.body) for stored in runs.events(session, kinds=["log"])]


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    desk = Desk(database)
    yield desk
    desk.journal.close()


def test_what_the_model_says_is_kept_line_by_line(desk: Desk) -> None:
    desk.recorder.hear(Said("one\ntwo\n\nthree\n"))
    assert [log["line"] for log in desk.logs()] == ["one", "two", "", "three"]
    assert {(log["origin"], log["agent"], log["session_id"], log["feature_id"]) for log in desk.logs()} == {
        ("agent", "a", desk.session_id, 7)
    }


def test_twenty_thousand_lines_are_all_kept_in_order(desk: Desk) -> None:
    desk.recorder.hear(Said("\n".join(f"line {number}" for number in range(20_000))))
    with desk.database.read() as session:
        desk.journal.flush()
    with desk.database.read() as session:
        stored = runs.events(session, kinds=["log"], limit=30_000)
    assert [json.loads(event.body)["line"] for event in stored] == [f"line {number}" for number in range(20_000)]


def test_a_secret_is_never_stored(desk: Desk) -> None:
    desk.recorder.hear(Said("the key is hunter2-secret"))
    desk.recorder.hear(ToolCalled("t", "Bash", "echo hunter2-secret"))
    assert "hunter2-secret" not in json.dumps(desk.logs())


def test_a_tool_is_named_and_paths_are_the_projects_own(desk: Desk) -> None:
    desk.recorder.hear(ToolCalled("t", "Read", "/w/agent-1/src/a.py"))
    desk.recorder.hear(ToolReturned("t", "1\timport os\n2\tx = '/w/agent-1'", failed=False))
    assert [(log["origin"], log["tool"], log["line"]) for log in desk.logs()] == [
        ("tool", "Read", "src/a.py"),
        ("result", "Read", "1\timport os"),
        ("result", "Read", "2\tx = '.'"),
    ]


def test_a_long_answer_is_cut_and_says_so(desk: Desk) -> None:
    desk.recorder.hear(ToolReturned("t", "\n".join("x" * 5 for _ in range(RESULT_LINES + 3)), failed=True))
    logs = desk.logs()
    assert (len(logs), logs[-1]["line"], logs[-1]["level"]) == (RESULT_LINES + 1, "… 3 more lines", "warning")


def test_a_very_long_line_is_cut_and_says_so(desk: Desk) -> None:
    desk.recorder.hear(Said("y" * (LINE_LIMIT + 5)))
    assert str(desk.logs()[0]["line"]).endswith("[5 more characters]")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (Retrying(2, 1.0, 529), "answered 529: attempt 2"),
        (Retrying(1, 1.0, None), "answered not at all"),
        (LimitNotice(False, None, "five_hour", 0.9), "90% of the provider's limit five_hour"),
        (LimitNotice(False, None, None, None), "A usage limit is near."),
        (LimitNotice(True, None, None, None), "usage limit is reached"),
    ],
)
def test_trouble_with_the_provider_is_told(desk: Desk, message: Retrying | LimitNotice, words: str) -> None:
    desk.recorder.hear(message)
    assert words in str(desk.logs()[0]["line"])


async def test_tokens_are_booked_once_and_dollars_at_the_end(desk: Desk) -> None:
    await desk.recorder.charge(Spent("m1", 100, 1, 10, 5))
    await desk.recorder.charge(Spent("m1", 100, 40, 10, 5))
    await desk.recorder.charge(Spent("m2", 50, 5, 0, 0))
    await desk.recorder.settle(
        Ended(
            "success",
            False,
            cost_usd=0.5,
            input_tokens=150,
            output_tokens=60,
            cache_read_tokens=10,
            cache_write_tokens=5,
        )
    )
    with desk.database.read() as session:
        view = runs.session_view(session, desk.session_id)
    assert (view.input_tokens, view.output_tokens, view.cache_read_tokens, view.cost_usd) == (150, 60, 10, 0.5)


def booked(desk: Desk) -> list[dict[str, object]]:
    with desk.database.read() as session:
        return [json.loads(stored.body) for stored in runs.events(session, kinds=["usage"])]


def row(desk: Desk) -> SessionView:
    with desk.database.read() as session:
        return runs.session_view(session, desk.session_id)


def part(message: str, characters: int, *, model: str = "claude-sonnet-4-5") -> Spent:
    """A part of a message, as the CLI tells of it: its counts are those of the beginning of the whole."""
    return Spent(message, 1000, 1, 10_000, 400, characters=characters, model=model)


async def test_dollars_follow_each_message_and_give_way_to_the_exact_figure(desk: Desk) -> None:
    await desk.recorder.charge(part("m1", 4000))
    assert (row(desk).output_tokens, row(desk).estimated) == (1000, True)
    assert row(desk).cost_usd == pytest.approx(0.003 + 0.015 + 0.003 + 0.0015)
    await desk.recorder.charge(part("m2", 400))
    await desk.recorder.settle(Ended("success", False, "", 0.05, 2, None, None, 2000, 900, 20_000, 800))
    settled = row(desk)
    assert (settled.cost_usd, settled.estimated, settled.output_tokens, settled.input_tokens) == (
        0.05,
        False,
        900,
        2000,
    )
    told = booked(desk)
    assert [usage["estimated"] for usage in told] == [True, True, False]
    assert sum(float(str(usage["cost_usd"])) for usage in told) == pytest.approx(0.05)
    assert sum(int(str(usage["output_tokens"])) for usage in told) == 900


async def test_parts_of_a_message_repeat_its_input_but_not_what_they_wrote(desk: Desk) -> None:
    for _ in range(3):
        await desk.recorder.charge(part("m1", 4000))
    assert (row(desk).input_tokens, row(desk).cache_read_tokens, row(desk).output_tokens) == (1000, 10_000, 3000)
    assert row(desk).cost_usd == pytest.approx(0.003 + 0.045 + 0.003 + 0.0015)


async def test_parts_that_come_between_those_of_another_message_are_told_apart(desk: Desk) -> None:
    for message in ("m1", "m2", "m1", "m2"):
        await desk.recorder.charge(part(message, 4))
    assert (row(desk).input_tokens, row(desk).output_tokens) == (2000, 4)


async def test_a_model_without_a_known_price_has_no_dollars_before_the_end_and_it_is_said_once(desk: Desk) -> None:
    for message in ("m1", "m2"):
        await desk.recorder.charge(part(message, 40, model="glm-4.6"))
    assert (row(desk).cost_usd, row(desk).estimated, row(desk).input_tokens) == (0.0, False, 2000)
    assert [log["line"] for log in desk.logs()] == [
        "What glm-4.6 costs is not known here: its dollars are booked at the session's end."
    ]
    await desk.recorder.settle(Ended("success", False, cost_usd=0.5))
    assert row(desk).cost_usd == 0.5


async def test_the_totals_of_a_session_that_was_cut_off_take_no_tokens_away(desk: Desk) -> None:
    await desk.recorder.charge(part("m1", 4000))
    await desk.recorder.settle(Ended("error_during_execution", True, cost_usd=0.01))
    assert (row(desk).cost_usd, row(desk).input_tokens, row(desk).output_tokens) == (0.01, 1000, 1000)


async def test_a_session_that_used_nothing_books_nothing(desk: Desk) -> None:
    await desk.recorder.settle(Ended("success", False, cost_usd=0.0))
    assert booked(desk) == []


async def test_a_session_that_dies_keeps_its_estimate_until_it_is_charged(desk: Desk) -> None:
    await desk.recorder.charge(part("m1", 4000))
    await desk.recorder.settle(Ended("died", True))
    assert row(desk).cost_usd == pytest.approx(0.0225)
    assert row(desk).estimated


def calls(desk: Desk) -> list[tuple[object, object]]:
    return [(log["feature_id"], log["line"]) for log in desk.logs()]


async def test_what_is_said_belongs_to_the_next_feature_once_it_has_been_heard_of(desk: Desk) -> None:
    recorder = desk.recorder
    untouched = [recorder.untouched]
    recorder.hear(ToolCalled("t1", "feature_mark_passing", "feature_id=7"))
    recorder.turn_to(8, "Search")
    recorder.hear(Said("still waiting"))
    recorder.hear(ToolReturned("t1", "green", failed=False))
    untouched.append(recorder.untouched)
    recorder.hear(Said("I read on"))
    recorder.hear(ToolCalled("t2", "Bash", "make"))
    untouched.append(recorder.untouched)
    assert untouched == [False, True, False]
    assert calls(desk) == [
        *((7, "feature_id=7"), (8, "Goes on with #8 Search in the same session."), (7, "still waiting"), (7, "green")),
        *((8, "I read on"), (8, "make")),
    ]
    with desk.database.read() as session:
        told = [json.loads(stored.body) for stored in runs.events(session, kinds=["agent_update"])]
    assert [(event["feature_id"], event["tool"], event["state"]) for event in told] == [
        (7, "feature_mark_passing", "verifying"),
        (8, None, "working"),
        (8, "Bash", "working"),
    ]


async def test_a_call_from_before_the_answer_is_none_for_the_next_feature(desk: Desk) -> None:
    desk.recorder.turn_to(8, "Search")
    desk.recorder.hear(ToolCalled("t1", "feature_mark_passing", "feature_id=7"))
    assert desk.recorder.untouched


async def test_tokens_belong_to_the_feature_they_were_spent_on_and_dollars_to_all_of_the_session(desk: Desk) -> None:
    await desk.recorder.charge(Spent("m1", 100, 1, 0, 0))
    desk.recorder.turn_to(8, "Search")
    desk.recorder.hear(ToolCalled("t1", "feature_mark_passing", "feature_id=7"))
    desk.recorder.hear(ToolReturned("t1", "green", failed=False))
    await desk.recorder.charge(Spent("m2", 50, 1, 0, 0))
    await desk.recorder.settle(Ended("success", False, cost_usd=0.5, input_tokens=170, output_tokens=2))
    with desk.database.read() as session:
        booked = [json.loads(stored.body) for stored in runs.events(session, kinds=["usage"])]
    assert [(usage["feature_id"], usage["input_tokens"], usage["cost_usd"]) for usage in booked] == [
        *((7, 100, 0.0), (8, 50, 0.0), (None, 20, 0.5)),
    ]


async def test_turns_and_cost_begin_anew_with_each_feature(desk: Desk) -> None:
    recorder = desk.recorder
    for message in ("m1", "m1", "m2"):
        await recorder.charge(part(message, 0))
    [first] = recorder.account.costs or []
    turns = [recorder.turns]
    recorder.turn_to(8, "Search")
    recorder.hear(ToolCalled("t1", "feature_mark_passing", "feature_id=7"))
    recorder.hear(ToolReturned("t1", "green", failed=False))
    turns.append(recorder.turns)
    await recorder.charge(part("m3", 0))
    turns.append(recorder.turns)
    assert turns == [2, 0, 1]
    assert recorder.account.costs == [first, pytest.approx(first / 2)]
    await recorder.charge(part("m4", 0, model="glm-4.6"))
    assert recorder.account.costs is None


async def test_a_session_that_died_books_no_dollars(desk: Desk) -> None:
    await desk.recorder.settle(Ended("died", True))
    with desk.database.read() as session:
        assert runs.session_view(session, desk.session_id).cost_usd == 0


FEATURE = {"id": 3, "name": "Search", "status": "in_progress", "proof": None, "steps": []}


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (json.dumps(FEATURE), "#3 Search (in progress)"),
        (json.dumps(FEATURE | {"status": "passing", "proof": "green"}), "#3 Search (passing, green)"),
        (
            json.dumps(FEATURE | {"status": "passing", "next": FEATURE | {"id": 4}, "message": "Go on."}),
            "#3 Search (passing)\nNext: #4 Search (in progress)",
        ),
        (json.dumps(FEATURE | {"status": "passing", "next": None, "message": "End it."}), "#3 Search (passing)"),
        (json.dumps({"features": [FEATURE, FEATURE | {"id": 4}]}), "#3 Search (in progress)\n#4 Search (in progress)"),
        (json.dumps({"passing": 2, "total": 3, "more": {}}), "passing 2, total 3"),
        ("not json", "not json"),
        ("[1]", "[1]"),
    ],
)
def test_the_answer_of_a_feature_tool_is_shown_for_people(answer: str, text: str) -> None:
    assert summarise_answer(answer) == text


def test_a_broken_writer_stops_the_run_loudly(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr("agent.journal.append_events", fail)
    desk.recorder.hear(Said("lost"))
    with pytest.raises(OSError, match="disk full"):
        desk.journal.flush()
    with pytest.raises(OSError, match="disk full"):
        desk.recorder.hear(Said("more"))
