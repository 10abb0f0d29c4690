"""`/api/setup`: what is missing before agents can run."""

from __future__ import annotations

from fastapi import APIRouter, Request

from server.schemas import SetupStatus
from server.services.setup import Setup

router = APIRouter(prefix="/api/setup", tags=["setup"])


@router.get("/status", operation_id="getSetupStatus")
def status(request: Request) -> SetupStatus:
    """What a run needs, what of it is there, and the remedy for the rest."""
    found: Setup = request.app.state.setup
    return found.status()
