"""Cards that agents built: landed and green, as tests of what comes afterwards need them."""

from __future__ import annotations

from typing import Final

from api.backlog.statuses import Policy
from api.database import Database
from harness.sandboxes.process import Process
from harness.verification import Conditions, Verifier
from harness.workspaces.repository import ProjectRepository
from tests import backlogs
from tests.gitcards import add_card, claim_card, set_check
from tests.gitprojects import commit_files, start_card

CONDITIONS: Final = Conditions(check_seconds=20, setup_seconds=20)


class Builder:
    """Builds cards the way agents do."""

    def __init__(self, database: Database, repository: ProjectRepository) -> None:
        self.database = database
        self.repository = repository
        self.verifier = Verifier(database, repository, Process(), CONDITIONS)

    async def build(self, name: str, check: str, files: dict[str, str], policy: Policy = "green") -> int:
        """A card whose work is `files`, verified by `check`; its id."""
        number = add_card(self.database, name)
        actor = claim_card(self.database, number)
        workspace = start_card(self.repository, "agent-1", number)
        commit_files(workspace.path, files)
        set_check(self.database, number, check)
        verdict = await self.verifier.verify(number, actor=actor, workspace=workspace, policy=policy)
        assert verdict.passed, verdict
        return number


def told(database: Database, number: int) -> list[str]:
    """What the log says happened to a card."""
    with database.read() as session:
        return [change for about, change in backlogs.changes(session) if about == number]
