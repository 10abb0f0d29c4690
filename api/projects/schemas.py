"""Projects as everyone sees them, and their settings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ProjectState = Literal["ready", "missing"]
VerificationPolicy = Literal["proven", "green", "off"]
Dollars = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProjectView(_Schema):
    """A registered project. `missing`: its folder is gone; relocate it or remove the entry."""

    name: str
    path: Path
    kind: str
    created_by_us: bool
    created_at: datetime
    state: ProjectState


class ProjectSettings(_Schema):
    """How agents work on a project. Kept in its features.db, so it moves with the folder."""

    verification: VerificationPolicy = "proven"
    """`proven`: the check must fail without the work and pass with it, in fresh places on clean checkouts.
    `green`: only the second of these. `off`: the agent's word, marked unproven."""

    model: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    """The model of the agents; None for the installation's default."""

    concurrency: Annotated[int, Field(ge=1, le=8)] = 1
    """Agents that work at the same time."""

    testing_ratio: Annotated[int, Field(ge=0, le=3)] = 0
    """Sessions of testers, who try green features again as users, for each feature that turns green."""

    batch_size: Annotated[int, Field(ge=1, le=5)] = 1
    """Most features of one session, the further ones small; with 1 each has a fresh context."""

    session_delay_seconds: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] = 3.0
    """The pause between two sessions."""

    budget_session_usd: Dollars | None = None
    """Most a session may cost; None for no limit. The same for the next three."""

    budget_run_usd: Dollars | None = None
    budget_project_usd: Dollars | None = None
    budget_day_usd: Dollars | None = None

    max_attempts: Annotated[int, Field(ge=1, le=100)] = 3
    """Failed sessions on one feature after which the run asks a person instead."""

    check_timeout_seconds: Annotated[float, Field(ge=1, le=7_200, allow_inf_nan=False)] = 600.0
    """Most one run of a check may take."""

    regression: bool = True
    """Run the checks of green cards again in the background after merges."""

    yolo: bool = False
    """Leave out the browser in checks: quicker, less sure."""

    allow_unsandboxed: bool = False
    """Let agents run without a place when this machine offers none. The board then carries a banner."""

    allow_network: bool = True
    """Let commands in the place reach the package registries through the egress proxy."""


class PromptTexts(_Schema):
    """The three files of `prompts/`."""

    app_spec: str
    initializer_prompt: str
    coding_prompt: str
