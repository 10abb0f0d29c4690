"""Tools that change what is in the backlog."""

from __future__ import annotations

from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field

from api.backlog import service as backlog
from api.backlog.schemas import (
    MAX_BULK,
    Category,
    Dependencies,
    Description,
    FeatureCreate,
    FeatureId,
    FeatureUpdate,
    Name,
    Priority,
    Steps,
)
from mcp_server.answers import answer
from mcp_server.server import FeatureServer


def add_editing_tools(server: FeatureServer) -> None:
    """Offer the tools that change what is in the backlog."""
    given = server.tool_context
    database = given.database

    def feature_create(
        category: Category,
        name: Name,
        description: Description,
        steps: Steps,
        dependencies: Dependencies | None = None,
    ) -> CallToolResult:
        """Add one feature at the end of the queue. `dependencies` are ids of features that must pass first."""
        new = FeatureCreate(
            category=category, name=name, description=description, steps=steps, dependencies=dependencies or []
        )
        with database.write() as session:
            return answer(backlog.create(session, new, given.actor))

    def feature_create_bulk(
        features: Annotated[list[FeatureCreate], Field(min_length=1, max_length=MAX_BULK)],
    ) -> CallToolResult:
        """Add 1 to 500 features in order, all or none. `depends_on_indices` are places in this same list, from 0."""
        with database.write() as session:
            created = backlog.create_bulk(session, features, given.actor)
        return answer({"created": len(created), "ids": [feature.id for feature in created]})

    def feature_update(
        feature_id: FeatureId,
        *,
        category: Category | None = None,
        name: Name | None = None,
        description: Description | None = None,
        steps: Steps | None = None,
        priority: Priority | None = None,
        dependencies: Dependencies | None = None,
    ) -> CallToolResult:
        """Change the given fields of a feature. A lower priority comes earlier."""
        changes = FeatureUpdate(
            category=category,
            name=name,
            description=description,
            steps=steps,
            priority=priority,
            dependencies=dependencies,
        )
        with database.write() as session:
            return answer(backlog.update(session, feature_id, changes, given.actor))

    def feature_delete(feature_id: FeatureId) -> CallToolResult:
        """Take a feature out of the backlog; features that depended on it no longer wait for it."""
        with database.write() as session:
            backlog.delete(session, feature_id, given.actor)
        return answer({"deleted": feature_id})

    def feature_set_dependencies(feature_id: FeatureId, ids: Dependencies) -> CallToolResult:
        """Make `ids` all that the feature depends on; an empty list makes it independent."""
        with database.write() as session:
            return answer(backlog.set_dependencies(session, feature_id, ids, given.actor))

    server.offer(feature_create, feature_create_bulk, feature_update, feature_delete, feature_set_dependencies)
