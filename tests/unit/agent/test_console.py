import io
import json
import threading
from pathlib import Path

import pytest

from agent.console import JsonLinesConsole, Tail, TextConsole
from api.database import append_events, open_database
from api.events import AgentStatus, Event, Log, Progress, SessionEvent, Usage, Verification, encode
from api.runs.schemas import StoredEvent


def shown(*events: Event, named: bool = False) -> list[str]:
    stream = io.StringIO()
    console = TextConsole(stream, named=named)
    for seq, event in enumerate(events, 1):
        console(StoredEvent(seq, encode(event)))
    return stream.getvalue().splitlines()


def progress(passing: int) -> Progress:
    return Progress(passing=passing, proven=0, unproven=0, in_progress=0, total=3, percentage=33.3)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (Log(line="I look.", origin="agent"), "I look."),
        (Log(line="ls -l", origin="tool", tool="Bash"), "[Tool: Bash] ls -l"),
        (Log(line="total 0", origin="result"), "  | total 0"),
        (Log(line="kept"), "* kept"),
        (progress(1), "* 1 of 3 features green (33.3 %)"),
        (Verification(verification_id=1, feature_id=2, state="failed"), "* feature #2: the check failed"),
        (Verification(verification_id=1, feature_id=2, state="broken"), "* feature #2: the check could not run"),
    ],
)
def test_an_event_is_one_line(event: Event, line: str) -> None:
    assert shown(event) == [line]


def test_the_end_of_a_run_says_why() -> None:
    assert (
        shown(AgentStatus(status="running"), AgentStatus(status="finished", reason="All green."))[-1]
        == "Finished: All green."
    )


def test_a_session_is_announced() -> None:
    session = SessionEvent(session_id=3, run_id=1, role="coder", state="started", agent="a", feature_id=7)
    ended = session.model_copy(update={"state": "finished", "outcome": "max_turns", "detail": "Too long."})
    assert shown(session, ended) == [
        "",
        "=== session 3: coder for feature #7",
        "=== session 3 ended: max_turns. Too long.",
    ]


def test_what_is_for_programs_is_not_shown() -> None:
    assert shown(Usage(session_id=1, run_id=1), Verification(verification_id=1, feature_id=2, state="queued")) == []


def test_a_long_answer_of_a_tool_is_cut_once() -> None:
    lines = shown(*[Log(line=str(number), origin="result") for number in range(9)], Log(line="next", origin="agent"))
    assert lines == ["  | 0", "  | 1", "  | 2", "  | 3", "  | …", "next"]


def test_the_same_progress_is_said_once() -> None:
    assert len(shown(progress(1), progress(1), progress(2))) == 2


def test_the_tail_shows_every_event_once_and_in_order(tmp_path: Path) -> None:
    database = open_database(tmp_path / "features.db", "project")
    old = append_events(database, [Log(line="old")])
    stream, seen = io.StringIO(), threading.Event()
    console = JsonLinesConsole(stream)

    def show(stored: StoredEvent) -> None:
        console(stored)
        seen.set()

    tail = Tail(database, old, show)
    append_events(database, [Log(line="first")])
    assert seen.wait(10)
    append_events(database, [Log(line=str(number)) for number in range(2500)])
    tail.close()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["line"] for line in lines] == ["first", *map(str, range(2500))]
    assert [line["seq"] for line in lines] == list(range(old + 1, old + 2502))
    database.close()


def test_with_several_agents_each_line_says_whose_it_is() -> None:
    session = SessionEvent(session_id=3, run_id=1, role="coder", state="started", agent="agent-2", feature_id=7)
    lines = shown(session, Log(line="I look.", origin="agent", agent="agent-2"), Log(line="Pausing."), named=True)
    assert lines == ["agent-2  | === session 3: coder for feature #7", "agent-2  | I look.", "* Pausing."]


def test_long_answers_are_cut_for_each_agent_on_its_own() -> None:
    one, two = (Log(line="x", origin="result", agent=name) for name in ("agent-1", "agent-2"))
    assert shown(*[one, two] * 4, named=True) == [f"agent-{number}  |   | x" for number in (1, 2)] * 4
