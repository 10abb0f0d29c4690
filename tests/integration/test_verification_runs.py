"""The runs without and with the work, side by side in places that cannot see each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.database import Database
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.verification import Conditions, Verdict, Verifier
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import add_card, card, claim_card, open_backlog, runs, set_check
from tests.gitprojects import commit_files, open_project, start_card

pytestmark = [
    pytest.mark.place,
    pytest.mark.skipif(not Bubblewrap().availability().ok, reason="this machine offers no places with walls"),
]


class Project:
    """A card whose work is the file work.txt."""

    def __init__(self, base: Path) -> None:
        self.repository: ProjectRepository = open_project(base)
        self.database: Database = open_backlog(self.repository.folder)
        self.card = add_card(self.database)
        self.actor = claim_card(self.database, self.card)
        self.workspace = start_card(self.repository, "agent-1", self.card)
        commit_files(self.workspace.path, {"work.txt": "done\n"})
        self.verifier = Verifier(self.database, self.repository, Bubblewrap(), Conditions(check_seconds=30))

    async def verify(self, command: str, hear: Callable[[str], None] = lambda _text: None) -> Verdict:
        """Verify the work by `command`; `hear` is told how it goes."""
        set_check(self.database, self.card, command)
        return await self.verifier.verify(self.card, actor=self.actor, workspace=self.workspace, on_progress=hear)

    def outside(self, name: str) -> Path:
        """The file `name` of the run without the work, as the harness sees it."""
        return self.repository.layout.harness / "verify" / "without" / self.repository.name / name


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path)
    yield made
    made.database.close()


async def test_the_run_with_the_work_does_not_wait_for_the_other(project: Project) -> None:
    def hear(text: str) -> None:
        if text == "passes":
            project.outside("go").touch()

    waits = "until [ -e go ]; do sleep 0.02; done; exit 1"
    verdict = await project.verify(f"if [ -e work.txt ]; then echo passes; else {waits}; fi", hear)
    assert verdict.passed, verdict
    [receipt] = runs(project.database, project.card)
    assert (receipt.exit_base, receipt.exit_head) == (1, 0)


async def test_a_run_that_is_not_needed_is_ended(project: Project) -> None:
    async with asyncio.timeout(20):
        verdict = await project.verify("if [ -e work.txt ]; then sleep 600; fi")
    assert "passes without your work" in verdict.detail
    assert card(project.database, project.card).status == "in_progress"
    assert list((project.repository.home / "places").iterdir()) == []
    assert not project.outside(".").exists()


async def test_both_runs_see_the_same_path_and_history(project: Project) -> None:
    shows = "pwd; git log --format='%H %P %an %s' | cut -d' ' -f2-; env | sort"
    verdict = await project.verify(f"({shows}) | grep -v AUTOCODER_PLACE; test -e work.txt")
    assert verdict.passed, verdict
    [receipt] = runs(project.database, project.card)
    _, without, with_it = receipt.output.split("--- ")
    assert without.splitlines()[1:-1] == with_it.splitlines()[1:]
