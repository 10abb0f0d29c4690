"""Leaving: the first Ctrl+C pauses and waits, the second stops, the third goes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.errors import Conflict, NotFound
from api.projects.schemas import ProjectView
from api.runs.schemas import RunView
from server.serving import Departure
from tests.servers import until

SHOP = ProjectView(
    name="shop", path=Path("/shop"), kind="web_app", created_by_us=False, created_at=datetime.now(UTC), state="ready"
)
MOMENT = "2026-01-01T00:00:00Z"
RUN = RunView.model_validate(
    {"id": 1, "pid": 1, "process_started": 0, "token": 1, "heartbeat": MOMENT, "model": "m", "policy": "green"}
    | {"limits": {}, "status": "running", "reason": None, "parked_until": None, "control": None}
    | {"started_at": MOMENT, "finished_at": None, "live": True, "agents": []}
)


class Crew:
    """Agents that end when they are told the word they wait for."""

    def __init__(self, obeys: str, *, refuses: bool = False) -> None:
        self.told: list[str] = []
        self.retired = False
        self._obeys = obeys
        self._refuses = refuses
        self._live = True

    def retire(self) -> None:
        self.retired = True

    def live(self) -> list[tuple[ProjectView, RunView]]:
        return [(SHOP, RUN)] if self._live else []

    def pause(self, project: ProjectView) -> None:
        self._tell("pause")

    def stop(self, project: ProjectView) -> None:
        self._tell("stop")

    def _tell(self, word: str) -> None:
        self.told.append(word)
        self._live = self._live and word != self._obeys
        if self._refuses:
            raise Conflict("It is already stopping.")


class Unseen(Crew):
    """Agents nobody can tell about."""

    def __init__(self, error: Exception) -> None:
        super().__init__("pause")
        self._error = error

    def live(self) -> list[tuple[ProjectView, RunView]]:
        raise self._error


@pytest.fixture
def left() -> threading.Event:
    return threading.Event()


def depart(crew: Crew | None, left: threading.Event) -> tuple[Departure, list[str]]:
    said: list[str] = []
    return Departure(lambda: crew, left.set, said.append), said


def test_nobody_works(left: threading.Event) -> None:
    departure, said = depart(None, left)
    departure.interrupt()
    assert left.wait(5)
    assert said == []


def test_who_cannot_see_the_agents_leaves_all_the_same(left: threading.Event) -> None:
    crew = Unseen(NotFound("The folder /home is gone."))
    departure, said = depart(crew, left)
    departure.terminate()
    assert left.wait(5)
    assert crew.retired
    assert said == ["Leaving without a word to the agents: The folder /home is gone."]


def test_no_fault_keeps_anyone(left: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _fault: None)
    departure, _ = depart(Unseen(ZeroDivisionError()), left)
    departure.interrupt()
    assert left.wait(5)


def test_one_ctrl_c_pauses_and_waits(left: threading.Event) -> None:
    crew = Crew("pause")
    departure, said = depart(crew, left)
    departure.interrupt()
    assert left.wait(5)
    assert (crew.told, crew.retired) == (["pause"], True)
    assert "Ctrl+C again" in said[0]


def test_the_second_stops(left: threading.Event) -> None:
    crew = Crew("stop")
    departure, said = depart(crew, left)
    departure.interrupt()
    until(lambda: crew.told == ["pause"])
    assert not left.is_set()
    departure.interrupt()
    assert left.wait(5)
    assert crew.told == ["pause", "stop"]
    assert said[-1].startswith("Stopping shop")


def test_the_third_goes_at_once(left: threading.Event) -> None:
    crew = Crew("never")
    departure, said = depart(crew, left)
    for _ in range(3):
        departure.interrupt()
    assert left.wait(5)
    assert "found again" in said[-1]


def test_a_termination_stops_without_pausing(left: threading.Event) -> None:
    crew = Crew("stop", refuses=True)
    departure, _ = depart(crew, left)
    departure.terminate()
    departure.terminate()
    assert left.wait(5)
    assert crew.told == ["stop"]
