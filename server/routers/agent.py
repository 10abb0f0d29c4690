"""`/api/projects/{project}/agent`: start, pause, resume, stop, and how it stands."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from api.projects.schemas import ProjectView
from server.deps import Store, StoreDep, SupervisorDep
from server.errors import error_responses
from server.schemas import AgentStart, AgentStatus
from server.services import overview

router = APIRouter(
    prefix="/api/projects/{project}/agent", tags=["agent"], responses=error_responses(404, 409, 422, 503)
)


@router.get("/status", operation_id="getAgentStatus")
def status(store: StoreDep) -> AgentStatus:
    """The newest run, and who works in it."""
    with store.read() as session:
        return overview.agent_status(session)


@router.post("/start", operation_id="startAgents")
def start(store: StoreDep, supervisor: SupervisorDep, options: AgentStart) -> AgentStatus:
    """Start a run; answers when it has begun. 503 says what is missing (a login, a key) and the remedy."""
    supervisor.start(store.project, options)
    return status(store)


@router.post("/pause", operation_id="pauseAgents")
def pause(store: StoreDep, supervisor: SupervisorDep) -> AgentStatus:
    """Pause when the session that is running is done."""
    return _ask(store, supervisor.pause)


@router.post("/resume", operation_id="resumeAgents")
def resume(store: StoreDep, supervisor: SupervisorDep) -> AgentStatus:
    """Go on with a paused or parked run."""
    return _ask(store, supervisor.resume)


@router.post("/stop", operation_id="stopAgents")
def stop(store: StoreDep, supervisor: SupervisorDep) -> AgentStatus:
    """Interrupt and stop; what does not end by itself is ended."""
    return _ask(store, supervisor.stop)


def _ask(store: Store, command: Callable[[ProjectView], None]) -> AgentStatus:
    command(store.project)
    return status(store)
