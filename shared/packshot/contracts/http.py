"""What the HTTP API answers: shared by the gateway, the command line and anybody who writes a client."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.messages import Failure
from packshot.contracts.model import Contract, Json
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


class Problem(Contract):
    """An error, as application/problem+json (RFC 9457). `code` is one of packshot.errors."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
