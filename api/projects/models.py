"""Tables of registry.db, and the settings row of features.db. Migrations make them; a test holds both equal."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Integer, MetaData, Table, Text

registry_metadata = MetaData()
project_metadata = MetaData()

projects = Table(
    "projects",
    registry_metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text(collation="NOCASE"), nullable=False, unique=True),
    Column("path", Text, nullable=False, unique=True),  # absolute and resolved
    Column("kind", Text, nullable=False),
    Column("created_by_us", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
)

settings = Table(
    "settings",
    project_metadata,
    Column("id", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # JSON of api.projects.schemas.ProjectSettings
    CheckConstraint("id = 1", name="one_row"),
)
