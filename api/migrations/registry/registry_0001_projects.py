"""The table of registered projects; takes over the entries of a registry.db in the original layout."""

from __future__ import annotations

from alembic import op

revision = "registry_0001"
down_revision = None
branch_labels = ("registry",)
depends_on = None


def upgrade() -> None:
    """Create the table; original entries are copied over, never as folders made by us."""
    connection = op.get_bind()
    original = {str(row[1]) for row in connection.exec_driver_sql("PRAGMA table_info(projects)")}
    if original:
        op.execute("ALTER TABLE projects RENAME TO original_projects")
    op.execute("""
        CREATE TABLE projects (
            id INTEGER PRIMARY KEY NOT NULL,
            name TEXT COLLATE NOCASE NOT NULL UNIQUE,
            path TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            created_by_us INTEGER NOT NULL,
            created_at FLOAT NOT NULL
        )""")
    if original:
        created = "coalesce(unixepoch(created_at), unixepoch())" if "created_at" in original else "unixepoch()"
        connection.exec_driver_sql(f"""
            INSERT OR IGNORE INTO projects (name, path, kind, created_by_us, created_at)
            SELECT name, path, 'web_app', 0, {created} FROM original_projects ORDER BY name""")  # noqa: S608 - constants
        op.execute("DROP TABLE original_projects")
