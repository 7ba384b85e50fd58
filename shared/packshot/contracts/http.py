"""What the HTTP API answers: shared by the gateway, the command line and anybody who writes a client."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.messages import Failure
from packshot.contracts.model import Contract, Json
from packshot.contracts.operation import OperationSpec
from packshot.contracts.recipe import Recipe
from packshot.contracts.result import StepRecord


class JobState(StrEnum):
    """Where a job is. The last three are ends."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in {JobState.FINISHED, JobState.FAILED, JobState.CANCELLED}


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
