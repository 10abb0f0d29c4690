"""Making, importing, resetting and removing projects: the steps that touch the registry and the folder together."""

from __future__ import annotations

import contextlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api.backlog import service as backlog
from api.backlog.statuses import PERSON
from api.errors import AppError, Conflict, InvalidInput, NotAllowed, Unavailable
from api.projects import rules
from api.projects import service as projects
from api.projects.schemas import ProjectView
from api.runs import service as runs
from harness import processes
from harness.workspaces.repository import ProjectRepository
from server.schemas import Imported, ProjectCreate
from server.services import folders, prompt_files
from server.services.databases import FEATURES, Databases
from server.settings import Settings

FEATURE_LIST: Final = "feature_list.json"


def create(wanted: ProjectCreate, databases: Databases, settings: Settings) -> ProjectView:
    """Register a project in a folder, made when it is not there; its prompts laid out. All or nothing."""
    if settings.demo:
        raise NotAllowed("The demo builds only its sample: start AutoCoder without --demo for projects of your own.")
    complaint = rules.complaint_about_name(wanted.name)
    if complaint is not None:
        raise InvalidInput(complaint, field="name")
    known = _known_kinds(settings.install_folder / "templates")
    if wanted.kind not in known:
        raise InvalidInput(f"There is no kind of project {wanted.kind!r}: choose {', '.join(known)}.", field="kind")
    folder = folders.resolve(wanted.path)
    found = folders.check_for_project(folder, home=settings.home, install_folder=settings.install_folder)
    if not found.usable:
        raise InvalidInput(found.detail, field="path")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _enter(wanted, folder, databases, settings, made=not found.exists)
    except OSError as error:
        reason = f"{error.filename or folder} cannot be written ({error.strerror}): choose another folder."
        raise Unavailable(reason) from error


def import_existing(project: ProjectView, databases: Databases, settings: Settings) -> Imported:
    """Get a folder with code ready for agents: a repository, the prompts, the cards of a feature_list.json."""
    prompt_files.lay_out(project.path, settings.install_folder / "templates", project.kind, "")
    prepared = ProjectRepository(project.path, settings.home, project.name).prepare()
    listed = project.path / FEATURE_LIST
    imported = 0
    if listed.is_file() and not listed.is_symlink():
        with databases.project(project.path).write() as session:
            if backlog.stats(session).total == 0:
                imported = len(backlog.import_feature_list(session, _text(listed), PERSON))
    return Imported(repository_created=prepared.created, features_imported=imported, notes=list(prepared.notes))


def reset(project: ProjectView, databases: Databases) -> None:
    """Begin the backlog anew; what was is kept in .autocoder/backups. Files and settings stay."""
    refuse_while_running(project, databases)
    database = databases.project(project.path)
    with database.read() as session:
        settings = projects.load_settings(session)
    databases.forget(project.path)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = project.path / prompt_files.BACKUPS
    kept.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        path = project.path / f"{FEATURES}{suffix}"
        if path.exists():
            path.replace(kept / f"features.{stamp}.db{suffix}")
    listed = project.path / backlog.LISTED
    if listed.is_file():  # a new database would take it over again
        listed.replace(kept / f"{listed.name}.{stamp}")
    with databases.project(project.path).write() as session:
        projects.save_settings(session, settings.model_dump())
    listed.unlink(missing_ok=True)  # written once more by somebody who had looked before


def remove(project: ProjectView, databases: Databases, *, delete_files: bool) -> None:
    """Take a project out of the registry; its folder only where AutoCoder made it and that is asked for."""
    if delete_files and not project.created_by_us:
        raise NotAllowed(f"{project.path} was there before AutoCoder: delete it yourself, if you mean to.")
    refuse_while_running(project, databases)
    with databases.registry().write() as session:
        projects.unregister(session, project.name)
    with contextlib.suppress(AppError):  # no agent has worked on it, or its folder is gone
        ProjectRepository(project.path, databases.home, project.name).forget()
    databases.forget(project.path)
    if delete_files and project.path.is_dir() and not project.path.is_symlink():
        shutil.rmtree(project.path)


def _enter(wanted: ProjectCreate, folder: Path, databases: Databases, settings: Settings, *, made: bool) -> ProjectView:
    try:
        with databases.registry().write() as session:
            project = projects.register(session, wanted.name, folder, created_by_us=made, kind=wanted.kind)
            prompt_files.lay_out(folder, settings.install_folder / "templates", wanted.kind, wanted.spec)
            if wanted.spec.strip():  # where the folder had a specification before, that is kept beside it
                prompt_files.write(folder, {"app_spec": wanted.spec})
    except BaseException:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return project


def refuse_while_running(project: ProjectView, databases: Databases) -> None:
    """Conflict when agents work on the project: its name and folder are theirs just now."""
    if project.state == "missing" or not (project.path / FEATURES).is_file():
        return
    with databases.project(project.path).read() as session:
        run = runs.latest_run(session)
    if run is not None and run.live and processes.is_alive(run.pid, run.process_started):
        raise Conflict(f"Run {run.id} is working on this project: stop it first.")


def _known_kinds(templates: Path) -> list[str]:
    return sorted(path.parent.name for path in templates.glob("*/prompts"))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
