"""The OpenAPI description, complete with what FastAPI cannot see: responses that are written as text."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Annotated, Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field, create_model

from api.events import Event

EVENTS_PATH = "/api/projects/{project}/events"
TEMPLATE = "#/components/schemas/{model}"
Document = dict[str, Any]  # Any: an OpenAPI document is JSON of many shapes


def describe(app: FastAPI) -> Document:
    """The document of everything `app` serves under /api, /health and /readiness."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, openapi_version="3.1.0"
    )
    page = _events_page().model_json_schema(ref_template=TEMPLATE)
    schemas = document["components"]["schemas"]
    schemas.update(page.pop("$defs"))
    schemas["EventsPage"] = page
    answer = {"application/json": {"schema": {"$ref": TEMPLATE.format(model="EventsPage")}}}
    document["paths"][EVENTS_PATH]["get"]["responses"]["200"]["content"] = answer
    return document


def _events_page() -> type[BaseModel]:
    """What `GET events` answers: each stored event with its `seq`."""
    kinds = get_args(get_args(Event)[0])
    stored = [create_model(f"Stored{kind.__name__}", __base__=kind, seq=(int, ...)) for kind in kinds]
    union: Any = reduce(operator.or_, stored)  # Any: a union of classes made here
    by_type = Field(discriminator="type")
    return create_model("EventsPage", events=(list[Annotated[union, by_type]], ...))
