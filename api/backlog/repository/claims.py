"""Who holds which card: claims with a lease and a fencing token."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from api.database import execute

# Letting go: back to where the card came from. A card that was green once is failing, not pending.
_LET_GO: Final = """
    claim_owner = NULL, claim_expires = NULL,
    status = iif(failing_reason IS NULL, 'pending', 'failing')
"""


class Held(NamedTuple):
    """A card somebody holds."""

    feature_id: int
    owner: str
    token: int
    expires: float


def of_owner(session: Session, owner: str) -> list[Held]:
    """The claims of `owner`, oldest card first."""
    return [held for held in all_held(session) if held.owner == owner]


def all_held(session: Session) -> list[Held]:
    """Every claim there is, oldest card first."""
    query = """
        SELECT id, claim_owner, claim_token, claim_expires FROM features INDEXED BY ix_features_claims
        WHERE claim_owner IS NOT NULL"""
    return sorted(Held(*found) for found in execute(session, query))


def take(session: Session, feature_id: int, owner: str, expires: float, now: float) -> None:
    """Give the card to `owner`, with a token higher than any before."""
    query = """
        UPDATE features SET status = 'in_progress', claim_owner = ?, claim_token = claim_token + 1, claim_expires = ?,
            updated_at = ? WHERE id = ?"""
    execute(session, query, (owner, expires, now, feature_id))


def extend(session: Session, owner: str, expires: float) -> int:
    """Move the end of the leases of `owner`; how many there were."""
    query = "UPDATE features SET claim_expires = ? WHERE claim_owner = ? AND claim_owner IS NOT NULL"
    return execute(session, query, (expires, owner)).rowcount


def let_go(session: Session, feature_id: int, now: float) -> None:
    """Return a claimed card to the backlog."""
    query = f"UPDATE features SET {_LET_GO}, updated_at = ? WHERE id = ? AND claim_owner IS NOT NULL"  # noqa: S608 - constant
    execute(session, query, (now, feature_id))
