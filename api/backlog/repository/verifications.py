"""Verifications: one run of a card's check each; those that passed are receipts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from api.backlog.models import verifications
from api.backlog.repository.cards import moment
from api.backlog.schemas import VerificationView

_COLUMNS: Final = frozenset(column.name for column in verifications.columns)
_SELECT: Final = "SELECT * FROM verifications "


def get(session: Session, verification_id: int) -> VerificationView | None:
    """One verification."""
    found = session.connection().exec_driver_sql(_SELECT + "WHERE id = ?", (verification_id,)).first()
    return None if found is None else _to_view(found)


def lease(session: Session, verification_id: int) -> float:
    """When its lease runs out (epoch seconds)."""
    query = "SELECT lease_expires FROM verifications WHERE id = ?"
    return float(session.connection().exec_driver_sql(query, (verification_id,)).scalar_one())


def of_feature(session: Session, feature_id: int, limit: int) -> list[VerificationView]:
    """The verifications of a card, newest first."""
    query = _SELECT + "WHERE feature_id = ? ORDER BY id DESC LIMIT ?"
    return [_to_view(found) for found in session.connection().exec_driver_sql(query, (feature_id, limit))]


def abandoned(session: Session, now: float) -> list[VerificationView]:
    """Unfinished verifications whose lease has run out, oldest first."""
    query = _SELECT + "WHERE state IN ('queued', 'running') AND lease_expires < ? ORDER BY id"
    return [_to_view(found) for found in session.connection().exec_driver_sql(query, (now,))]


def insert(session: Session, values: Mapping[str, object]) -> int:
    """Add a verification; its id."""
    names = [_quoted(name) for name in values]
    query = f"INSERT INTO verifications ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - known names
    connection = session.connection()
    connection.exec_driver_sql(query, tuple(values.values()))
    return int(connection.exec_driver_sql("SELECT last_insert_rowid()").scalar_one())


def update(session: Session, verification_id: int, values: Mapping[str, object]) -> None:
    """Write `values` (column -> value)."""
    sets = ", ".join(f"{_quoted(name)} = ?" for name in values)
    query = f"UPDATE verifications SET {sets} WHERE id = ?"  # noqa: S608 - known names
    session.connection().exec_driver_sql(query, (*values.values(), verification_id))


def _quoted(name: str) -> str:
    assert name in _COLUMNS, f"no such column of verifications: {name}"
    return f'"{name}"'  # "commit" is a word of SQL


def _to_view(found: Row[Any]) -> VerificationView:  # Any: a row of `verifications`
    values = dict(zip(found._fields, found, strict=True))
    del values["lease_expires"]
    values["artefacts"] = json.loads(values["artefacts"])
    values["created_at"] = moment(values["created_at"])
    values["finished_at"] = moment(values["finished_at"])
    return VerificationView.model_construct(**values)
