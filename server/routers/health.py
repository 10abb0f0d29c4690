"""Whether the process answers, and whether it can serve. Loaded before everything else, so it imports little."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from server.health import Health, Readiness
from server.loading import Loading
from server.settings import VERSION

router = APIRouter(tags=["health"])


@router.get("/health", operation_id="getHealth")
async def health(request: Request) -> Health:
    """The process answers; open to everybody. `instance` names this server process."""
    return Health(status="healthy", version=VERSION, instance=request.app.state.settings.instance)


@router.get("/readiness", operation_id="getReadiness", responses={503: {"model": Readiness}})
async def readiness(request: Request, response: Response) -> Readiness:
    """Whether requests can be served: everything is loaded, and the registry can be read."""
    loading: Loading = request.app.state.loading
    found = await loading.readiness()
    if found.status != "ready":
        response.status_code = 503
    return found
