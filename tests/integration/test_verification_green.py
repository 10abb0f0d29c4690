"""A card turns green by its check on a clean checkout, and in no other way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.statuses import PERSON, Actor
from api.database import Database
from api.errors import AppError, Conflict, NotAllowed, StaleClaim
from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.local_place import LocalPlace
from harness.sandboxes.process import Process
from harness.verification import Conditions, Submitter, Verifier
from harness.workspaces.repository import ProjectRepository
from harness.workspaces.workspace import Workspace
from shellpolicy import build_policy
from tests.gitcards import add_card, card, claim_card, open_backlog, runs, set_check
from tests.gitprojects import commit_files, open_project, run_git, start_card, write_files
from tests.gitscenarios import landings


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


@pytest.fixture
def database(repository: ProjectRepository) -> Iterator[Database]:
    opened = open_backlog(repository.folder)
    yield opened
    opened.close()


@pytest.fixture
def verifier(database: Database, repository: ProjectRepository) -> Verifier:
    return Verifier(database, repository, Process(), Conditions(check_seconds=20, setup_seconds=20))


@pytest.fixture
def feature(database: Database) -> int:
    return add_card(database)


@pytest.fixture
def actor(database: Database, feature: int) -> Actor:
    return claim_card(database, feature)


@pytest.fixture
def workspace(repository: ProjectRepository, feature: int) -> Workspace:
    made = start_card(repository, "agent-1", feature)
    commit_files(made.path, {"login.txt": "welcome\n"})
    return made


@pytest.fixture
def submitter(verifier: Verifier, actor: Actor, workspace: Workspace) -> Submitter:
    return Submitter(verifier, actor, workspace, "green")


async def test_a_check_that_passes_turns_the_card_green_and_lands(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    set_check(database, feature, "echo checking; grep -q welcome login.txt")
    verdict = await submitter.verify(feature)
    assert verdict.passed
    assert verdict.commit == repository.integration_tip()
    found = card(database, feature)
    assert (found.status, found.proof, found.claimed_by) == ("passing", "green", None)
    (receipt,) = runs(database, feature)
    assert (receipt.id, receipt.state, receipt.exit_head) == (verdict.verification_id, "passed", 0)
    assert receipt.commit == verdict.commit
    assert receipt.tree == run_git(repository.folder, "rev-parse", f"{verdict.commit}^{{tree}}")
    assert "checking" in receipt.output
    assert found.last_receipt is not None
    assert found.last_receipt.id == receipt.id
    assert (repository.folder / "login.txt").exists()


async def test_a_check_that_fails_leaves_everything_as_it_was(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    set_check(database, feature, "echo no such luck; exit 3")
    tip = repository.integration_tip()
    verdict = await submitter.verify(feature)
    assert (verdict.state, verdict.output.strip()) == ("failed", "no such luck")
    assert "exited with 3" in verdict.detail
    found = card(database, feature)
    assert (found.status, found.claimed_by, found.verifying) == ("in_progress", "agent-1", False)
    assert repository.integration_tip() == tip
    assert runs(database, feature)[0].state == "failed"


async def test_what_is_not_committed_is_not_there(database: Database, submitter: Submitter, feature: int) -> None:
    write_files(submitter.workspace.path, {"new.txt": "x"})
    set_check(database, feature, "test -e new.txt")
    verdict = await submitter.verify(feature)
    assert verdict.state == "failed"
    assert "Not committed, so not checked: new.txt." in verdict.detail


async def test_what_a_client_in_the_users_folder_did_not_commit_is_named(
    database: Database, repository: ProjectRepository, verifier: Verifier, feature: int
) -> None:
    write_files(repository.folder, {"new.txt": "x", "app.txt": "changed\n"})
    index = (repository.folder / ".git/index").read_bytes()
    set_check(database, feature, "test -e new.txt")
    verdict = await verifier.verify(feature, actor=PERSON, policy="green")
    assert "Not committed, so not checked: app.txt, new.txt." in verdict.detail
    assert (repository.folder / ".git/index").read_bytes() == index


async def test_commits_of_the_user_that_conflict_must_be_merged_first(
    database: Database, repository: ProjectRepository, verifier: Verifier, submitter: Submitter, feature: int
) -> None:
    await submitter.land(feature)
    run_git(repository.folder, "reset", "-q", "--hard", "HEAD~1")
    commit_files(repository.folder, {"login.txt": "mine\n"})
    second = add_card(database, "Second")
    set_check(database, second, "true")
    with pytest.raises(Conflict, match="run `git merge autocoder/integration`"):
        await verifier.verify(second, actor=PERSON, policy="green")


async def test_the_check_runs_on_what_others_landed_too(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    other = start_card(repository, "agent-2", 99)
    commit_files(other.path, {"other.txt": "o"})
    repository.land(other, 99, "other")
    set_check(database, feature, "test -e other.txt && test -e login.txt")
    assert (await submitter.verify(feature)).passed


async def test_a_check_that_cannot_run_is_broken(database: Database, submitter: Submitter, feature: int) -> None:
    set_check(database, feature, "no-such-program")
    verdict = await submitter.verify(feature)
    assert (verdict.state, "127" in verdict.detail) == ("broken", True), verdict
    assert runs(database, feature)[0].state == "broken"


async def test_a_check_past_its_limit_is_broken(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    set_check(database, feature, "sleep 30")
    quick = Verifier(database, repository, Process(), Conditions(check_seconds=0.3))
    verdict = await quick.verify(feature, actor=submitter.actor, workspace=submitter.workspace)
    assert (verdict.state, "did not end within" in verdict.detail) == ("broken", True), verdict
    assert runs(database, feature)[0].state == "broken"


async def test_frozen_files_must_be_as_they_were(database: Database, submitter: Submitter, feature: int) -> None:
    commit_files(submitter.workspace.path, {"check.sh": "grep -q welcome login.txt\n"})
    set_check(database, feature, "sh check.sh", submitter.read_files(["check.sh"]))
    commit_files(submitter.workspace.path, {"check.sh": "true\n"})
    verdict = await submitter.verify(feature)
    assert verdict.state == "broken"
    assert "check.sh changed since the check was set" in verdict.detail
    commit_files(submitter.workspace.path, {"check.sh": "grep -q welcome login.txt\n"})
    assert (await submitter.verify(feature)).passed


async def test_frozen_files_must_be_committed(database: Database, submitter: Submitter, feature: int) -> None:
    write_files(submitter.workspace.path, {"check.sh": "true\n"})
    set_check(database, feature, "sh check.sh", submitter.read_files(["check.sh"]))
    assert "check.sh is not in your commit" in (await submitter.verify(feature)).detail


async def test_files_frozen_by_name_need_only_be_there(database: Database, submitter: Submitter, feature: int) -> None:
    commit_files(submitter.workspace.path, {"check.sh": "true\n"})
    set_check(database, feature, "sh check.sh", {"check.sh": b""})
    assert (await submitter.verify(feature)).passed


async def test_without_a_check_there_is_nothing_to_verify(submitter: Submitter, feature: int) -> None:
    with pytest.raises(Conflict, match="feature_set_check"):
        await submitter.verify(feature)


async def test_work_that_cannot_land_is_refused_with_the_way_out(
    database: Database, repository: ProjectRepository, verifier: Verifier, actor: Actor, feature: int
) -> None:
    set_check(database, feature, "true")
    idle = start_card(repository, "agent-1", feature)
    with pytest.raises(Conflict, match="commit your work first"):
        await verifier.verify(feature, actor=actor, workspace=idle)
    found = runs(database, feature)[0]
    assert (found.state, card(database, feature).verifying) == ("cancelled", False)


async def test_a_card_already_satisfied_needs_no_change(
    database: Database, repository: ProjectRepository, verifier: Verifier, actor: Actor, feature: int
) -> None:
    set_check(database, feature, "true", already_satisfied="the skeleton has it")
    idle = start_card(repository, "agent-1", feature)
    assert (await verifier.verify(feature, actor=actor, workspace=idle)).passed
    assert landings(repository.folder, feature) == 0


async def test_somebody_elses_card_is_refused(
    database: Database, verifier: Verifier, feature: int, actor: Actor
) -> None:
    set_check(database, feature, "true")
    with pytest.raises((StaleClaim, NotAllowed)):
        await verifier.verify(feature, actor=Actor("agent-2", "coder"))


async def test_a_card_taken_away_meanwhile_does_not_land(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    class Thief(Process):
        async def open(self, spec: PlaceSpec) -> LocalPlace:
            with database.write() as session:
                backlog.release_owner(session, "agent-1", "the run is gone")
            return await super().open(spec)

    set_check(database, feature, "true")
    tip = repository.integration_tip()
    thieving = Verifier(database, repository, Thief())
    verdict = await thieving.verify(feature, actor=submitter.actor, workspace=submitter.workspace)
    assert verdict.state == "cancelled"
    assert card(database, feature).status == "pending"
    assert repository.integration_tip() == tip
    assert list((repository.layout.harness / "benches").iterdir()) == []


async def test_others_landing_meanwhile_start_it_again(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    class Busy(Process):
        opened = 0

        async def open(self, spec: PlaceSpec) -> LocalPlace:
            Busy.opened += 1
            if Busy.opened == 1:
                other = start_card(repository, "agent-2", 99)
                commit_files(other.path, {"other.txt": "o"})
                repository.land(other, 99, "other")
            return await super().open(spec)

    set_check(database, feature, "ls")
    heard: list[str] = []
    verdict = await Verifier(database, repository, Busy()).verify(
        feature, actor=submitter.actor, workspace=submitter.workspace, policy="green", on_progress=heard.append
    )
    assert verdict.passed
    assert Busy.opened == 2
    assert "other.txt" in runs(database, feature)[0].output
    assert any("starting again" in line for line in heard)


async def test_two_cards_at_once_take_turns_and_both_land(
    database: Database, repository: ProjectRepository, verifier: Verifier, submitter: Submitter, feature: int
) -> None:
    second = add_card(database, "Second")
    rival = Submitter(
        verifier, claim_card(database, second, "agent-2"), start_card(repository, "agent-2", second), "green"
    )
    commit_files(rival.workspace.path, {"second.txt": "2"})
    for number in (feature, second):
        set_check(database, number, "test ! -e running && touch running && sleep 0.1")
    verdicts = await asyncio.gather(submitter.verify(feature), rival.verify(second))
    assert [verdict.state for verdict in verdicts] == ["passed", "passed"]
    assert (landings(repository.folder, feature), landings(repository.folder, second)) == (1, 1)


async def test_asking_twice_is_one_verification(database: Database, submitter: Submitter, feature: int) -> None:
    set_check(database, feature, "sleep 0.1")
    first, second = await asyncio.gather(submitter.verify(feature), submitter.verify(feature))
    assert first.verification_id == second.verification_id
    assert (first.state, second.state) == ("passed", "passed")
    assert len(runs(database, feature)) == 1


async def test_who_goes_away_cancels(
    database: Database, submitter: Submitter, feature: int, repository: ProjectRepository
) -> None:
    set_check(database, feature, "echo started; sleep 60")
    started = asyncio.Event()
    task = asyncio.create_task(
        submitter.verifier.verify(
            feature,
            actor=submitter.actor,
            workspace=submitter.workspace,
            policy="green",
            on_progress=lambda line: started.set() if line == "started" else None,
        )
    )
    await asyncio.wait_for(started.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert runs(database, feature)[0].state == "cancelled"
    assert card(database, feature).status == "in_progress"
    assert not (repository.layout.harness / "verify/app").exists()


async def test_a_person_may_have_any_card_checked(database: Database, verifier: Verifier, feature: int) -> None:
    set_check(database, feature, "test -e app.txt")
    assert (await verifier.verify(feature, actor=PERSON, policy="green")).passed
    assert (card(database, feature).status, card(database, feature).proof) == ("passing", "green")


async def test_a_green_card_that_fails_now_is_failing(
    database: Database, repository: ProjectRepository, verifier: Verifier, feature: int
) -> None:
    set_check(database, feature, "test -e app.txt")
    await verifier.verify(feature, actor=PERSON, policy="green")
    (repository.folder / "app.txt").unlink()
    run_git(repository.folder, "commit", "-q", "-a", "-m", "remove")
    assert (await verifier.verify(feature, actor=PERSON, policy="green")).state == "failed"
    found = card(database, feature)
    assert found.status == "failing"
    assert "The check failed" in (found.failing_reason or "")


async def test_a_card_in_progress_stays_with_its_agent(
    database: Database, verifier: Verifier, feature: int, actor: Actor
) -> None:
    set_check(database, feature, "true")
    assert (await verifier.verify(feature, actor=PERSON, policy="green")).passed
    assert card(database, feature).claimed_by == "agent-1"


async def test_the_users_folder_that_cannot_follow_is_told(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    write_files(repository.folder, {"login.txt": "mine"})
    set_check(database, feature, "true")
    verdict = await submitter.verify(feature)
    assert verdict.passed
    assert "1 commit waiting" in (verdict.note or "")


async def test_the_policy_off_lands_without_a_check(
    repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    await submitter.land(feature)
    assert landings(repository.folder, feature) == 1
    await submitter.land(feature)
    assert landings(repository.folder, feature) == 1


async def test_the_policy_off_does_not_land_conflicts(
    repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    commit_files(repository.folder, {"login.txt": "mine\n"})
    with pytest.raises(Conflict, match="git merge autocoder/integration"):
        await submitter.land(feature)


async def test_a_place_that_does_not_open_is_broken(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    class Closed(Process):
        async def open(self, spec: PlaceSpec) -> LocalPlace:
            raise AppError("No place today.")

    set_check(database, feature, "true")
    verdict = await Verifier(database, repository, Closed()).verify(
        feature, actor=submitter.actor, workspace=submitter.workspace
    )
    assert (verdict.state, verdict.detail) == ("broken", "No place today.")
    assert runs(database, feature)[0].detail == "No place today."


async def test_what_the_shell_policy_refuses_is_not_run(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    set_check(database, feature, "sudo touch ran")
    strict = Verifier(database, repository, Process(), Conditions(policy=build_policy("base", ())))
    verdict = await strict.verify(feature, actor=submitter.actor, workspace=submitter.workspace)
    assert (verdict.state, verdict.output) == ("broken", "")
    assert "the shell policy refuses it" in verdict.detail


async def test_everything_is_swept_up(
    database: Database, repository: ProjectRepository, submitter: Submitter, feature: int
) -> None:
    set_check(database, feature, "true")
    await submitter.verify(feature)
    harness = repository.layout.harness
    assert not (harness / "verify/app").exists()
    assert [path for name in ("benches", "new", "journal") for path in (harness / name).glob("*")] == []
    assert list((repository.home / "places").glob("*")) == []
