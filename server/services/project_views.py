"""Projects as the list shows them; one that cannot be read says why and stays in the list."""

from __future__ import annotations

from api.backlog import service as backlog
from api.errors import AppError
from api.projects import service as projects
from api.projects.schemas import ProjectSettings, ProjectView
from api.runs import service as runs
from server.schemas import Progress, Project
from server.services import overview
from server.services.databases import FEATURES, Databases


def view(project: ProjectView, databases: Databases) -> Project:
    """One project as it stands."""
    if project.state == "missing":
        return _empty(project, f"The folder {project.path} is gone: put it back, or say where it was moved to.")
    if not (project.path / FEATURES).is_file():
        return _empty(project, None)
    try:
        return _read(project, databases)
    except AppError as error:
        return _empty(project, error.detail)


def _read(project: ProjectView, databases: Databases) -> Project:
    with databases.project(project.path).read() as session:
        stats = backlog.stats(session)
        run = runs.latest_run(session)
        today = runs.usage_totals(session, since=overview.midnight())
        settings = projects.load_settings(session)
        active = overview.last_activity(session)
        counted = overview.progress(session)
    found = _empty(project, None)
    return found.model_copy(
        update={
            "status": run.status if run else "idle",
            "status_reason": run.reason if run else None,
            "status_until": run.parked_until if run else None,
            "progress": counted,
            "needs_input": stats.needs_input,
            "failing": stats.failing,
            "cost_today_usd": today.cost_usd,
            "cost_estimated": today.estimated,
            "last_activity_at": active,
            "proof_policy": settings.verification,
            "budget_usd": settings.budget_day_usd,
            "settings": settings,
        }
    )


def _empty(project: ProjectView, problem: str | None) -> Project:
    settings = ProjectSettings()
    return Project(
        name=project.name,
        path=project.path,
        kind=project.kind,
        created_at=project.created_at,
        created_by_us=project.created_by_us,
        status="idle",
        status_reason=None,
        status_until=None,
        progress=Progress(passing=0, proven=0, unproven=0, in_progress=0, total=0, percentage=0.0),
        needs_input=0,
        failing=0,
        cost_today_usd=0.0,
        cost_estimated=False,
        last_activity_at=None,
        proof_policy=settings.verification,
        budget_usd=settings.budget_day_usd,
        settings=settings,
        problem=problem,
    )
