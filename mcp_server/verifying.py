"""The ports of a client that works in the project's own folder: its commits there are what is checked and landed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.backlog import service as backlog
from api.backlog.statuses import HARNESS, PERSON, Actor, Policy
from api.database import Database
from api.errors import AppError, Conflict, NotFound, Unavailable
from api.projects import service as projects
from api.projects.schemas import ProjectView
from harness.policy import load_policy
from harness.registries import package_hosts
from harness.sandboxes.registry import provider
from harness.verification import Conditions, Verdict, Verifier
from harness.verification.rechecks import Rechecks
from harness.workspaces.files import Root
from harness.workspaces.repository import ProjectRepository
from registry import Registry

_CHECK_FILE_LIMIT: Final = 5_000_000  # bytes


@dataclass(frozen=True)
class _Opened:
    repository: ProjectRepository
    verifier: Verifier
    rechecks: Rechecks


class FolderVerification:
    """Verifies what is committed in `folder`. Nothing is opened before the first verification asks for it."""

    def __init__(
        self, database: Database, folder: Path, environ: Mapping[str, str], actor: Callable[[], Actor]
    ) -> None:
        self._database = database
        self._folder = folder
        self._environ = environ
        self._actor = actor
        self._opening = threading.Lock()
        self._opened: _Opened | None = None

    async def verify(self, feature_id: int) -> Verdict:
        """Check the integration branch with the user's commits in it.

        When a person has a green card checked, one flake does not make it fail, and who broke it is found.
        """
        actor = self._actor()
        opened = await asyncio.to_thread(self._open)
        if actor == PERSON and (found := await opened.rechecks.recheck(feature_id, actor=actor)) is not None:
            return found.verdict
        return await opened.verifier.verify(feature_id, actor=actor, policy=await asyncio.to_thread(self._policy))

    async def settle(self, stop: asyncio.Event) -> None:
        """Look at what an undo may have healed or hurt, until `stop`: the checks of failing features that nobody works
        on run once, and those whose receipts are stale until none is left.
        """
        opened = await asyncio.to_thread(self._open)
        for feature_id in await asyncio.to_thread(self._broken):
            if stop.is_set():
                return
            with contextlib.suppress(Conflict):  # moved meanwhile
                await opened.verifier.verify(feature_id, actor=HARNESS, policy=await asyncio.to_thread(self._policy))
        await opened.rechecks.settle(stop)

    async def land(self, _feature_id: int) -> None:
        """Bring the user's commits onto the integration branch."""
        opened = await asyncio.to_thread(self._open)
        await asyncio.to_thread(opened.repository.absorb)

    def read_files(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """The check files as they are in the folder now; links are not followed."""
        root = Root(self._folder)
        found = ((name, root.read(name, _CHECK_FILE_LIMIT)) for name in names)
        return {name: data for name, data in found if data is not None}

    def base(self) -> str | None:
        """The integration branch as it is before the next commits of the user; None where there is none yet."""
        try:
            return self._open().repository.integration_tip()
        except AppError:
            return None

    def _broken(self) -> list[int]:
        """The features that a check turned green once and a check found failing since."""
        with self._database.read() as session:
            failing = backlog.listing(session, status=["failing"])
        return [card.id for card in failing if card.check and card.last_receipt and not card.moved_by]

    def _policy(self) -> Policy:
        with self._database.read() as session:
            wanted = projects.load_settings(session).verification
        return "green" if wanted == "off" else wanted

    def _open(self) -> _Opened:
        with self._opening:
            if self._opened is None:
                self._opened = self._make()
            return self._opened

    def _make(self) -> _Opened:
        home = projects.home_directory(self._environ)
        view = self._project(home)
        with self._database.read() as session:
            settings = projects.load_settings(session)
        try:
            opener, policy = provider(), None
        except Unavailable:
            if not settings.allow_unsandboxed:
                raise
            opener, policy = provider("process"), load_policy(home, view.path, profile=view.kind)
        repository = ProjectRepository(view.path, home, view.name)
        repository.prepare()
        conditions = Conditions(
            egress=package_hosts(self._environ) if settings.allow_network else (),
            check_seconds=settings.check_timeout_seconds,
            policy=policy,
        )
        return _Opened(
            repository,
            Verifier(self._database, repository, opener, conditions),
            Rechecks(self._database, repository, opener, conditions),
        )

    def _project(self, home: Path) -> ProjectView:
        try:
            return Registry(home).resolve(str(self._folder))
        except NotFound:
            raise Unavailable(
                f"{self._folder} is no registered project, so nothing can be verified in it: add it on the board, or "
                "with ./start.sh."
            ) from None
