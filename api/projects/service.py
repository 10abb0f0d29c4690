"""Projects: the home, the registry, settings, and the files every project folder has.

The registry (name -> folder) is in registry.db of the home. Settings are in the project's own features.db, so every
program that has the backlog open can read them, and they move with the folder.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.errors import Conflict, InvalidInput, NotFound, Unavailable
from api.projects import repository, rules
from api.projects.repository import Entry
from api.projects.schemas import ProjectSettings, ProjectState, ProjectView, PromptTexts

PROMPT_FILES = {
    "app_spec": "app_spec.txt",
    "initializer_prompt": "initializer_prompt.md",
    "coding_prompt": "coding_prompt.md",
}


def home_directory(environ: Mapping[str, str]) -> Path:
    """The AutoCoder home, made if needed, and readable by its owner alone."""
    home = rules.home_path(environ, Path.home()).absolute()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if (home / "registry.db").exists() or not any(home.iterdir()):
            home.chmod(0o700)  # not a folder of somebody else's that AUTOCODER_HOME names by mistake
    except OSError as error:
        raise Unavailable(
            f"The AutoCoder home {home} cannot be used ({error.strerror}): set AUTOCODER_HOME to a folder of yours."
        ) from error
    return home


def register(session: Session, name: str, path: Path, *, created_by_us: bool, kind: str) -> ProjectView:
    """Enter an existing folder under `name`. Conflict when the name or the folder is taken."""
    _check_name(name)
    folder = _folder(path)
    if repository.by_name(session, name) is not None:
        raise Conflict(f"There already is a project called {name!r}: choose another name.", field="name")
    _check_free(session, folder)
    entry = Entry(name, str(folder), kind, created_by_us, time.time())
    repository.insert(session, entry)
    return _view(entry)


def resolve(session: Session, name_or_path: str) -> ProjectView:
    """The project with this name, or with this folder; NotFound when there is none."""
    found = repository.by_name(session, name_or_path)
    if found is None and name_or_path:
        found = repository.by_path(session, str(Path(name_or_path).expanduser().resolve()))
    if found is None:
        raise NotFound(f"There is no project {name_or_path!r}: register it, or give the name of one that exists.")
    return _view(found)


def list_projects(session: Session) -> list[ProjectView]:
    """All projects by name; one whose folder is gone is listed as `missing`."""
    return [_view(entry) for entry in repository.entries(session)]


def unregister(session: Session, name: str) -> ProjectView:
    """Remove the entry (never the folder); what it was."""
    found = resolve(session, name)
    repository.delete(session, found.name)
    return found


def relocate(session: Session, name: str, path: Path) -> ProjectView:
    """Tell the registry that a project's folder was moved to `path`."""
    found = resolve(session, name)
    folder = _folder(path)
    if folder != found.path:
        _check_free(session, folder)
        repository.move(session, found.name, str(folder))
    return resolve(session, found.name)


def rename(session: Session, name: str, new_name: str) -> ProjectView:
    """Give a project another name."""
    found = resolve(session, name)
    _check_name(new_name)
    other = repository.by_name(session, new_name)
    if other is not None and other.name != found.name:
        raise Conflict(f"There already is a project called {new_name!r}: choose another name.", field="name")
    repository.rename(session, found.name, new_name)
    return resolve(session, new_name)


def load_settings(session: Session) -> ProjectSettings:
    """The settings in a project's features.db; the defaults where none were saved."""
    body = repository.settings(session)
    if body is None:
        return ProjectSettings()
    known = {name: value for name, value in json.loads(body).items() if name in ProjectSettings.model_fields}
    return ProjectSettings.model_validate(known)


def save_settings(session: Session, changes: Mapping[str, Any]) -> ProjectSettings:  # Any: checked by the schema
    """Change the settings named in `changes`; all of them as they are now. InvalidInput names the field at fault."""
    try:
        settings = ProjectSettings.model_validate({**load_settings(session).model_dump(), **changes})
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else None
        raise InvalidInput(f"The setting {field} cannot be that: {first['msg']}.", field=field) from error
    repository.write_settings(session, settings.model_dump_json())
    return settings


def ensure_layout(folder: Path, prompts: PromptTexts) -> list[Path]:
    """Make `prompts/` and `.autocoder/` in a project folder; files that exist are left as they are. The new files."""
    (folder / "prompts").mkdir(parents=True, exist_ok=True)
    (folder / ".autocoder").mkdir(exist_ok=True)
    written = []
    for field, name in PROMPT_FILES.items():
        path = folder / "prompts" / name
        try:
            with path.open("x", encoding="utf-8") as file:  # "x": a file that appears meanwhile is the user's
                file.write(getattr(prompts, field))
        except FileExistsError:
            continue
        written.append(path)
    return written


def read_prompts(folder: Path) -> PromptTexts:
    """The three prompt files as they are; a missing one reads as empty."""
    texts = {field: _read(folder / "prompts" / name) for field, name in PROMPT_FILES.items()}
    return PromptTexts(**texts)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _check_name(name: str) -> None:
    complaint = rules.complaint_about_name(name)
    if complaint is not None:
        raise InvalidInput(complaint, field="name")


def _folder(path: Path) -> Path:
    folder = path.expanduser().resolve()
    if not folder.is_dir():
        raise NotFound(f"The folder {folder} does not exist: create it first, or correct the path.", field="path")
    return folder


def _check_free(session: Session, folder: Path) -> None:
    other = repository.by_path(session, str(folder))
    if other is not None:
        raise Conflict(f"The folder {folder} already is the project {other.name!r}.", field="path")


def _view(entry: Entry) -> ProjectView:
    path = Path(entry.path)
    state: ProjectState = "ready" if path.is_dir() else "missing"
    return ProjectView(
        name=entry.name,
        path=path,
        kind=entry.kind,
        created_by_us=entry.created_by_us,
        created_at=datetime.fromtimestamp(entry.created_at, UTC),
        state=state,
    )
