"""`/api/projects/{project}/features`: the backlog."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel

from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate, FeatureUpdate, FeatureView, Graph, VerificationView
from api.backlog.statuses import PERSON, Status
from api.errors import Conflict
from api.runs import service as runs
from api.runs.schemas import UsageTotals
from harness.verification import undoing
from harness.verification.undoing import Undone
from harness.workspaces.repository import ProjectRepository
from server.deps import (
    BoardsDep,
    ChecksDep,
    DatabasesDep,
    FeatureId,
    NoticedDep,
    ProjectName,
    Store,
    StoreDep,
    open_store,
)
from server.errors import error_responses
from server.schemas import (
    AffectedFeature,
    Answers,
    Board,
    Changes,
    FeatureBulk,
    FeatureColumns,
    FeaturePatch,
    TimelineEntry,
    UndoFeature,
    UndoneFeature,
    UndoPreview,
)
from server.services import changes, timeline
from server.services.board import gunzip

router = APIRouter(
    prefix="/api/projects/{project}/features", tags=["features"], responses=error_responses(404, 409, 422, 503)
)


@router.get("", operation_id="listFeatures", response_model=FeatureColumns | Board)
def list_features(
    store: NoticedDep,
    boards: BoardsDep,
    view: Annotated[Literal["full", "board"], Query(description="board: short cards, with an ETag")] = "full",
    if_none_match: Annotated[str | None, Header()] = None,
    accept_encoding: Annotated[str, Header()] = "",
) -> Response:
    """All features: whole and grouped by column, or as a board of short cards for thousands of them."""
    if view == "full":
        with store.read() as session:
            return _json(_columns(backlog.listing(session)))
    board = boards.read(store.database, if_none_match)
    headers = {"cache-control": "no-cache", "vary": "accept-encoding"}
    if board is None:
        return Response(status_code=304, headers=headers | {"etag": if_none_match or ""})
    headers["etag"] = f'W/"{board.tag}"'
    if "gzip" not in accept_encoding:
        return Response(gunzip(board), headers=headers, media_type="application/json")
    headers["content-encoding"] = "gzip"
    return Response(board.compressed, headers=headers, media_type="application/json")


@router.post("", status_code=201, operation_id="createFeature")
def create_feature(store: StoreDep, feature: FeatureCreate) -> FeatureView:
    """Add a feature at the end of the queue."""
    with store.write() as session:
        return backlog.create(session, feature, PERSON)


@router.post("/bulk", status_code=201, operation_id="createFeatures")
def create_features(store: StoreDep, bulk: FeatureBulk) -> list[FeatureView]:
    """Add 1..500 features in order, all or none."""
    with store.write() as session:
        return backlog.create_bulk(session, bulk.features, PERSON)


@router.get("/graph", operation_id="getFeatureGraph", response_model=Graph)
def get_graph(store: StoreDep) -> Response:
    """All features and what depends on what."""
    with store.read() as session:
        found = backlog.graph(session)
    return _json({"nodes": found.nodes, "edges": found.edges})


@router.get("/{feature_id}", operation_id="getFeature")
def get_feature(store: StoreDep, feature_id: FeatureId) -> FeatureView:
    """One feature."""
    with store.read() as session:
        return backlog.get(session, feature_id)


@router.patch("/{feature_id}", operation_id="updateFeature")
def update_feature(store: StoreDep, feature_id: FeatureId, wanted: FeaturePatch) -> FeatureView:
    """Change the fields that are given; `status` moves the card by hand, without proof."""
    fields = wanted.model_dump(exclude_unset=True, exclude={"status", "reason"})
    with store.write() as session:
        if wanted.status == "passing":
            view = backlog.mark_passing(session, feature_id, actor=PERSON, proof="unproven")
        elif wanted.status == "failing":
            view = backlog.mark_failing(session, feature_id, wanted.reason, actor=PERSON)
        if wanted.status is None or fields:
            view = backlog.update(session, feature_id, FeatureUpdate.model_validate(fields), PERSON)
        return view


@router.delete("/{feature_id}", status_code=204, operation_id="deleteFeature")
def delete_feature(store: StoreDep, feature_id: FeatureId) -> None:
    """Take a feature out of the backlog; `restore` brings it back."""
    with store.write() as session:
        backlog.delete(session, feature_id, PERSON)


@router.post("/{feature_id}/restore", operation_id="restoreFeature")
def restore_feature(store: StoreDep, feature_id: FeatureId) -> FeatureView:
    """Bring a deleted feature back."""
    with store.write() as session:
        return backlog.restore(session, feature_id, PERSON)


@router.patch("/{feature_id}/skip", operation_id="skipFeature")
def skip_feature(store: StoreDep, feature_id: FeatureId) -> FeatureView:
    """Put a feature at the end of the queue."""
    with store.write() as session:
        return backlog.skip(session, feature_id, PERSON)


@router.post("/{feature_id}/resolve-human-input", operation_id="answerFeature")
def resolve_human_input(store: StoreDep, feature_id: FeatureId, given: Answers) -> FeatureView:
    """Answer what an agent asked: the feature goes back to the backlog with the answers."""
    with store.write() as session:
        return backlog.resolve_human(session, feature_id, given.answers, actor=PERSON)


@router.post("/{feature_id}/verify", status_code=202, operation_id="verifyFeature")
async def verify_feature(
    project: ProjectName, feature_id: FeatureId, databases: DatabasesDep, checks: ChecksDep
) -> VerificationView:
    """Run the feature's check now, on what has landed and what the user committed; answers when it has begun."""
    store = await asyncio.to_thread(open_store, project, databases)
    database = await asyncio.to_thread(lambda: store.database)
    return await checks.begin(database, store.project.path, feature_id)


@router.get("/{feature_id}/undo", operation_id="previewUndo")
def preview_undo(store: StoreDep, feature_id: FeatureId) -> UndoPreview:
    """What taking back would do now, or why it would be refused; nothing is changed."""
    try:
        found = undoing.preview(store.database, _repository(store), feature_id, actor=PERSON)
    except Conflict as error:
        return UndoPreview(commits=[], stale=[], obstacle=error.detail)
    stale = [AffectedFeature(id=card.id, name=card.name) for card in found.stale]
    return UndoPreview(commits=list(found.commits), stale=stale, obstacle=None)


@router.post("/{feature_id}/undo", operation_id="undoFeature")
async def undo_feature(
    project: ProjectName, feature_id: FeatureId, wanted: UndoFeature, databases: DatabasesDep, checks: ChecksDep
) -> UndoneFeature:
    """Take back what landed for a feature, by one commit: it is pending again.

    What touches its files or builds on it is stale, and checked again.
    """
    store = await asyncio.to_thread(open_store, project, databases)
    undone = await asyncio.to_thread(_undo, store, feature_id, wanted.reason)
    checks.settle(store.database, store.project.path)
    return UndoneFeature(
        feature=undone.feature,
        commit=undone.commit,
        reverted=list(undone.reverted),
        stale=list(undone.stale),
        note=undone.note,
    )


@router.get("/{feature_id}/diff", operation_id="getChanges")
def get_changes(store: StoreDep, feature_id: FeatureId) -> Changes:
    """What was changed for a feature: the commits that landed, newest first."""
    with store.read() as session:
        backlog.get(session, feature_id)
    return changes.of_feature(_repository(store), feature_id)


@router.get("/{feature_id}/receipts", operation_id="listReceipts")
def list_receipts(
    store: StoreDep, feature_id: FeatureId, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> list[VerificationView]:
    """The runs of a feature's check, newest first, passed or not."""
    with store.read() as session:
        backlog.get(session, feature_id)
        return backlog.receipts(session, feature_id, limit)


@router.get("/{feature_id}/usage", operation_id="getFeatureUsage")
def get_usage(store: StoreDep, feature_id: FeatureId) -> UsageTotals:
    """What a feature has cost so far; of a session for several features its equal part."""
    with store.read() as session:
        backlog.get(session, feature_id)
        return runs.usage_totals(session, feature_id=feature_id)


@router.get("/{feature_id}/timeline", operation_id="getTimeline")
def get_timeline(store: StoreDep, feature_id: FeatureId) -> list[TimelineEntry]:
    """Why a card is where it is: its changes, oldest first, a sentence each."""
    with store.read() as session:
        return timeline.of_feature(session, feature_id)


def _undo(store: Store, feature_id: int, reason: str) -> Undone:
    return undoing.undo(store.database, _repository(store), feature_id, reason, actor=PERSON)


def _repository(store: Store) -> ProjectRepository:
    return ProjectRepository(store.project.path, store.databases.home, store.project.name)


def _columns(features: Sequence[FeatureView]) -> dict[str, list[FeatureView]]:
    columns: dict[Status, str] = {
        "pending": "pending",
        "in_progress": "in_progress",
        "passing": "done",
        "failing": "failing",
        "needs_input": "needs_input",
    }
    return {name: [found for found in features if found.status == status] for status, name in columns.items()}


def _json(lists: Mapping[str, Sequence[BaseModel]]) -> Response:
    """An object of lists, written item by item: one call for thousands of them would stop every other thread."""
    members = (f'"{name}":[{",".join(item.model_dump_json() for item in items)}]' for name, items in lists.items())
    return Response(f"{{{','.join(members)}}}", media_type="application/json")
