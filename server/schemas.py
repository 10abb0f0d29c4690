"""What the server says and takes beyond the schemas of api. Every model is plain JSON on the wire."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from api.backlog.schemas import FeatureCreate, FeatureUpdate, FeatureView, Name
from api.backlog.statuses import Proof, Status
from api.events import Role, RunStatus, Text
from api.projects.schemas import Dollars, Kind, ProjectSettings, VerificationPolicy
from api.runs.schemas import DayUsage, RunView, SessionView

SPECIFICATION_LIMIT = 2_000_000  # characters

ProjectStatus = Literal["idle"] | RunStatus
PathText = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_096)]
Prompt = Annotated[Text, StringConstraints(max_length=SPECIFICATION_LIMIT)]


class _Input(BaseModel):
    """What a client sends: an unknown field is an error, so that a typing mistake does not pass for a setting."""

    model_config = ConfigDict(extra="forbid")


class SetupCheck(BaseModel):
    """One thing a run needs. `missing`: a run would fail without it."""

    name: str
    status: Literal["ok", "warning", "missing"]
    detail: str
    remedy: str | None = None


class SetupStatus(BaseModel):
    """Whether runs can be started here."""

    ready: bool
    demo: bool
    version: str
    checks: list[SetupCheck]


class Progress(BaseModel):
    """How far a backlog is. `percentage` is 0..100 with one decimal."""

    passing: int
    proven: int
    unproven: int
    in_progress: int
    total: int
    percentage: float


class Project(BaseModel):
    """A project as the list shows it. `problem`: why it cannot be used just now."""

    name: str
    path: Path
    kind: str
    created_at: datetime
    created_by_us: bool
    status: ProjectStatus
    status_reason: str | None
    status_until: datetime | None
    progress: Progress
    needs_input: int
    failing: int
    cost_today_usd: float
    cost_estimated: bool
    last_activity_at: datetime | None
    proof_policy: VerificationPolicy
    budget_usd: float | None = Field(description="Most that may be spent in a day (UTC)")
    settings: ProjectSettings
    problem: str | None


class ProjectCreate(_Input):
    """A project to register. The folder is made when it does not exist; `spec` becomes prompts/app_spec.txt."""

    name: str
    path: PathText
    kind: Kind = "web_app"
    spec: Prompt = ""


class ProjectUpdate(_Input):
    """Changes to a project; what is not given stays."""

    name: str | None = None
    path: PathText | None = Field(default=None, description="Where its folder was moved to")
    proof_policy: str | None = Field(default=None, description="proven, green or off")
    budget_usd: Dollars | None = Field(
        default=None, description="Most that may be spent in a day (UTC); null for no limit"
    )
    settings: dict[str, JsonValue] | None = Field(default=None, description="Fields of ProjectSettings to change")


class Prompts(BaseModel):
    """The three files of `prompts/`."""

    app_spec: str
    initializer_prompt: str
    coding_prompt: str


class PromptsUpdate(_Input):
    """Prompt files to write; what is not given stays."""

    app_spec: Prompt | None = None
    initializer_prompt: Prompt | None = None
    coding_prompt: Prompt | None = None


class Imported(BaseModel):
    """What was found in the folder of an existing code base."""

    repository_created: bool
    features_imported: int
    notes: list[str]


class BoardCard(BaseModel):
    """A card in its short form."""

    id: int
    priority: int
    category: str
    name: str
    status: Status
    proof: Proof | None
    stale: bool
    blocked: bool
    verifying: bool
    claimed_by: str | None
    attempts: int
    moved_by: str | None
    since: datetime | None = Field(default=None, description="Since when it has been in this status")
    reason: str | None = Field(default=None, description="Why it waits for a person, or what went red")


class Board(BaseModel):
    """`GET features?view=board`. `seq` is the last event it contains: a socket goes on after it."""

    seq: int
    features: list[BoardCard]


class FeatureColumns(BaseModel):
    """All features, grouped as the board shows them; a card whose check runs is in progress."""

    pending: list[FeatureView]
    in_progress: list[FeatureView]
    done: list[FeatureView]
    failing: list[FeatureView]
    needs_input: list[FeatureView]


class FeaturePatch(FeatureUpdate):
    """Changes to a feature; what is not given stays. `status` moves the card by hand, and the card says who did it."""

    status: Literal["passing", "failing"] | None = None
    reason: Annotated[Text, StringConstraints(max_length=2_000)] = Field(
        default="", description="What is broken, when it is moved to failing"
    )


class FeatureBulk(_Input):
    """1..500 features, all or none."""

    features: list[FeatureCreate]


class Dependencies(_Input):
    """What a feature depends on."""

    dependencies: Annotated[list[int], Field(max_length=20)]


class Answers(_Input):
    """Answers to what an agent asked, by field name."""

    answers: dict[Name, JsonValue]


class TimelineEntry(BaseModel):
    """One reason why a card is where it is: `text` is a sentence, `note` what was said about it."""

    seq: int
    timestamp: datetime
    change: str
    actor: str
    text: str
    note: str | None = None
    verification_id: int | None = Field(default=None, description="The run of its check that is meant")
    commit: str | None = Field(default=None, description="The commit at which it turned green")


class UndoFeature(_Input):
    """Why the work is taken back, for who works on it next."""

    reason: Annotated[Text, StringConstraints(max_length=2_000)] = ""


class ListedFeature(BaseModel):
    """A feature as feature_list.json has it."""

    category: str
    name: str
    description: str
    steps: list[str]
    passes: bool


class AffectedFeature(BaseModel):
    """A feature that something else touches."""

    id: int
    name: str


class UndoPreview(BaseModel):
    """What an undo would do: revert `commits`, and have the features in `stale` checked again."""

    commits: list[str]
    stale: list[AffectedFeature]
    obstacle: str | None = Field(description="Why it would be refused; null when it would not")


class UndoneFeature(BaseModel):
    """A feature whose work was taken back. `commit` reverts the commits `reverted`."""

    feature: FeatureView
    commit: str
    reverted: list[str]
    stale: list[int] = Field(
        description="The features whose checks run again: they touch the same files or build on it"
    )
    note: str | None = Field(description="Why the project's folder does not follow; null when it does")


class Change(BaseModel):
    """One commit. `patch` is its difference from the commit before; `truncated`: it goes on."""

    commit: str
    patch: str
    truncated: bool
    undone_by: str | None = Field(default=None, description="The commit that took it back")


class Changes(BaseModel):
    """The commits of a card on the integration branch, newest first."""

    changes: list[Change]


class AgentView(BaseModel):
    """An agent that is at work. `feature_ids`: all features of its session so far; they share its cost."""

    agent: str
    role: Role
    state: Literal["starting", "working", "verifying", "waiting", "finished"]
    feature_id: int | None
    feature_ids: list[int]
    session_id: int
    tool: str | None
    since: datetime
    input_tokens: int
    output_tokens: int
    cost_usd: float
    estimated: bool = Field(description="The cost is an estimate: the session goes on, or a subscription pays")


class AgentStatus(BaseModel):
    """The run of a project, and who works in it. `until`: when a parked run goes on."""

    status: ProjectStatus
    run_id: int | None = None
    reason: str | None = None
    until: datetime | None = None
    started_at: datetime | None = None
    concurrency: int | None = None
    model: str | None = None
    agents: list[AgentView] = []


class AgentStart(_Input):
    """How a run is started."""

    concurrency: Annotated[int, Field(ge=1, le=8)] | None = Field(
        default=None, description="Agents at once; null as the project's settings say"
    )
    testing_ratio: Annotated[int, Field(ge=0, le=3)] | None = Field(
        default=None, description="Sessions of testers for each green feature; null as the project's settings say"
    )
    batch_size: Annotated[int, Field(ge=1, le=5)] | None = Field(
        default=None, description="Features of one session, the further ones small; null as the project's settings say"
    )
    model: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/\[\]@-]{0,199}$")] | None = None
    budget_usd: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)] | None = None
    max_iterations: Annotated[int, Field(ge=1, le=100_000)] | None = None
    yolo: bool = Field(default=False, description="Take the agent's word; cards are marked unproven")


class RunDetail(BaseModel):
    """A run with its sessions."""

    run: RunView
    sessions: list[SessionView]


class Usage(BaseModel):
    """What a project has cost. `estimated`: not all of it is exact, since a session goes on or a subscription pays."""

    today_usd: float
    today_estimated: bool
    total_usd: float
    budget_usd: float | None = Field(description="Most that may be spent in a day (UTC)")
    estimated: bool
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    reserved_usd: float = Field(description="What sessions that are running may still spend")
    days: list[DayUsage]


class Model(BaseModel):
    """A model agents can use."""

    id: str
    name: str


class Models(BaseModel):
    """The models to choose from."""

    models: list[Model]
    default: str


class InstallationSettings(BaseModel):
    """How this installation is set up. Values come from the environment and `.env`; secrets are only said to be set."""

    version: str
    home: Path
    demo: bool
    allow_remote: bool
    sign_in: bool
    log_level: str
    provider: str = Field(description="anthropic, subscription, none, or the address of a compatible service")
    webhook: bool
    models: dict[str, str] = Field(description="ANTHROPIC_DEFAULT_*_MODEL by alias")


class DirectoryEntry(BaseModel):
    """A folder in a folder."""

    name: str
    path: Path


class Directory(BaseModel):
    """A folder and the folders in it. `truncated`: there are more than are listed."""

    path: Path
    parent: Path | None
    entries: list[DirectoryEntry]
    truncated: bool = False


class HomeDirectory(BaseModel):
    """The user's home."""

    path: Path


class PathInput(_Input):
    """A folder on the server's machine."""

    path: PathText


class PathCheck(BaseModel):
    """Whether a folder can hold a project."""

    path: Path
    exists: bool
    empty: bool
    usable: bool
    detail: str
