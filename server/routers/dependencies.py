"""`/api/projects/{project}/features/{id}/dependencies`: what a feature waits for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.backlog import service as backlog
from api.backlog.schemas import MAX_ID, FeatureView
from api.backlog.statuses import PERSON
from server.deps import FeatureId, StoreDep
from server.errors import error_responses
from server.schemas import Dependencies

DependsOn = Annotated[int, Path(ge=1, le=MAX_ID, description="The feature that has to pass first")]

router = APIRouter(
    prefix="/api/projects/{project}/features/{feature_id}/dependencies",
    tags=["features"],
    responses=error_responses(404, 409, 422, 503),
)


@router.put("", operation_id="setDependencies")
def set_dependencies(store: StoreDep, feature_id: FeatureId, wanted: Dependencies) -> FeatureView:
    """Make these all that the feature depends on; cycles, itself and unknown ids are refused."""
    with store.write() as session:
        return backlog.set_dependencies(session, feature_id, wanted.dependencies, PERSON)


@router.post("/{depends_on}", operation_id="addDependency")
def add_dependency(store: StoreDep, feature_id: FeatureId, depends_on: DependsOn) -> FeatureView:
    """Make the feature depend on one more."""
    with store.write() as session:
        return backlog.add_dependency(session, feature_id, depends_on, PERSON)


@router.delete("/{depends_on}", operation_id="removeDependency")
def remove_dependency(store: StoreDep, feature_id: FeatureId, depends_on: DependsOn) -> FeatureView:
    """Make the feature depend on one less."""
    with store.write() as session:
        return backlog.remove_dependency(session, feature_id, depends_on, PERSON)
