"""The backlog's tables in features.db. Migrations make them; a test holds both equal."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

metadata = MetaData()

READY = "status IN ('pending', 'failing') AND waiting_on = 0"

features = Table(
    "features",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("category", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("steps", Text, nullable=False),  # JSON array of strings
    Column("status", Text, nullable=False, server_default=text("'pending'")),
    Column("proof", Text),
    Column("stale", Integer, nullable=False, server_default=text("0")),
    Column("deferred", Integer, nullable=False, server_default=text("0")),  # skipped cards queue up behind the others
    Column("waiting_on", Integer, nullable=False, server_default=text("0")),  # dependencies not passing
    Column("unblocks", Integer, nullable=False, server_default=text("0")),  # features waiting for it, directly or not
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("failing_reason", Text),
    Column("moved_by", Text),
    Column("human_request", Text),  # JSON
    Column("check_spec", Text),  # JSON
    Column("receipt_id", Integer),
    Column("verification_id", Integer),
    Column("claim_owner", Text),
    Column("claim_token", Integer, nullable=False, server_default=text("0")),
    Column("claim_expires", Float),  # epoch seconds
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("since", Float),  # in its status; kept by a trigger, None for a card that never moved
    CheckConstraint("status IN ('pending', 'in_progress', 'passing', 'failing', 'needs_input')", name="status_known"),
    CheckConstraint("proof IN ('proven', 'guarded', 'green', 'unproven')", name="proof_known"),
    CheckConstraint("(status = 'passing') = (proof IS NOT NULL)", name="proof_only_when_passing"),
    CheckConstraint("(status = 'in_progress') = (claim_owner IS NOT NULL)", name="claimed_only_in_progress"),
    sqlite_autoincrement=True,
)
Index(
    "ix_features_ready",
    features.c.deferred,
    features.c.unblocks.desc(),
    features.c.priority,
    features.c.id,
    sqlite_where=text(READY),
)
Index(
    "ix_features_claims",
    features.c.claim_owner,
    features.c.claim_expires,
    sqlite_where=text("claim_owner IS NOT NULL"),
)
Index("ix_features_priority", features.c.priority)
Index("ix_features_deferred", features.c.deferred)
Index("ix_features_passing", features.c.stale, sqlite_where=text("status = 'passing'"))

dependencies = Table(
    "dependencies",
    metadata,
    Column("feature_id", Integer, ForeignKey("features.id", ondelete="CASCADE"), nullable=False),
    Column("depends_on", Integer, ForeignKey("features.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("feature_id", "depends_on"),
    CheckConstraint("feature_id <> depends_on", name="not_itself"),
    sqlite_with_rowid=False,
)
Index("ix_dependencies_depends_on", dependencies.c.depends_on)

deleted_features = Table(
    "deleted_features",
    metadata,
    Column("feature_id", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # JSON: the row, its dependencies and its dependents
    Column("deleted_by", Text, nullable=False),
    Column("deleted_at", Float, nullable=False),
)

# Kept by triggers on features, so that counting does not read every card.
counters = Table(
    "counters",
    metadata,
    Column("status", Text, nullable=False),
    Column("proof", Text, nullable=False),  # '' when not passing
    Column("blocked", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    PrimaryKeyConstraint("status", "proof", "blocked"),
    sqlite_with_rowid=False,
)

verifications = Table(
    "verifications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feature_id", Integer, nullable=False),  # no foreign key: receipts outlive a deleted card
    Column("state", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("executor", Text),
    Column("token", Integer, nullable=False, server_default=text("1")),
    Column("lease_expires", Float, nullable=False),
    Column("check_hash", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("commit", Text),
    Column("tree", Text),
    Column("exit_base", Integer),
    Column("exit_head", Integer),
    Column("seconds", Float),
    Column("output", Text, nullable=False, server_default=text("''")),
    Column("detail", Text),
    Column("artefacts", Text, nullable=False, server_default=text("'[]'")),  # JSON array of paths
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    CheckConstraint(
        "state IN ('queued', 'running', 'passed', 'failed', 'broken', 'cancelled')", name="verification_state_known"
    ),
    sqlite_autoincrement=True,
)
Index("ix_verifications_feature", verifications.c.feature_id, verifications.c.id)
Index(
    "ix_verifications_active",
    verifications.c.lease_expires,
    sqlite_where=text("state IN ('queued', 'running')"),
)
