"""From what the command line names to a project that agents can work on: registered, laid out, its database open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.prompting import PROMPT_FILES
from api.backlog import service as backlog
from api.backlog.statuses import HARNESS
from api.database import Database, open_database
from api.errors import InvalidInput, NotFound
from api.projects import service as projects
from api.projects.schemas import ProjectSettings, ProjectView, PromptTexts
from registry import Registry

INSTALL_FOLDER = Path(__file__).resolve().parent.parent
TEMPLATES = INSTALL_FOLDER / "templates"
PROGRESS_FILE = "claude-progress.txt"
SPECIFICATION = "prompts/app_spec.txt"
SPECIFICATION_LIMIT = 2_000_000  # bytes


@dataclass(frozen=True)
class OpenProject:
    """A project whose `features.db` is open; the one who opened it closes it."""

    view: ProjectView
    home: Path
    database: Database
    settings: ProjectSettings

    @property
    def folder(self) -> Path:
        """The user's folder."""
        return self.view.path

    def prompt(self, role: str) -> str:
        """The project's own prompt for `role`; the template's where the project has none."""
        name = PROMPT_FILES[role]
        own = self.folder / "prompts" / name
        return (own if own.is_file() else template_prompts(self.view.kind) / name).read_text(encoding="utf-8")

    def specification(self) -> str:
        """The text of the specification. InvalidInput says where to write it when there is none."""
        path = self.folder / SPECIFICATION
        text = path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""
        if not text:
            raise InvalidInput(f"There is no specification yet: write it into {path}, or give it with --spec FILE.")
        return text

    def progress_notes(self) -> str | None:
        """What the sessions before left for the next one."""
        path = self.folder / PROGRESS_FILE
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None

    def keep_progress_notes(self, notes: str) -> None:
        """Keep what a session left, in one step."""
        temporary = self.folder / ".autocoder" / f"{PROGRESS_FILE}.new"
        temporary.parent.mkdir(exist_ok=True)
        temporary.write_text(notes, encoding="utf-8")
        temporary.replace(self.folder / PROGRESS_FILE)


def open_project(named: str, environ: Mapping[str, str], *, specification: Path | None = None) -> OpenProject:
    """The project called `named`, or in the folder `named`, which is made and registered when it is new."""
    home = projects.home_directory(environ)
    registry = Registry(home)
    try:
        view = registry.resolve(named)
    except NotFound:
        view = _register(registry, Path(named).expanduser())
    if view.state == "missing":
        raise NotFound(f"The folder {view.path} of the project {view.name!r} is gone: restore it, or register it anew.")
    text = _read_specification(specification) if specification is not None else ""
    projects.ensure_layout(view.path, _template_texts(view.kind, text))
    if text and not (view.path / SPECIFICATION).read_text(encoding="utf-8").strip():
        (view.path / SPECIFICATION).write_text(text, encoding="utf-8")
    database = open_database(view.path / "features.db", "project")
    _import_original(view.path, database)
    with database.read() as session:
        settings = projects.load_settings(session)
    return OpenProject(view, home, database, settings)


def template_prompts(kind: str) -> Path:
    """The folder of a project kind's prompts."""
    return TEMPLATES / kind / "prompts"


def name_for(folder: Path) -> str:
    """A project name made of a folder's: what is not allowed in a name becomes a hyphen."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.name).strip("-._")[:50].strip("-._")
    return name or "project"


def _register(registry: Registry, folder: Path) -> ProjectView:
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"{folder} is a file: give the folder of a project.", field="project_dir")
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    taken = {project.name.lower() for project in registry.list()}
    base = name_for(folder.resolve())
    numbered = (f"{base[:46]}-{number}" for number in range(2, 1000))
    name = next(name for name in (base, *numbered) if name.lower() not in taken)
    return registry.register(name, folder, created_by_us=made)


def _read_specification(path: Path) -> str:
    try:
        if path.stat().st_size > SPECIFICATION_LIMIT:
            raise InvalidInput(f"{path} is larger than 2 MB: a specification is text for people.", field="spec")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"The specification {path} cannot be read as text: give a UTF-8 file.", field="spec"
        ) from error
    if not text.strip():
        raise InvalidInput(f"The specification {path} is empty: say in it what to build.", field="spec")
    return text


def _template_texts(kind: str, specification: str) -> PromptTexts:
    folder = template_prompts(kind)
    return PromptTexts(
        app_spec=specification,
        initializer_prompt=(folder / PROMPT_FILES["initializer"]).read_text(encoding="utf-8"),
        coding_prompt=(folder / PROMPT_FILES["coder"]).read_text(encoding="utf-8"),
    )


def _import_original(folder: Path, database: Database) -> None:
    """Take over a `feature_list.json` of the original layout, once, into an empty backlog.

    Without one, the list that was kept of a backlog whose database is gone.
    """
    listed = folder / "feature_list.json"
    if not listed.is_file():
        backlog.FeatureList(database, folder).restore()
        return
    with database.write() as session:
        if backlog.stats(session).total == 0:
            backlog.import_feature_list(session, listed.read_text(encoding="utf-8"), actor=HARNESS)
