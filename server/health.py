"""The two answers that exist before the rest of the server is loaded."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class Health(BaseModel):
    """The process answers. `instance` names this server process."""

    status: Literal["healthy"]
    version: str
    instance: str


class Readiness(BaseModel):
    """Whether requests can be served; `detail` says what is missing."""

    status: Literal["ready", "starting", "unready"]
    detail: str = ""
