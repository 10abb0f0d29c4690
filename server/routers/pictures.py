"""`/api/projects/{project}/features/{id}/receipts/{receipt}/artefacts/{name}`: pictures a check left behind."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.backlog import service as backlog
from api.backlog.schemas import MAX_ID
from api.errors import NotFound
from harness.verification import artefacts
from harness.workspaces.files import Root
from server.deps import FeatureId, StoreDep
from server.errors import error_responses

ReceiptId = Annotated[int, Path(ge=1, le=MAX_ID, description="The run of the check")]

router = APIRouter(
    prefix="/api/projects/{project}/features/{feature_id}/receipts/{receipt_id}/artefacts",
    tags=["features"],
    responses=error_responses(404, 422, 503),
)


@router.get(
    "/{name}", operation_id="getPicture", response_class=Response, responses={200: {"content": {"image/*": {}}}}
)
def get_picture(
    store: StoreDep, feature_id: FeatureId, receipt_id: ReceiptId, name: Annotated[str, Path(max_length=100)]
) -> Response:
    """A picture, as it was when the check had run."""
    with store.read() as session:
        receipt = backlog.verification(session, receipt_id)
    known = receipt.feature_id == feature_id and name in receipt.artefacts
    data = Root(artefacts.folder_of(store.project.path, receipt_id)).read(name, artefacts.LARGEST) if known else None
    kind = None if data is None else artefacts.kind_of(data)
    if data is None or kind is None:
        raise NotFound(f"The check of feature {feature_id} left no picture {name!r}: its receipt lists what there is.")
    headers = {"cache-control": "private, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
    return Response(data, media_type=f"image/{kind}".replace("jpg", "jpeg"), headers=headers)
