"""Cards of a project that is served, brought by the real harness to where a journey begins."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from api.backlog import service as backlog
from api.backlog.statuses import PERSON
from harness.verification import Verdict
from harness.workspaces.repository import ProjectRepository
from scripted_model.playbooks.backlog import cards, read_files
from tests.gitcards import add_card, claim_card, open_backlog, set_check
from tests.gitprojects import commit_files, start_card, write_files
from tests.greencards import Builder
from tests.serverruns import PROJECT, ServerProcess, ServerRig

Found = TypeVar("Found")


class ServedCards:
    """The backlog and repository of the sample project on `server`, whose first commit holds `files`."""

    def __init__(self, server: ServerProcess, rig: ServerRig, files: Mapping[str, str]) -> None:
        server.create_sample(rig)
        write_files(rig.project, dict(files))
        self.repository = ProjectRepository(rig.project, Path(rig.environ["HOME"]) / ".autocoder", PROJECT)
        self.repository.prepare()
        self.database = open_backlog(rig.project)
        self._builder = Builder(self.database, self.repository)

    def build_sample(self, *keys: str) -> dict[str, int]:
        """Cards of the sample, green; their numbers by key. What they depend on is known to the backlog."""
        numbers: dict[str, int] = {}
        for card in (card for card in cards() if card.key in keys):
            work = {**card.files(), card.test: card.test_text}
            numbers[card.key] = in_thread(self._builder.build(card.name, card.check, work))
            needed = [numbers[key] for key in card.needs if key in numbers]
            with self.database.write() as session:
                backlog.set_dependencies(session, numbers[card.key], needed, PERSON)
        return numbers

    def add(self, name: str, command: str, test: tuple[str, str]) -> int:
        """A card whose check is set, with its test (name, text)."""
        number = add_card(self.database, name)
        set_check(self.database, number, command, {test[0]: test[1].encode()})
        return number

    def submit(self, number: int, files: Mapping[str, str] | None = None) -> Verdict:
        """An agent takes the card, commits `files`, and asks for its proof."""
        actor = claim_card(self.database, number)
        workspace = start_card(self.repository, "agent-1", number)
        if files:
            commit_files(workspace.path, dict(files))
        return in_thread(self._builder.verifier.verify(number, actor=actor, workspace=workspace))

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def skeleton() -> Mapping[str, str]:
    """What the sample begins with."""
    return read_files("skeleton")


def in_thread(work: Coroutine[Any, Any, Found]) -> Found:  # Any: what coroutines are sent, which nobody uses
    """The result of `work`; this thread has Playwright's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result(60)
