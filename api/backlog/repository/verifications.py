"""Verifications: one run of a card's check each; those that passed are receipts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from api.backlog.models import verifications
from api.backlog.repository.cards import moment
from api.backlog.schemas import VerificationView
from api.backlog.statuses import VerificationState
from api.database import execute

_COLUMNS: Final = frozenset(column.name for column in verifications.columns)
_SELECT: Final = "SELECT * FROM verifications "


def get(session: Session, verification_id: int) -> VerificationView | None:
    """One verification."""
    found = execute(session, _SELECT + "WHERE id = ?", (verification_id,)).fetchone()
    return None if found is None else _to_view(found)


def lease(session: Session, verification_id: int) -> float:
    """When its lease runs out (epoch seconds)."""
    query = "SELECT lease_expires FROM verifications WHERE id = ?"
    return float(execute(session, query, (verification_id,)).fetchone()[0])


def of_feature(session: Session, feature_id: int, limit: int) -> list[VerificationView]:
    """The verifications of a card, newest first."""
    query = _SELECT + "WHERE feature_id = ? ORDER BY id DESC LIMIT ?"
    return [_to_view(found) for found in execute(session, query, (feature_id, limit))]


def details(session: Session, feature_id: int) -> dict[int, str]:
    """What the verifications of a card came to, in words, by id."""
    query = "SELECT id, detail FROM verifications WHERE feature_id = ? AND detail IS NOT NULL"
    return {found[0]: found[1] for found in execute(session, query, (feature_id,))}


def unfinished(session: Session) -> list[tuple[int, VerificationState, float]]:
    """(id, state, end of the lease in epoch seconds) of every verification that is under way, oldest first."""
    query = "SELECT id, state, lease_expires FROM verifications WHERE state IN ('queued', 'running') ORDER BY id"
    return [(found[0], found[1], found[2]) for found in execute(session, query)]


def newest_pass(session: Session) -> int:
    """The id of the newest verification that passed; 0 without any."""
    query = "SELECT id FROM verifications WHERE state = 'passed' ORDER BY id DESC LIMIT 1"
    found = execute(session, query).fetchone()
    return 0 if found is None else int(found[0])


def insert(session: Session, values: Mapping[str, object]) -> int:
    """Add a verification; its id."""
    names = [_quoted(name) for name in values]
    query = f"INSERT INTO verifications ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - known names
    execute(session, query, tuple(values.values()))
    return int(execute(session, "SELECT last_insert_rowid()").fetchone()[0])


def update(session: Session, verification_id: int, values: Mapping[str, object]) -> None:
    """Write `values` (column -> value)."""
    sets = ", ".join(f"{_quoted(name)} = ?" for name in values)
    query = f"UPDATE verifications SET {sets} WHERE id = ?"  # noqa: S608 - known names
    execute(session, query, (*values.values(), verification_id))


def _quoted(name: str) -> str:
    assert name in _COLUMNS, f"no such column of verifications: {name}"
    return f'"{name}"'  # "commit" is a word of SQL


def _to_view(found: sqlite3.Row) -> VerificationView:
    values = dict(found)
    del values["lease_expires"]
    values["artefacts"] = json.loads(values["artefacts"])
    values["created_at"] = moment(values["created_at"])
    values["finished_at"] = moment(values["finished_at"])
    return VerificationView.model_construct(**values)
