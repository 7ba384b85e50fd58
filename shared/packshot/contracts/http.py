"""What the HTTP API answers: shared by the gateway, the command line and anybody who writes a client."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.messages import Failure
from packshot.contracts.model import Authored, Contract, Json
from packshot.contracts.operation import OperationSpec
from packshot.contracts.plugin import PluginState
from packshot.contracts.recipe import Recipe
from packshot.contracts.result import StepRecord
from packshot.contracts.routing import Mode, Share, Traffic
from packshot.contracts.state import JobState


class PhotoState(StrEnum):
    """Where a photo is."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class PhotoView(Contract):
    """One photo of a listing."""

    id: str
    filename: str
    state: PhotoState
    url: str | None = None
    artifact: ArtifactRef | None = None
    width: int | None = None
    height: int | None = None
    failure: Failure | None = None


class OutputView(Contract):
    """One named output of a job."""

    name: str
    ready: bool = False
    filename: str | None = None
    """A name to save it under, with the right suffix."""
    artifact: ArtifactRef | None = None
    width: int | None = None
    height: int | None = None
    findings: Json = {}
    """Measures and compliance, by operation name."""
    lineage: tuple[StepRecord, ...] = ()
    failure: Failure | None = None


class JobView(Contract):
    """One recipe over one photo, and how far it is."""

    id: str
    listing: str
    recipe: str
    state: JobState
    progress: float
    """0..1: steps done ÷ steps planned."""
    photo: PhotoView
    outputs: tuple[OutputView, ...] = ()
    failure: Failure | None = None
    created_at: datetime
    ended_at: datetime | None = None


class ListingView(Contract):
    """One product."""

    id: str
    sku: str = ""
    title: str = ""
    attributes: Json = {}
    created_at: datetime
    photos: tuple[PhotoView, ...] = ()
    jobs: tuple[JobView, ...] = ()


class JobEvent(Contract):
    """One server-sent event of a job: its `event` field is `type`, its `id` a number that Last-Event-ID resumes after."""

    type: str
    time: datetime
    job: str
    state: JobState
    progress: float
    operation: str | None = None
    fraction: float | None = None
    message: str = ""


class OperationView(OperationSpec):
    """An operation, and who offers it now."""

    workers: int = 0
    """How many live workers offer this version; with none it is away, and work for it waits."""
    away: bool = False
    last_seen: datetime | None = None
    """When a worker last offered it, if it is away."""


class WorkerView(Contract):
    """A live worker, as it last announced itself."""

    id: str
    service: str
    host: str = ""
    devices: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    """`name@version` of each."""
    quarantined: tuple[Failure, ...] = ()
    """Operations that rest for a while because they crashed or hung, and why."""
    plugins: tuple[PluginState, ...] = ()
    """What has become of each of its plugins; of those that are refused, why."""
    announced_at: datetime


class RecipeView(Contract):
    """A recipe by name, and whether it could be run as things are."""

    name: str
    title: str = ""
    description: str = ""
    over: str = "photo"
    outputs: tuple[str, ...] = ()
    recipe: Recipe
    available: bool = True
    """False when it cannot be planned: `why` says which operation or parameter is unknown."""
    why: str = ""


class Trial(Authored):
    """A version to be tried beside the one that answers."""

    major: Annotated[int, Field(ge=0)]
    mode: Mode = Mode.CANARY
    share: Share = 1.0
    """Its part of the work: of these tenants' work, where `tenants` are named."""
    tenants: tuple[str, ...] = ()


class Promotion(Authored):
    """A version that shall answer from now on; none: the one on trial."""

    major: Annotated[int, Field(ge=0)] | None = None


class VersionFigures(Contract):
    """What one version did with the work that a policy gave it."""

    major: int
    version: str = ""
    """The newest one known."""
    workers: int = 0
    role: str = ""
    """stable, canary, shadow, or none."""
    shadow: bool = False
    """Whether these jobs ran in shadow, without effect."""
    jobs: int = 0
    open: int = 0
    finished: int = 0
    failed: int = 0
    blamed: int = 0
    """Those of the failed ones whose failure names this operation."""
    median_s: float | None = None
    """Seconds that it takes, where it was not answered from the cache."""
    median_s_per_megapixel: float | None = None
    """The same for a megapixel of the photo."""


class TrafficView(Contract):
    """How the work of an operation is split between its versions."""

    operation: str
    policy: Traffic | None = None
    """None: the highest version that a live worker offers answers."""
    hours: float
    """How far back jobs were counted."""
    versions: tuple[VersionFigures, ...] = ()


class ShadowPair(Contract):
    """A job, and the one that ran in its shadow."""

    job: JobView
    shadow: JobView


class PartState(Contract):
    """One thing the gateway stands on."""

    ok: bool
    why: str = ""


class Readiness(Contract):
    """Whether the gateway can do its work: the answer of /readyz."""

    ok: bool
    parts: dict[str, PartState]
    """`bus`, `store` and `database`."""


class Problem(Contract):
    """An error, as application/problem+json (RFC 9457). `code` is one of packshot.errors."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
