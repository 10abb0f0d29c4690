"""A verifier killed at any step leaves no half state, and the next one comes to the same end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.statuses import Actor
from api.database import Database
from harness.sandboxes.process import Process
from harness.verification import Conditions, Submitter, Verifier
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import card, claim_card, open_backlog, runs
from tests.gitprojects import open_project, run_git
from tests.gitscenarios import landings, run_killed, set_up_card

STEPS = ["place 1 opened", "place 2 opened", "journalled", "brought in", "advanced"]


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    set_up_card(tmp_path)
    return open_project(tmp_path)


@pytest.fixture
def database(repository: ProjectRepository) -> Iterator[Database]:
    opened = open_backlog(repository.folder)
    yield opened
    opened.close()


def submitter(database: Database, repository: ProjectRepository) -> Submitter:
    verifier = Verifier(database, repository, Process(), Conditions(lease_seconds=1))
    return Submitter(verifier, Actor("agent-1", "coder"), repository.open_workspace("agent-1"))


def no_traces(repository: ProjectRepository) -> bool:
    harness = repository.layout.harness
    left = [path for name in ("benches", "new", "journal") for path in (harness / name).glob("*")]
    left += [*(repository.home / "places").glob("*"), *(harness / "verify").rglob("app.txt")]
    return left == [] and "error" not in run_git(repository.folder, "fsck", "--no-dangling")


@pytest.mark.parametrize("step", STEPS)
async def test_the_next_one_takes_over_when_the_lease_runs_out(
    database: Database, repository: ProjectRepository, step: str
) -> None:
    run_killed("verify", repository.home.parent, step)
    assert card(database, 1).status == "in_progress"
    assert landings(repository.folder) == int(step == "advanced")
    verdict = await submitter(database, repository).verify(1)
    assert verdict.passed
    assert (card(database, 1).status, card(database, 1).proof) == ("passing", "proven")
    assert landings(repository.folder) == 1
    assert [run.state for run in runs(database, 1)] == ["passed"]
    assert no_traces(repository)


@pytest.mark.parametrize("step", STEPS)
async def test_a_new_run_that_takes_the_card_again_starts_over(
    database: Database, repository: ProjectRepository, step: str
) -> None:
    run_killed("verify", repository.home.parent, step)
    with database.write() as session:
        backlog.release_owner(session, "agent-1", "The run that held it is gone.")
    claim_card(database, 1)
    assert (await submitter(database, repository).verify(1)).passed
    assert landings(repository.folder) == 1
    assert [run.state for run in runs(database, 1)] == ["passed", "cancelled"]


async def test_another_agent_finds_what_had_landed(database: Database, repository: ProjectRepository) -> None:
    run_killed("verify", repository.home.parent, "advanced")
    with database.write() as session:
        backlog.release_owner(session, "agent-1", "The run that held it is gone.")
    actor = claim_card(database, 1, "agent-2")
    workspace = repository.open_workspace("agent-2")
    workspace.start_feature(1, "again")
    verifier = Verifier(database, repository, Process())
    assert (await verifier.verify(1, actor=actor, workspace=workspace)).passed
    assert landings(repository.folder) == 1
