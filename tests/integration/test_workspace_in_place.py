"""An agent's clone and a verification inside real walls."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.verification import Submitter, Verifier
from harness.workspaces.landing import Landed
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import add_card, claim_card, open_backlog, set_check
from tests.gitprojects import commit_files, open_project, run_git, start_card

AVAILABILITY = Bubblewrap().availability()
pytestmark = [
    pytest.mark.place,
    pytest.mark.skipif(not AVAILABILITY.ok, reason=f"{AVAILABILITY.reason}: {AVAILABILITY.remedy}"),
]


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


async def test_an_agent_commits_in_its_place_and_sees_nothing_else(repository: ProjectRepository) -> None:
    workspace = start_card(repository, "agent-1", 1)
    spec = PlaceSpec(
        workspace=workspace.path, run_dir=repository.home / "places/agent-1", read_only=workspace.object_roots
    )
    place = await Bubblewrap().open(spec)
    try:
        done = await place.run("echo hi > hi.txt && git add -A && git commit -q -m hi && git log --oneline | wc -l")
        assert (done.exit_code, done.output.strip()) == (0, "2")
        seen = await place.run(f"cat {repository.folder}/app.txt; ls {repository.layout.harness}")
        assert seen.output.count("No such file or directory") == 2
        spoil = await place.run(f"touch {workspace.object_roots[0]}/x; rm -rf {workspace.object_roots[0]}/??")
        assert "Read-only file system" in spoil.output
        assert isinstance(repository.land(workspace, 1, "hi"), Landed)
    finally:
        await place.close()
    assert run_git(repository.folder, "fsck", "--no-dangling", "--connectivity-only") == ""


async def test_a_verification_in_a_fresh_place(repository: ProjectRepository) -> None:
    workspace = start_card(repository, "agent-1", 1)
    commit_files(
        workspace.path, {"work.txt": "w\n", "init.sh": "mkdir node_modules\n", ".gitignore": "node_modules/\n"}
    )
    with contextlib.closing(open_backlog(repository.folder)) as database:
        number = add_card(database)
        submitter = Submitter(Verifier(database, repository, Bubblewrap()), claim_card(database, number), workspace)
        clean = "git status --porcelain | grep . ; git log -1 --format=%s | grep 'Checked by' && test -e work.txt"
        set_check(database, number, f"{clean} && test ! -e {workspace.path} && test ! -e {repository.folder}/app.txt")
        verdict = await submitter.verify(number)
    assert verdict.passed, verdict
    assert list((repository.home / "places").glob("*")) == []
