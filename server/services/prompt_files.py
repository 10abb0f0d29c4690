"""The prompt files of a project folder: read and written without following a link out of it, and with a backup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from api.errors import Conflict, Unavailable
from api.projects import service as projects
from api.projects.schemas import PromptTexts

BACKUPS = Path(".autocoder") / "backups"


def read(folder: Path) -> PromptTexts:
    """The three files; a missing one reads as empty."""
    for name in projects.PROMPT_FILES.values():
        _check(folder, folder / "prompts" / name)
    return projects.read_prompts(folder)


def write(folder: Path, changes: dict[str, str]) -> PromptTexts:
    """Write the files named in `changes` (by field); what was there before is kept in .autocoder/backups."""
    before = read(folder)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    try:
        for field, text in changes.items():
            name = projects.PROMPT_FILES[field]
            old = getattr(before, field)
            if old.strip() and old != text:
                (folder / BACKUPS).mkdir(parents=True, exist_ok=True)
                (folder / BACKUPS / f"{name}.{stamp}").write_text(old, encoding="utf-8")
            _replace(folder / "prompts" / name, text)
    except OSError as error:
        raise Unavailable(f"{error.filename} cannot be written ({error.strerror}): check its rights.") from error
    return read(folder)


def lay_out(folder: Path, templates: Path, kind: str, specification: str) -> None:
    """Make `prompts/` and `.autocoder/` with the texts of a project kind; files that exist stay as they are."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (templates / kind / "prompts").glob("*.md")}
    projects.ensure_layout(
        folder,
        PromptTexts(
            app_spec=specification,
            initializer_prompt=texts.get("initializer_prompt", ""),
            coding_prompt=texts.get("coding_prompt", ""),
        ),
    )


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, encoding="utf-8", newline="")
    draft.replace(path)


def _check(folder: Path, path: Path) -> None:
    """A link would read, or overwrite, a file somewhere else."""
    if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
        raise Conflict(f"{path} is a link: put a file of its own there.")
