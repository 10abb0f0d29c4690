"""Tools that only look.

Those that take a tenth of a millisecond, whatever the number of features, run on the event loop: a reader never waits
for a writer. All others run in a thread.
"""

from __future__ import annotations

from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field

from api.backlog import service as backlog
from api.backlog.schemas import FeatureId
from mcp_server.answers import answer
from mcp_server.server import FeatureServer

Limit = Annotated[int, Field(ge=1, le=100)]


def add_reading_tools(server: FeatureServer) -> None:
    """Offer the tools that only look."""
    database, exercised = server.tool_context.database, server.tool_context.exercised

    async def feature_get_stats() -> CallToolResult:
        """How the backlog stands: counts by status, and the percentage that passes."""
        with database.read() as session:
            return answer(backlog.stats(session))

    async def feature_get_by_id(feature_id: FeatureId) -> CallToolResult:
        """One feature with its steps, dependencies, check and last receipt."""
        with database.read() as session:
            return answer(backlog.get(session, feature_id))

    def feature_get_for_regression(limit: Limit = 3) -> CallToolResult:
        """Some features that pass, picked at random, to try whether they still work."""
        with database.read() as session:
            found = backlog.for_regression(session, limit, exercised)
        return answer({"features": [feature.model_dump(mode="json") for feature in found]})

    def feature_get_ready(limit: Limit = 20) -> CallToolResult:
        """The features that can be taken now, best first."""
        with database.read() as session:
            return answer({"features": [f.model_dump(mode="json") for f in backlog.ready(session, limit)]})

    def feature_get_blocked(limit: Limit = 20) -> CallToolResult:
        """The features that wait for others, and for which ones."""
        with database.read() as session:
            blocked = backlog.blocked(session, limit)
        return answer({"features": [one.model_dump(mode="json") for one in blocked]})

    def feature_get_graph() -> CallToolResult:
        """All features as nodes (id, name, status) and what depends on what (target needs source)."""
        with database.read() as session:
            return answer(backlog.graph(session))

    server.offer(feature_get_stats, feature_get_by_id, feature_get_for_regression)
    server.offer(feature_get_ready, feature_get_blocked, feature_get_graph)
