"""What is known about checks that passed before, for running them again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.backlog.repository.cards import instant
from api.backlog.schemas import CheckView, GreenCheck
from api.database import execute


def green_checks(session: Session, now: float) -> list[GreenCheck]:
    """Every card that a check turned green, with the last pass of the check as it is now; the oldest pass first."""
    query = """
        SELECT f.id, f.name, f.stale, f.check_spec, coalesce(v.lease_expires, 0) >= ? AS leased,
            p."commit" AS commit_, p.tree, p.finished_at
        FROM features AS f
        JOIN verifications AS p ON p.id = (
            SELECT max(id) FROM verifications
            WHERE feature_id = f.id AND state = 'passed' AND "commit" IS NOT NULL
                AND check_hash = json_extract(f.check_spec, '$.hash'))
        LEFT JOIN verifications AS v ON v.id = f.verification_id
        WHERE f.status = 'passing' AND f.proof <> 'unproven' AND f.check_spec IS NOT NULL
        ORDER BY p.finished_at, f.id"""
    return [
        GreenCheck.model_construct(
            feature_id=row["id"],
            name=row["name"],
            stale=bool(row["stale"]),
            leased=bool(row["leased"]),
            check=CheckView.model_validate_json(row["check_spec"]),
            commit=row["commit_"],
            tree=row["tree"],
            finished_at=instant(row["finished_at"]),
        )
        for row in execute(session, query, (now,))
    ]


def active(session: Session, besides: int | None) -> list[int]:
    """The verifications that are queued or running, but for one, oldest first."""
    query = "SELECT id FROM verifications WHERE state IN ('queued', 'running') AND id IS NOT ? ORDER BY id"
    return [row[0] for row in execute(session, query, (besides,))]


def forget_old(session: Session, feature_id: int, requested_by: str, kept: int) -> None:
    """Remove what `requested_by` ran for a card, but for the newest `kept` and for the card's receipt."""
    query = """
        DELETE FROM verifications WHERE feature_id = ? AND requested_by = ? AND state NOT IN ('queued', 'running')
            AND id NOT IN (SELECT receipt_id FROM features WHERE receipt_id IS NOT NULL)
            AND id NOT IN (
                SELECT id FROM verifications WHERE feature_id = ? AND requested_by = ? ORDER BY id DESC LIMIT ?)"""
    execute(session, query, (feature_id, requested_by, feature_id, requested_by, kept))
