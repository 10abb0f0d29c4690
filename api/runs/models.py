"""Tables of runs, sessions and events in features.db. Migrations make them; a test holds both equal."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text, text

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("process_started", Float, nullable=False),  # epoch seconds; with the pid it names one process for good
    Column("token", Integer, nullable=False),  # fencing token: rises with every run
    Column("heartbeat", Float, nullable=False),
    Column("model", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("limits", Text, nullable=False),  # JSON object
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("parked_until", Float),
    Column("control", Text),
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    CheckConstraint(
        "status IN ('running', 'paused', 'stopping', 'stopped', 'crashed', 'parked', 'finished')",
        name="run_status_known",
    ),
    CheckConstraint("control IN ('pause', 'stop', 'resume')", name="control_known"),
    sqlite_autoincrement=True,
)
Index("ix_runs_live", runs.c.id, sqlite_where=text("finished_at IS NULL"))

sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("runs.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("feature_id", Integer),  # the one it is at, or was at when it ended
    Column("model_session_id", Text),
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("outcome", Text),
    Column("detail", Text),
    Column("reservation_usd", Float, nullable=False, server_default=text("0")),
    Column("cost_usd", Float, nullable=False, server_default=text("0")),
    Column("estimated", Integer, nullable=False, server_default=text("0")),
    Column("input_tokens", Integer, nullable=False, server_default=text("0")),
    Column("output_tokens", Integer, nullable=False, server_default=text("0")),
    Column("cache_read_tokens", Integer, nullable=False, server_default=text("0")),
    Column("cache_write_tokens", Integer, nullable=False, server_default=text("0")),
    Column("feature_ids", Text, nullable=False, server_default=text("'[]'")),  # JSON: all of them, in order
    sqlite_autoincrement=True,
)
Index("ix_sessions_run", sessions.c.run_id, sessions.c.id)
Index("ix_sessions_started", sessions.c.started_at)
Index("ix_sessions_open", sessions.c.run_id, sqlite_where=text("finished_at IS NULL"))

# What is missing from the log: prunable events up to this `seq` may have been deleted.
log_state = Table(
    "log_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pruned_to", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    Column("feature_id", Integer),
    Column("session_id", Integer),
    Column("level", Text),
    Column("agent", Text),
    Column("timestamp", Float, nullable=False),  # epoch seconds
    Column("body", Text, nullable=False),  # JSON of the event
    sqlite_autoincrement=True,
)
Index("ix_events_type", events.c.type, events.c.seq)
Index("ix_events_feature", events.c.feature_id, events.c.seq, sqlite_where=text("feature_id IS NOT NULL"))
