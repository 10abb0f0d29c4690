"""What goes in and out of the backlog. Every model here is plain JSON on the wire."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, field_validator, model_validator

from api.backlog.statuses import CheckKind, Policy, Proof, Status, VerificationState
from api.events import STORABLE, Text

MAX_BULK = 500
MAX_STEPS = 50
MAX_DEPENDENCIES = 20
MAX_ID = 2**63 - 1

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255), STORABLE]
Category = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), STORABLE]
Description = Annotated[str, StringConstraints(max_length=20_000), STORABLE]
Step = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), STORABLE]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=500), STORABLE]
FeatureId = Annotated[int, Field(ge=1, le=MAX_ID)]
Priority = Annotated[int, Field(ge=0, le=2**31)]
Steps = Annotated[list[Step], Field(max_length=MAX_STEPS)]
Dependencies = Annotated[list[FeatureId], Field(max_length=MAX_DEPENDENCIES)]


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FeatureCreate(_Schema):
    """A feature to create. `depends_on_indices` counts from 0 within the same bulk call."""

    category: Category
    name: Name
    description: Description = ""
    steps: Steps = []
    dependencies: Dependencies = []
    depends_on_indices: Annotated[
        list[Annotated[int, Field(ge=0, lt=MAX_BULK)]], Field(max_length=MAX_DEPENDENCIES)
    ] = []


class FeatureUpdate(_Schema):
    """Changes to a feature; what is not given stays. A lower `priority` comes earlier."""

    category: Category | None = None
    name: Name | None = None
    description: Description | None = None
    steps: Steps | None = None
    priority: Priority | None = None
    dependencies: Dependencies | None = None


class CheckSpec(_Schema):
    """How a feature is checked: one shell command, and the test files that belong to it (paths inside the project)."""

    command: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000), STORABLE]
    files: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=500), STORABLE]], Field(max_length=50)
    ] = []
    kind: CheckKind = "proof"
    already_satisfied: Annotated[str, StringConstraints(max_length=2_000), STORABLE] | None = None

    @field_validator("files")
    @classmethod
    def _inside(cls, files: list[str]) -> list[str]:
        for name in files:
            path = PurePosixPath(name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or name.startswith("~") or ".git" in path.parts:
                raise ValueError(f"{name!r} is not a path inside the project: give it relative to the project's folder")
        return list(dict.fromkeys(files))


class CheckView(CheckSpec):
    """A check as it was frozen: `hash` covers the command and the contents of the files.

    `base`: the commit to compare with, where the one who set it works in the project's own folder.
    """

    hash: str
    base: str | None = None
    set_by: str
    set_at: datetime


class ReceiptView(_Schema):
    """The short form of a verification that passed."""

    id: int
    commit: str | None
    tree: str | None
    command: str
    exit_base: int | None
    exit_head: int | None
    seconds: float | None
    finished_at: datetime | None


class HumanField(_Schema):
    """One question to a person; `options` belong to a choice. Not for secrets: answers are kept and shown."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), STORABLE]
    label: Annotated[str, StringConstraints(max_length=500), STORABLE] = ""
    kind: Annotated[str, StringConstraints(pattern="^(text|choice|boolean)$")] = "text"
    options: Annotated[list[Annotated[str, StringConstraints(max_length=500), STORABLE]], Field(max_length=50)] = []
    required: bool = True


class HumanRequest(_Schema):
    """What an agent asks a person, and, once given, the answers."""

    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000), STORABLE]
    fields: Annotated[list[HumanField], Field(max_length=20)] = []
    asked_by: str = ""
    answers: dict[str, JsonValue] | None = None

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise ValueError("each field needs a name of its own")
        return self


class FeatureView(_Schema):
    """A feature as everyone sees it. `proof` is set while it passes; `blocked` and `verifying` are derived."""

    id: int
    priority: int
    category: str
    name: str
    description: str
    steps: list[str]
    status: Status
    passes: bool
    in_progress: bool
    blocked: bool
    dependencies: list[int]
    check: CheckView | None
    last_receipt: ReceiptView | None
    attempts: int
    proof: Proof | None
    stale: bool
    verifying: bool
    verification_id: int | None
    moved_by: str | None
    human_request: HumanRequest | None
    claimed_by: str | None
    failing_reason: str | None


class Stats(_Schema):
    """How the backlog stands. `failing` were green once; `blocked` wait for others; `percentage` is 0..100."""

    passing: int
    proven: int
    green: int
    guarded: int
    unproven: int
    in_progress: int
    pending: int
    failing: int
    needs_input: int
    blocked: int
    ready: int
    total: int
    percentage: float


class Claim(_Schema):
    """The right to work on a feature. `token` is a fencing token: a later claim has a higher one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feature_id: int
    owner: str
    token: int


class BlockedView(_Schema):
    """A feature that waits, and for which ones (not passing yet)."""

    feature: FeatureView
    waiting_on: list[int]


class GraphNode(_Schema):
    """A feature in the graph of dependencies."""

    id: int
    name: str
    category: str
    status: Status
    proof: Proof | None
    priority: int
    blocked: bool


class GraphEdge(_Schema):
    """`target` depends on `source`."""

    source: int
    target: int


class Graph(_Schema):
    """All features and what depends on what."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]


class VerificationResult(_Schema):
    """What the verifier found. Exit codes are None where that run did not happen."""

    verdict: Annotated[str, StringConstraints(pattern="^(passed|failed|broken|cancelled)$")]
    commit: str | None = None
    tree: str | None = None
    exit_base: int | None = None
    exit_head: int | None = None
    seconds: float | None = None
    output: Text = ""
    detail: Text | None = None
    artefacts: list[str] = []


class VerificationView(_Schema):
    """One run of a feature's check. A receipt is one whose state is `passed`."""

    id: int
    feature_id: int
    state: VerificationState
    policy: Policy
    requested_by: str
    executor: str | None
    token: int
    check_hash: str
    command: str
    commit: str | None
    tree: str | None
    exit_base: int | None
    exit_head: int | None
    seconds: float | None
    output: str
    detail: str | None
    artefacts: list[str]
    created_at: datetime
    finished_at: datetime | None


class UnfinishedVerification(_Schema):
    """A run of a check that is queued or under way; `lease_expires` is in epoch seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int
    state: VerificationState
    lease_expires: float


class GreenCheck(_Schema):
    """A feature that a check turned green, and where that check passed last.

    `leased`: another program runs its check just now, or died while it did and its lease has not run out.
    """

    feature_id: int
    name: str
    stale: bool
    leased: bool
    check: CheckView
    commit: str
    tree: str | None
    finished_at: datetime
