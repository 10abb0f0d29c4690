"""feature_list.json of the original layout: taking one over, and writing one."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from api.backlog.repository import cards, listing
from api.backlog.schemas import MAX_BULK, FeatureCreate, FeatureView
from api.backlog.service import editing, journal
from api.backlog.statuses import Actor
from api.errors import InvalidInput

_NAME = 255
MAX_IMPORT = 10_000


class _Listed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    category: str = Field(default="general", min_length=1, max_length=100)
    name: str | None = Field(default=None, max_length=_NAME)
    description: str = Field(max_length=20_000)
    steps: list[str] = Field(default=[], max_length=50)
    passes: bool = False


_LIST = TypeAdapter(list[_Listed])


def import_feature_list(session: Session, json_text: str, actor: Actor) -> list[FeatureView]:
    """Add the features of a list of {category, description, steps, passes}; those that pass there are unproven here.

    Raises InvalidInput, and imports nothing, when an entry cannot be read.
    """
    listed = _parse(json_text)
    views: list[FeatureView] = []
    for start in range(0, len(listed), MAX_BULK):
        views += editing.create_bulk(session, [_feature(item) for item in listed[start : start + MAX_BULK]], actor)
    done = [view.id for view, item in zip(views, listed, strict=True) if item.passes]
    for feature_id in done:
        cards.update(session, feature_id, {"status": "passing", "proof": "unproven"})
    journal.announce_all(session, done, "imported", actor)
    journal.announce_progress(session)
    return cards.views(session, [view.id for view in views])


def export_feature_list(session: Session) -> str:
    """The backlog as a feature_list.json: by priority, with what passes."""
    return "".join(listing.feature_list(session))


def _parse(json_text: str) -> list[_Listed]:
    try:
        listed = _LIST.validate_python(json.loads(json_text))
    except ValueError as error:
        why = _first(error) if isinstance(error, ValidationError) else str(error)
        raise InvalidInput(
            f"The feature list cannot be read ({why}): give a JSON array of objects with category, description, "
            "steps and passes."
        ) from error
    if not 1 <= len(listed) <= MAX_IMPORT:
        raise InvalidInput(f"The feature list has {len(listed)} entries: give 1 to {MAX_IMPORT}.")
    return listed


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


def _feature(item: _Listed) -> FeatureCreate:
    try:
        return FeatureCreate(
            category=item.category,
            name=item.name or _shortened(item.description),
            description=item.description,
            steps=[step for step in item.steps if step.strip()],
        )
    except ValidationError as error:
        raise InvalidInput(f"An entry of the feature list cannot be taken over ({_first(error)}).") from error


def _shortened(description: str) -> str:
    line = description.strip().splitlines()[0] if description.strip() else description
    return line if len(line) <= _NAME else line[: _NAME - 1] + "…"
