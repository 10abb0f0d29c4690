"""A backlog in a project folder, with cards claimed and checks set, as tests of verification need it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, FeatureCreate, FeatureView, VerificationView
from api.backlog.statuses import PERSON, Actor
from api.database import Database, open_database

LEASE = 600.0


def open_backlog(folder: Path) -> Database:
    """The backlog of the project in `folder`."""
    return open_database(folder / "features.db", "project")


def add_card(database: Database, name: str = "Add login") -> int:
    """A new card; its id."""
    with database.write() as session:
        return backlog.create(session, FeatureCreate(category="app", name=name), actor=PERSON).id


def claim_card(database: Database, feature_id: int, agent: str = "agent-1") -> Actor:
    """Give the card to `agent`; the actor it is."""
    with database.write() as session:
        backlog.claim(session, feature_id, agent, LEASE)
    return Actor(agent, "coder")


def set_check(
    database: Database,
    feature_id: int,
    command: str,
    files: Mapping[str, bytes] | None = None,
    *,
    already_satisfied: str | None = None,
) -> None:
    """Freeze a check by a person's hand."""
    spec = CheckSpec(command=command, files=list(files or {}), already_satisfied=already_satisfied)
    with database.write() as session:
        backlog.set_check(session, feature_id, spec, files or {}, actor=PERSON)


def card(database: Database, feature_id: int) -> FeatureView:
    """The card as it is."""
    with database.read() as session:
        return backlog.get(session, feature_id)


def runs(database: Database, feature_id: int) -> list[VerificationView]:
    """The verifications of the card, newest first."""
    with database.read() as session:
        return backlog.receipts(session, feature_id)
