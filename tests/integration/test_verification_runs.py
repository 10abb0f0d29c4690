"""The runs without and with the work, side by side in places that cannot see each other."""

from __future__ import annotations

import asyncio
import re
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

    @property
    def without(self) -> Path:
        """The checkout of the run without the work, as the harness sees it."""
        shown = (self.repository.layout.harness / "verify/runs").iterdir()
        return next(path for path in shown if not (path / "work.txt").exists())


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path)
    yield made
    made.database.close()


async def test_the_run_with_the_work_does_not_wait_for_the_other(project: Project) -> None:
    def hear(text: str) -> None:
        if text == "passes":
            (project.without / "go").touch()

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
    assert list((project.repository.layout.harness / "verify").rglob("app.txt")) == []


async def test_both_runs_see_the_same_path_and_history(project: Project) -> None:
    shows = "pwd; git log --format='%H %P %an %s' | cut -d' ' -f2-; env | sort"
    verdict = await project.verify(f"({shows}) | grep -v AUTOCODER_PLACE; test -e work.txt")
    assert verdict.passed, verdict
    [receipt] = runs(project.database, project.card)
    _, without, with_it = receipt.output.split("--- ")
    assert without.splitlines()[1:-1] == with_it.splitlines()[1:]


async def test_no_run_can_tell_which_of_the_two_it_is(project: Project) -> None:
    """By what a place shows of itself: mounts, command lines, descriptors; names by chance left out."""
    commit_files(project.workspace.path, {"init.sh": "true\n"})
    shows = (
        "cut -d' ' -f4,5,6 /proc/self/mountinfo; cat /proc/[0-9]*/cmdline | tr '\\0' ' ' "
        "| grep -ao '[r]unner.pyz [0-9]*\\|-[-]info-fd [0-9]*\\|-[-]seccomp [0-9]*' | sort -u; "
        "ls /proc/1/fd; stat -c '%n %a %u' . .. ~ /tmp; ls -a . .. ~ /tmp"
    )
    verdict = await project.verify(f"({shows}) 2>&1; test -e work.txt")
    assert verdict.passed, verdict
    [receipt] = runs(project.database, project.card)
    _, without, with_it = (re.sub(r"[0-9a-f]{6,}", "*", part) for part in receipt.output.split("--- "))
    assert "/verify/runs/*" in without
    assert "--info-fd" in without
    assert "/verify/without" not in receipt.output
    assert without.splitlines()[1:-1] == [line for line in with_it.splitlines()[1:] if line != "work.txt"]


HOOKS = "lib/python3/site-packages"
CONDITIONAL = {
    "outside": f"mkdir -p ~/.local/{HOOKS} && echo 1 > ~/.local/{HOOKS}/usercustomize.py",
    "environment": "mkdir -p web/tools/bin && touch web/tools/pyvenv.cfg && echo 'exit 0' > web/tools/bin/python",
    "like one": "mkdir -p .venv/bin && echo 'exit 0' > .venv/bin/python",
    "linked": "mkdir -p node_modules/.bin && ln -s /bin/true node_modules/.bin/vitest",
    "started": f"mkdir -p .venv/{HOOKS} && echo 1 > .venv/{HOOKS}/a.pth",
}


@pytest.mark.parametrize("evil", CONDITIONAL.values(), ids=CONDITIONAL)
@pytest.mark.parametrize("only", [True, False], ids=["only with the work", "always"])
async def test_init_installs_the_same_in_both_runs(project: Project, evil: str, *, only: bool) -> None:
    init = (
        f"if [ -e work.txt ]; then {evil}; fi\n"
        if only
        else f"{evil}\nif [ -e work.txt ]; then mkdir -p dist/bin; touch dist/bin/app; fi\n"
    )
    commit_files(project.workspace.path, {"init.sh": init, ".gitignore": "node_modules/\n.venv/\ndist/\ntools/\n"})
    verdict = await project.verify("test -e work.txt")
    if only:
        assert verdict.state == "broken"
        assert "init.sh leaves other programs or settings with the work than without it" in verdict.detail
    else:
        assert verdict.passed, verdict


@pytest.mark.parametrize("attributes", ["* text=auto eol=crlf\n", "* -text\n"])
async def test_line_ends_that_git_changes_are_no_change(project: Project, attributes: str) -> None:
    commit_files(project.workspace.path, {".gitattributes": attributes, "check.sh": "test -e work.txt\n"})
    files = project.workspace.read_files(["check.sh"])
    set_check(project.database, project.card, "tr -d '\\r' < check.sh | bash -e", files)
    verdict = await project.verifier.verify(project.card, actor=project.actor, workspace=project.workspace)
    assert verdict.passed, verdict
