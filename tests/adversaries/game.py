"""The table: a project, its backlog and its verifier, and who plays."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec
from api.backlog.statuses import PERSON, Actor
from api.database import Database
from api.errors import Conflict, NotAllowed
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.verification import Conditions, Submitter, Verdict, Verifier
from harness.workspaces.repository import ProjectRepository
from tests.adversaries.scene import APP, Move, Scene
from tests.gitcards import add_card, card, claim_card, open_backlog
from tests.gitprojects import open_project, start_card


class Table:
    """A project with an older card and the card that is played for.

    One that lies in `base` is taken as it is.
    """

    def __init__(self, base: Path) -> None:
        laid = (base / "app").exists()
        self.repository: ProjectRepository = open_project(base, files=APP)
        self.database: Database = open_backlog(self.repository.folder)
        self.verifier = Verifier(
            self.database, self.repository, Bubblewrap(), Conditions(check_seconds=3, setup_seconds=20)
        )
        self.card = 2
        self.tip = self.repository.integration_tip()
        if not laid:
            self._deal()
        self.submitter = self.enter("agent-1")

    def _deal(self) -> None:
        older = add_card(self.database, "Addition")
        spec = CheckSpec(command="python3 -m unittest tests.test_add", files=["tests/test_add.py"])
        contents = {"tests/test_add.py": APP["tests/test_add.py"].encode()}
        with self.database.write() as session:
            backlog.set_check(session, older, spec, contents, actor=PERSON)
        assert add_card(self.database, "Subtraction") == self.card

    def enter(self, agent: str) -> Submitter:
        """An agent with the card, and its clone."""
        actor = claim_card(self.database, self.card, agent)
        return Submitter(self.verifier, actor, start_card(self.repository, agent, self.card))

    def play(self, move: Move, submitter: Submitter | None = None) -> None:
        """Do it in the agent's clone."""
        workspace = (submitter or self.submitter).workspace

        def freeze(spec: CheckSpec) -> None:
            with self.database.write() as session:
                contents = workspace.read_files(spec.files)
                backlog.set_check(session, self.card, spec, contents, actor=PERSON)

        move(Scene(workspace.path, freeze))

    def answer(self, yes: bool) -> None:
        """A person answers what was asked, and the agent takes the card again."""
        request = card(self.database, self.card).human_request
        assert request is not None
        given = {field.name: yes for field in request.fields if field.kind == "boolean"}
        with self.database.write() as session:
            with pytest.raises(NotAllowed):
                backlog.resolve_human(session, self.card, given, actor=Actor("mcp:1", "client"))
            backlog.resolve_human(session, self.card, given, actor=PERSON)
        claim_card(self.database, self.card)

    async def verdict(self) -> Verdict:
        """What the harness says; a refusal before anything is run counts as broken."""
        try:
            return await self.submitter.verify(self.card)
        except Conflict as error:
            return Verdict("broken", error.detail)
