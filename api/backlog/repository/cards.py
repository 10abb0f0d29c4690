"""Reading and writing cards (rows of `features`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from api.backlog.models import features
from api.backlog.rules import is_blocked
from api.backlog.schemas import MAX_ID, CheckView, FeatureView, HumanRequest, ReceiptView
from api.backlog.statuses import Proof, Status
from api.database import execute

_VIEW: Final = """
    SELECT f.id, f.priority, f.category, f.name, f.description, f.steps, f.status, f.proof, f.stale, f.waiting_on,
        f.attempts, f.failing_reason, f.moved_by, f.human_request, f.check_spec, f.verification_id, f.claim_owner,
        (SELECT json_group_array(d.depends_on) FROM dependencies AS d WHERE d.feature_id = f.id) AS needs,
        f.receipt_id, r."commit" AS commit_, r.tree, r.command, r.exit_base, r.exit_head, r.seconds, r.finished_at
    FROM features AS f LEFT JOIN verifications AS r ON r.id = f.receipt_id
"""
_BOARD: Final = """
    SELECT json_group_array(json(card)) FROM (
        SELECT json_object('id', id, 'priority', priority, 'category', category, 'name', name, 'status', status,
            'proof', proof, 'stale', json(iif(stale, 'true', 'false')), 'attempts', attempts,
            'blocked', json(iif(waiting_on > 0 AND status IN ('pending', 'failing'), 'true', 'false')),
            'verifying', json(iif(verification_id IS NULL, 'false', 'true')), 'claimed_by', claim_owner,
            'moved_by', moved_by,
            'since', strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(since, created_at), 'unixepoch'),
            'reason', substr(CASE status WHEN 'failing' THEN failing_reason
                WHEN 'needs_input' THEN json_extract(human_request, '$.prompt') END, 1, 300)) AS card
        FROM features ORDER BY priority, id)
"""
_COLUMNS: Final = frozenset(column.name for column in features.columns)

Values = Mapping[str, object]


class Card(NamedTuple):
    """A stored card, without its texts."""

    id: int
    status: Status
    proof: Proof | None
    waiting_on: int
    stale: int
    attempts: int
    failing_reason: str | None
    human_request: str | None  # JSON
    check_spec: str | None  # JSON
    receipt_id: int | None
    verification_id: int | None
    claim_owner: str | None
    claim_token: int


def view(session: Session, feature_id: int) -> FeatureView | None:
    """One card."""
    if feature_id > MAX_ID:
        return None
    row = execute(session, _VIEW + "WHERE f.id = ?", (feature_id,)).fetchone()
    return None if row is None else _to_view(row)


def views(session: Session, feature_ids: Sequence[int]) -> list[FeatureView]:
    """Several cards in the order asked for; ids that do not exist are left out."""
    query = f"{_VIEW} WHERE f.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - constant
    rows = execute(session, query, (json.dumps(list(feature_ids)),))
    found = {row["id"]: _to_view(row) for row in rows}
    return [found[feature_id] for feature_id in feature_ids if feature_id in found]


def listing(session: Session, statuses: Collection[str] | None, limit: int, offset: int) -> list[FeatureView]:
    """Cards by priority, then id; `limit` -1 for all."""
    where = "" if statuses is None else "WHERE f.status IN (SELECT value FROM json_each(?)) "
    parameters = (limit, offset) if statuses is None else (json.dumps(sorted(statuses)), limit, offset)
    query = f"{_VIEW} {where} ORDER BY f.priority, f.id LIMIT ? OFFSET ?"
    return [_to_view(row) for row in execute(session, query, parameters)]


def board_json(session: Session) -> str:
    """All cards in their short form as one JSON array, made by SQLite itself: no Python object per card."""
    return str(execute(session, _BOARD).fetchone()[0])


def ready(session: Session, limit: int) -> list[int]:
    """Ids of the cards that can be claimed, best first: not skipped, unblocks most, priority, id."""
    query = """
        SELECT id FROM features INDEXED BY ix_features_ready
        WHERE status IN ('pending', 'failing') AND waiting_on = 0
        ORDER BY deferred, unblocks DESC, priority, id LIMIT ?"""
    return [row[0] for row in execute(session, query, (limit,))]


def passing_ids(session: Session) -> list[int]:
    """Ids of all cards that pass."""
    return [row[0] for row in execute(session, "SELECT id FROM features WHERE status = 'passing'")]


def stalest(session: Session, limit: int) -> list[int]:
    """Ids of passing cards with a check, stale ones first, then by the age of their receipts."""
    query = """
        SELECT f.id FROM features AS f LEFT JOIN verifications AS r ON r.id = f.receipt_id
        WHERE f.status = 'passing' AND f.check_spec IS NOT NULL AND f.verification_id IS NULL
        ORDER BY f.stale DESC, r.finished_at, f.id LIMIT ?"""
    return [row[0] for row in execute(session, query, (limit,))]


def check_files(session: Session, besides: int) -> list[tuple[str, int, str]]:
    """File, id and name of every feature with check files, but for one."""
    found = execute(
        session,
        "SELECT j.value, f.id, f.name FROM features AS f, json_each(f.check_spec, '$.files') AS j"
        " WHERE f.check_spec IS NOT NULL AND f.id <> ?",
        (besides,),
    )
    return [(row[0], row[1], row[2]) for row in found]


def card(session: Session, feature_id: int) -> Card | None:
    """What the rules need to know of a card."""
    if feature_id > MAX_ID:
        return None
    found = execute(session, f"SELECT {', '.join(Card._fields)} FROM features WHERE id = ?", (feature_id,)).fetchone()  # noqa: S608 - constants
    return None if found is None else Card(*found)


def columns(session: Session, feature_id: int) -> dict[str, object]:
    """The whole row of a card that exists, by column."""
    return dict(execute(session, "SELECT * FROM features WHERE id = ?", (feature_id,)).fetchone())


def insert(session: Session, rows: Sequence[Values]) -> list[int]:
    """Add cards; their ids in order."""
    names = list(rows[0])
    _known(names)
    query = f"INSERT INTO features ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - known names
    ids: list[int] = []
    for values in rows:
        execute(session, query, tuple(values.values()))
        ids.append(int(execute(session, "SELECT last_insert_rowid()").fetchone()[0]))
    return ids


def update(session: Session, feature_id: int, values: Values) -> None:
    """Write `values` (column -> value) to one card."""
    _known(values)
    sets = ", ".join(f"{name} = ?" for name in values)
    query = f"UPDATE features SET {sets} WHERE id = ?"  # noqa: S608 - known names
    execute(session, query, (*values.values(), feature_id))


def delete(session: Session, feature_id: int) -> None:
    """Remove a card; its dependency rows go with it."""
    execute(session, "DELETE FROM features WHERE id = ?", (feature_id,))


def keep_deleted(session: Session, feature_id: int, body: str, deleted_by: str, now: float) -> None:
    """Remember a deleted card so that it can be restored."""
    query = "INSERT OR REPLACE INTO deleted_features (feature_id, body, deleted_by, deleted_at) VALUES (?, ?, ?, ?)"
    execute(session, query, (feature_id, body, deleted_by, now))


def take_deleted(session: Session, feature_id: int) -> str | None:
    """What was remembered of a deleted card; it is forgotten by this."""
    query = "DELETE FROM deleted_features WHERE feature_id = ? RETURNING body"
    found = execute(session, query, (feature_id,)).fetchone()
    return None if found is None else str(found[0])


def next_priority(session: Session) -> int:
    """One more than the greatest priority."""
    query = "SELECT coalesce(max(priority), 0) + 1 FROM features"
    return int(execute(session, query).fetchone()[0])


def next_deferral(session: Session) -> int:
    """One more than the greatest place among the skipped."""
    query = "SELECT coalesce(max(deferred), 0) + 1 FROM features"
    return int(execute(session, query).fetchone()[0])


def counts(session: Session) -> list[tuple[str, str, int, int]]:
    """(status, proof or '', blocked, number) of every combination there is."""
    query = "SELECT status, proof, blocked, n FROM counters WHERE n > 0"
    return [(r[0], r[1], r[2], r[3]) for r in execute(session, query)]


def existing(session: Session, feature_ids: Iterable[int]) -> set[int]:
    """Which of `feature_ids` exist."""
    query = "SELECT id FROM features WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in execute(session, query, (json.dumps(sorted(set(feature_ids))),))}


def _known(names: Iterable[str]) -> None:
    unknown = set(names) - _COLUMNS
    assert not unknown, f"no such columns of features: {unknown}"


def instant(epoch: float) -> datetime:
    """A stored time (epoch seconds) as a moment in UTC."""
    return datetime.fromtimestamp(epoch, UTC)


def moment(epoch: float | None) -> datetime | None:
    """Like `instant`, where there may be none."""
    return None if epoch is None else instant(epoch)


def _to_view(found: sqlite3.Row) -> FeatureView:
    status = found["status"]
    return FeatureView(
        id=found["id"],
        priority=found["priority"],
        category=found["category"],
        name=found["name"],
        description=found["description"],
        steps=json.loads(found["steps"]),
        status=status,
        passes=status == "passing",
        in_progress=status == "in_progress",
        blocked=is_blocked(status, found["waiting_on"]),
        dependencies=json.loads(found["needs"]),
        check=None if found["check_spec"] is None else CheckView.model_validate_json(found["check_spec"]),
        last_receipt=None if found["receipt_id"] is None else _receipt(found),
        attempts=found["attempts"],
        proof=found["proof"],
        stale=bool(found["stale"]),
        verifying=found["verification_id"] is not None,
        verification_id=found["verification_id"],
        moved_by=found["moved_by"],
        human_request=_request(found["human_request"]),
        claimed_by=found["claim_owner"],
        failing_reason=found["failing_reason"],
    )


def _request(stored: str | None) -> HumanRequest | None:
    return None if stored is None else HumanRequest.model_validate_json(stored)


def _receipt(found: sqlite3.Row) -> ReceiptView:
    return ReceiptView(
        id=found["receipt_id"],
        commit=found["commit_"],
        tree=found["tree"],
        command=found["command"],
        exit_base=found["exit_base"],
        exit_head=found["exit_head"],
        seconds=found["seconds"],
        finished_at=moment(found["finished_at"]),
    )
