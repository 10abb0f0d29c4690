"""`/api/projects`: the registry, and what belongs to a project as a whole."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.backlog import service as backlog
from api.backlog.schemas import Stats
from api.errors import InvalidInput
from api.projects import service as projects
from server.deps import DatabasesDep, ProjectName, SettingsDep, StoreDep, WatchersDep
from server.errors import error_responses
from server.schemas import Imported, ListedFeature, Project, ProjectCreate, ProjectUpdate, Prompts, PromptsUpdate
from server.services import folders, project_files, prompt_files
from server.services.project_views import view

router = APIRouter(prefix="/api/projects", tags=["projects"], responses=error_responses(404, 409, 422, 503))


@router.get("", operation_id="listProjects")
def list_projects(databases: DatabasesDep) -> list[Project]:
    """All projects by name."""
    return [view(project, databases) for project in databases.list()]


@router.post("", status_code=201, operation_id="createProject", responses=error_responses(403))
def create_project(wanted: ProjectCreate, databases: DatabasesDep, settings: SettingsDep) -> Project:
    """Register a project; its folder is made when it does not exist."""
    return view(project_files.create(wanted, databases, settings), databases)


@router.get("/{project}", operation_id="getProject")
def get_project(project: ProjectName, databases: DatabasesDep) -> Project:
    """One project."""
    return view(databases.find(project), databases)


@router.get("/{project}/feature_list.json", operation_id="exportFeatures", response_model=list[ListedFeature])
def export_features(store: StoreDep) -> Response:
    """The backlog as a feature_list.json: by priority, with what passes."""
    with store.read() as session:
        return Response(backlog.export_feature_list(session), media_type="application/json")


@router.patch("/{project}", operation_id="updateProject")
def update_project(project: ProjectName, changes: ProjectUpdate, databases: DatabasesDep) -> Project:
    """Change settings, rename, or say where the folder was moved to."""
    if not changes.model_fields_set:
        raise InvalidInput("Nothing to change was given: name at least one field with its new value.")
    found = databases.find(project)
    if changes.path is not None or changes.name is not None:
        project_files.refuse_while_running(found, databases)
    wanted = dict(changes.settings or {})
    if changes.proof_policy is not None:
        wanted["verification"] = changes.proof_policy
    if "budget_usd" in changes.model_fields_set:
        wanted["budget_day_usd"] = changes.budget_usd
    with databases.registry().write() as session:
        if changes.path is not None:
            found = projects.relocate(session, found.name, folders.resolve(changes.path))
        if changes.name is not None:
            found = projects.rename(session, found.name, changes.name)
        if wanted:  # inside, so that a setting that is refused renames and moves nothing
            with databases.project(found.path).write() as own:
                projects.save_settings(own, wanted)
    return view(found, databases)


@router.delete("/{project}", status_code=204, operation_id="deleteProject", responses=error_responses(403))
def delete_project(
    project: ProjectName,
    databases: DatabasesDep,
    watchers: WatchersDep,
    *,
    delete_files: Annotated[bool, Query(description="Also its folder, where AutoCoder made it")] = False,
) -> None:
    """Forget a project: its sockets are closed, its folder stays unless `delete_files` is given."""
    found = databases.find(project)
    project_files.remove(found, databases, delete_files=delete_files)
    watchers.forget(found.path)


@router.get("/{project}/stats", operation_id="getStats")
def get_stats(store: StoreDep) -> Stats:
    """How the backlog stands."""
    with store.read() as session:
        return backlog.stats(session)


@router.get("/{project}/prompts", operation_id="getPrompts")
def get_prompts(store: StoreDep) -> Prompts:
    """The specification and the prompts."""
    return Prompts(**prompt_files.read(store.project.path).model_dump())


@router.put("/{project}/prompts", operation_id="savePrompts")
def save_prompts(store: StoreDep, changes: PromptsUpdate) -> Prompts:
    """Write the files that are given; what was there before is kept."""
    given = changes.model_dump(exclude_none=True)
    return Prompts(**prompt_files.write(store.project.path, given).model_dump())


@router.post("/{project}/import", operation_id="importProject")
def import_project(store: StoreDep, settings: SettingsDep) -> Imported:
    """Get the folder of an existing code base ready for agents."""
    return project_files.import_existing(store.project, store.databases, settings)


@router.post("/{project}/reset", operation_id="resetProject")
def reset_project(store: StoreDep) -> Project:
    """Begin the backlog anew; the old one is kept in .autocoder/backups."""
    project_files.reset(store.project, store.databases)
    return view(store.project, store.databases)
