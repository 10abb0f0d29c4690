from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.aftermath import Aftermath
from agent.decisions import COMPLAINTS
from agent.jobs import Job
from agent.limits import Outcome
from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate, FeatureView
from api.backlog.statuses import HARNESS, Actor
from api.database import Database, open_database

TESTER = Job("tester-1", "tester", 1)
COMPLETED = Outcome("completed")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "features.db", "project")
    with database.write() as session:
        backlog.create_bulk(session, [FeatureCreate(category="c", name=name) for name in "ab"], HARNESS)
    yield database
    database.close()


def feature(database: Database, feature_id: int = 1) -> FeatureView:
    with database.read() as session:
        return backlog.get(session, feature_id)


def claimed(database: Database) -> Job:
    with database.write() as session:
        return Job("agent-1", "coder", 1, feature=backlog.claim(session, 1, "agent-1", 1000))


def green_then_broken(database: Database, reason: str) -> None:
    with database.write() as session:
        backlog.mark_passing(session, 1, actor=HARNESS, proof="unproven")
        backlog.mark_failing(session, 1, reason, actor=Actor("tester-1", "tester"))


def test_what_was_not_finished_goes_back_and_counts(database: Database) -> None:
    aftermath = Aftermath(database, 2)
    aftermath.settle(claimed(database), Outcome("max_turns", "All turns used."), stopped=False)
    assert (feature(database).status, feature(database).attempts) == ("pending", 1)
    assert aftermath.last_end(1) == "All turns used."
    aftermath.settle(claimed(database), COMPLETED, stopped=False)
    assert feature(database).status == "needs_input"


def test_a_stop_and_the_provider_s_trouble_count_for_nothing(database: Database) -> None:
    aftermath = Aftermath(database, 1)
    aftermath.settle(claimed(database), Outcome("interrupted", "Stopped."), stopped=True)
    aftermath.settle(claimed(database), Outcome("api_error", "529"), stopped=False)
    assert (feature(database).status, feature(database).attempts) == ("pending", 0)
    with database.read() as session:
        assert [one.id for one in backlog.ready(session)] == [2, 1]  # the others come first now


def test_whatever_else_an_agent_took_goes_back_too(database: Database) -> None:
    job = claimed(database)
    with database.write() as session:
        backlog.mark_passing(session, 1, actor=HARNESS, proof="unproven")
        backlog.claim(session, 2, "agent-1", 1000)
    Aftermath(database, 3).settle(job, COMPLETED, stopped=False)
    assert (feature(database, 2).status, feature(database, 2).attempts) == ("pending", 0)


def test_a_feature_that_is_gone_is_no_trouble(database: Database) -> None:
    job = claimed(database)
    with database.write() as session:
        backlog.release(session, 1, "agent-1", "a person wants it gone", actor=HARNESS)
        backlog.delete(session, 1, HARNESS)
    Aftermath(database, 3).settle(job, COMPLETED, stopped=False)


def test_testers_and_checks_that_contradict_each_other_need_a_person(database: Database) -> None:
    aftermath = Aftermath(database, 3)
    for number in range(COMPLAINTS):
        assert feature(database).status in ("pending", "failing")
        green_then_broken(database, f"Wrong colour {number}.")
        aftermath.settle(TESTER, COMPLETED, stopped=False)
    asked = feature(database)
    assert asked.status == "needs_input"
    assert asked.human_request is not None
    assert "3 times in this run" in asked.human_request.prompt
    assert "Wrong colour 2." in asked.human_request.prompt


def test_complaints_of_others_and_of_earlier_runs_are_not_counted(database: Database) -> None:
    for _ in range(COMPLAINTS):
        green_then_broken(database, "Before.")
    aftermath = Aftermath(database, 3)
    with database.write() as session:
        for _ in range(COMPLAINTS):
            backlog.mark_passing(session, 1, actor=HARNESS, proof="unproven")
            backlog.mark_failing(session, 1, "Its check failed.", actor=HARNESS)
    aftermath.settle(TESTER, COMPLETED, stopped=False)
    assert feature(database).status == "failing"
