"""Backlog, runs, sessions, events and settings; takes over the cards of a features.db in the original layout."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Connection

revision = "project_0001"
down_revision = None
branch_labels = ("project",)
depends_on = None

_TABLES = (
    """
    CREATE TABLE features (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        priority INTEGER NOT NULL,
        category TEXT NOT NULL,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        steps TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'pending' CONSTRAINT status_known
            CHECK (status IN ('pending', 'in_progress', 'passing', 'failing', 'needs_input')),
        proof TEXT CONSTRAINT proof_known CHECK (proof IN ('proven', 'guarded', 'green', 'unproven')),
        stale INTEGER NOT NULL DEFAULT 0,
        deferred INTEGER NOT NULL DEFAULT 0,
        waiting_on INTEGER NOT NULL DEFAULT 0,
        unblocks INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        failing_reason TEXT,
        moved_by TEXT,
        human_request TEXT,
        check_spec TEXT,
        receipt_id INTEGER,
        verification_id INTEGER,
        claim_owner TEXT,
        claim_token INTEGER NOT NULL DEFAULT 0,
        claim_expires FLOAT,
        created_at FLOAT NOT NULL,
        updated_at FLOAT NOT NULL,
        CONSTRAINT proof_only_when_passing CHECK ((status = 'passing') = (proof IS NOT NULL)),
        CONSTRAINT claimed_only_in_progress CHECK ((status = 'in_progress') = (claim_owner IS NOT NULL))
    )""",
    """
    CREATE INDEX ix_features_ready ON features (deferred, unblocks DESC, priority, id)
    WHERE status IN ('pending', 'failing') AND waiting_on = 0""",
    "CREATE INDEX ix_features_claims ON features (claim_owner, claim_expires) WHERE claim_owner IS NOT NULL",
    "CREATE INDEX ix_features_priority ON features (priority)",
    "CREATE INDEX ix_features_deferred ON features (deferred)",
    "CREATE INDEX ix_features_passing ON features (stale) WHERE status = 'passing'",
    """
    CREATE TABLE dependencies (
        feature_id INTEGER NOT NULL,
        depends_on INTEGER NOT NULL,
        PRIMARY KEY (feature_id, depends_on),
        FOREIGN KEY (feature_id) REFERENCES features (id) ON DELETE CASCADE,
        FOREIGN KEY (depends_on) REFERENCES features (id) ON DELETE CASCADE,
        CONSTRAINT not_itself CHECK (feature_id <> depends_on)
    ) WITHOUT ROWID""",
    "CREATE INDEX ix_dependencies_depends_on ON dependencies (depends_on)",
    """
    CREATE TABLE deleted_features (
        feature_id INTEGER PRIMARY KEY NOT NULL,
        body TEXT NOT NULL,
        deleted_by TEXT NOT NULL,
        deleted_at FLOAT NOT NULL
    )""",
    """
    CREATE TABLE counters (
        status TEXT NOT NULL,
        proof TEXT NOT NULL,
        blocked INTEGER NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (status, proof, blocked)
    ) WITHOUT ROWID""",
    """
    CREATE TABLE verifications (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        feature_id INTEGER NOT NULL,
        state TEXT NOT NULL CONSTRAINT verification_state_known
            CHECK (state IN ('queued', 'running', 'passed', 'failed', 'broken', 'cancelled')),
        policy TEXT NOT NULL,
        requested_by TEXT NOT NULL,
        executor TEXT,
        token INTEGER NOT NULL DEFAULT 1,
        lease_expires FLOAT NOT NULL,
        check_hash TEXT NOT NULL,
        command TEXT NOT NULL,
        "commit" TEXT,
        tree TEXT,
        exit_base INTEGER,
        exit_head INTEGER,
        seconds FLOAT,
        output TEXT NOT NULL DEFAULT '',
        detail TEXT,
        artefacts TEXT NOT NULL DEFAULT '[]',
        created_at FLOAT NOT NULL,
        finished_at FLOAT
    )""",
    "CREATE INDEX ix_verifications_feature ON verifications (feature_id, id)",
    """
    CREATE INDEX ix_verifications_active ON verifications (lease_expires)
    WHERE state IN ('queued', 'running')""",
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        pid INTEGER NOT NULL,
        process_started FLOAT NOT NULL,
        token INTEGER NOT NULL,
        heartbeat FLOAT NOT NULL,
        model TEXT NOT NULL,
        policy TEXT NOT NULL,
        limits TEXT NOT NULL,
        status TEXT NOT NULL CONSTRAINT run_status_known
            CHECK (status IN ('running', 'paused', 'stopping', 'stopped', 'crashed', 'parked', 'finished')),
        reason TEXT,
        parked_until FLOAT,
        control TEXT CONSTRAINT control_known CHECK (control IN ('pause', 'stop', 'resume')),
        started_at FLOAT NOT NULL,
        finished_at FLOAT
    )""",
    "CREATE INDEX ix_runs_live ON runs (id) WHERE finished_at IS NULL",
    """
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        run_id INTEGER NOT NULL REFERENCES runs (id),
        role TEXT NOT NULL,
        agent TEXT NOT NULL,
        feature_id INTEGER,
        model_session_id TEXT,
        started_at FLOAT NOT NULL,
        finished_at FLOAT,
        outcome TEXT,
        detail TEXT,
        reservation_usd FLOAT NOT NULL DEFAULT 0,
        cost_usd FLOAT NOT NULL DEFAULT 0,
        estimated INTEGER NOT NULL DEFAULT 0,
        input_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        cache_read_tokens INTEGER NOT NULL DEFAULT 0,
        cache_write_tokens INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX ix_sessions_run ON sessions (run_id, id)",
    "CREATE INDEX ix_sessions_started ON sessions (started_at)",
    "CREATE INDEX ix_sessions_open ON sessions (run_id) WHERE finished_at IS NULL",
    """
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        type TEXT NOT NULL,
        feature_id INTEGER,
        session_id INTEGER,
        level TEXT,
        agent TEXT,
        timestamp FLOAT NOT NULL,
        body TEXT NOT NULL
    )""",
    "CREATE INDEX ix_events_type ON events (type, seq)",
    "CREATE INDEX ix_events_feature ON events (feature_id, seq) WHERE feature_id IS NOT NULL",
    """
    CREATE TABLE log_state (
        id INTEGER PRIMARY KEY NOT NULL CONSTRAINT one_row CHECK (id = 1),
        pruned_to INTEGER NOT NULL
    )""",
    "CREATE TABLE settings (id INTEGER PRIMARY KEY NOT NULL CONSTRAINT one_row CHECK (id = 1), body TEXT NOT NULL)",
)

_COUNT = """
    INSERT INTO counters (status, proof, blocked, n)
    VALUES ({row}.status, coalesce({row}.proof, ''), {row}.waiting_on > 0, {step})
    ON CONFLICT DO UPDATE SET n = n + {step};"""

_TRIGGERS = (
    f"CREATE TRIGGER features_counted AFTER INSERT ON features BEGIN {_COUNT.format(row='new', step='1')} END",
    f"CREATE TRIGGER features_uncounted AFTER DELETE ON features BEGIN {_COUNT.format(row='old', step='-1')} END",
    f"""
    CREATE TRIGGER features_recounted AFTER UPDATE OF status, proof, waiting_on ON features
    WHEN old.status <> new.status OR old.proof IS NOT new.proof OR (old.waiting_on > 0) <> (new.waiting_on > 0)
    BEGIN {_COUNT.format(row="old", step="-1")} {_COUNT.format(row="new", step="1")} END""",
)


def upgrade() -> None:
    """Create everything; cards of the original layout are copied over, claims of a dead agent let go."""
    connection = op.get_bind()
    original = _columns(connection)
    if original:
        op.execute("ALTER TABLE features RENAME TO original_features")
        _drop_indices(connection)
    for statement in (*_TABLES, *_TRIGGERS):
        connection.exec_driver_sql(statement)
    if original:
        _take_over(connection, original)
        op.execute("DROP TABLE original_features")


def _columns(connection: Connection) -> set[str]:
    return {str(row[1]) for row in connection.exec_driver_sql("PRAGMA table_info(features)")}


def _drop_indices(connection: Connection) -> None:
    query = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'original_features' AND sql IS NOT NULL"
    for (name,) in connection.exec_driver_sql(query).all():
        connection.exec_driver_sql('DROP INDEX "{}"'.format(str(name).replace('"', '""')))


def _take_over(connection: Connection, columns: set[str]) -> None:
    passes = "coalesce(passes, 0)" if "passes" in columns else "0"
    connection.exec_driver_sql(f"""
        INSERT INTO features (id, priority, category, name, description, steps, status, proof, created_at, updated_at)
        SELECT id, coalesce(priority, id), coalesce(category, ''), coalesce(name, ''), coalesce(description, ''),
            CASE WHEN json_valid(steps) AND json_type(steps) = 'array' THEN steps ELSE '[]' END,
            CASE WHEN {passes} THEN 'passing' ELSE 'pending' END, CASE WHEN {passes} THEN 'unproven' END,
            unixepoch(), unixepoch()
        FROM original_features""")  # noqa: S608 - `passes` is one of two literals above
    if "dependencies" in columns:
        _take_over_dependencies(connection)


def _take_over_dependencies(connection: Connection) -> None:
    """Later versions of the original kept a JSON array of ids beside each card."""
    connection.exec_driver_sql("""
        INSERT OR IGNORE INTO dependencies (feature_id, depends_on)
        SELECT original.id, needed.id
        FROM original_features AS original,
            json_each(CASE WHEN json_valid(original.dependencies) THEN original.dependencies ELSE '[]' END) AS item
        JOIN features AS needed ON needed.id = item.value AND needed.id < original.id""")
    connection.exec_driver_sql("""
        UPDATE features SET waiting_on = (
            SELECT count(*) FROM dependencies JOIN features AS needed ON needed.id = depends_on
            WHERE feature_id = features.id AND needed.status <> 'passing'
        )""")
