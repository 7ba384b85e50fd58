"""Messages of listings, steps, jobs and workers."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.envelope import Message
from packshot.contracts.messages.failure import Failure
from packshot.contracts.model import Contract, Json
from packshot.contracts.operation import OperationSpec
from packshot.contracts.plan import Plan, PlannedBranch
from packshot.contracts.plugin import PluginState
from packshot.contracts.result import FrameRef, StepRecord
from packshot.contracts.routing import Traffic
from packshot.contracts.training import TrainerSpec


class StepRun(Message):
    """Run the first step of `branch` on `frame`, go on as far as this worker can, and send on what remains."""

    type: ClassVar[str] = "step.run"

    job: str
    tenant: str = "local"
    branch: PlannedBranch
    """The routing slip."""
    frame: FrameRef
    photos: tuple[ArtifactRef, ...] = ()
    """The listing's photos, for steps that name them as further inputs."""
    attempt: int = 1
    urgent: bool = False
    deadline: datetime | None = None
    repairs_left: int = 1
    """How often a check may still send the frame back to be repaired."""
    majors: dict[str, int] = {}
    """Which majors answer repairs that pin none, by operation; the newest where it is not said."""


class JobOrder(Contract):
    """One job to start once its photo is accepted."""

    job: str
    plan: Plan
    shadow: Plan | None = None
    """The same recipe with a version that is tried in shadow, to be run without effect once the job has ended."""


class PhotoOrder(Contract):
    """One photo of a listing: stored already, or to be fetched from `url`."""

    photo: str
    filename: str
    artifact: ArtifactRef | None = None
    url: str | None = None
    jobs: tuple[JobOrder, ...] = ()


class ListingReceived(Message):
    """A merchant's listing is in the store and the database. Ingest takes it from here."""

    type: ClassVar[str] = "listing.received"

    listing: str
    tenant: str = "local"
    sku: str = ""
    photos: tuple[PhotoOrder, ...]
    urgent: bool = False


class PhotoAccepted(Message):
    """A photo can be worked on, and its jobs have been started."""

    type: ClassVar[str] = "photo.accepted"

    listing: str
    photo: str
    tenant: str = "local"
    sku: str = ""
    title: str = ""
    filename: str
    artifact: ArtifactRef
    width: int
    height: int
    format: str
    jobs: tuple[JobOrder, ...] = ()


class PhotoRejected(Message):
    """A photo cannot be worked on; its jobs have failed with it."""

    type: ClassVar[str] = "photo.rejected"

    listing: str
    photo: str
    tenant: str = "local"
    filename: str
    failure: Failure
    jobs: tuple[str, ...] = ()


class StepStarted(Message):
    """A visit is under way. Visits that end within a quarter of a second do not say that they started."""

    type: ClassVar[str] = "step.started"

    job: str
    tenant: str = "local"
    step: str
    operation: str
    worker: str
    attempt: int = 1


class StepProgressed(Message):
    """How far a long step has come."""

    type: ClassVar[str] = "step.progressed"

    job: str
    tenant: str = "local"
    step: str
    operation: str
    fraction: float = Field(ge=0, le=1)
    note: str = ""


class StepFinished(Message):
    """A visit has ended: these steps were done, and the frame is stored. With `output` set, a leaf of the job is ready."""

    type: ClassVar[str] = "step.finished"

    job: str
    tenant: str = "local"
    steps: tuple[StepRecord, ...]
    frame: FrameRef
    worker: str
    remaining: PlannedBranch
    """What was sent on; the reconciler dispatches it again if nobody ends it in time."""
    output: str | None = None
    attempt: int = 1
    repairing: bool = False
    """True when a check sent the frame back to be repaired."""


class StepFailed(Message):
    """A step has failed. `final`: it will not be tried again, and these outputs will never be."""

    type: ClassVar[str] = "step.failed"

    job: str
    tenant: str = "local"
    step: str
    operation: str
    failure: Failure
    attempt: int
    final: bool
    retry_in_s: float | None = None
    outputs: tuple[str, ...] = ()
    worker: str = ""


class JobFinished(Message):
    """Every output of a job is ready."""

    type: ClassVar[str] = "job.finished"

    job: str
    listing: str
    tenant: str = "local"
    recipe: str


class JobFailed(Message):
    """A job has ended without all of its outputs."""

    type: ClassVar[str] = "job.failed"

    job: str
    listing: str
    tenant: str = "local"
    recipe: str
    failure: Failure


class JobCancelled(Message):
    """Somebody asked for a job to stop. Workers honour it before each step."""

    type: ClassVar[str] = "job.cancelled"

    job: str
    tenant: str = "local"


class WorkerAnnounced(Message):
    """A worker is alive and offers these operations. Sent at start, on change, on request, and every few seconds."""

    type: ClassVar[str] = "worker.announced"

    worker: str
    service: str
    host: str = ""
    devices: tuple[str, ...] = ("cpu",)
    operations: tuple[OperationSpec, ...] = ()
    quarantined: tuple[Failure, ...] = ()
    plugins: tuple[PluginState, ...] = ()
    """What it has of plugins, also of those that it refuses, with the reason."""
    trainers: tuple[TrainerSpec, ...] = ()
    """What it can train."""


class WorkerDeparted(Message):
    """A worker has drained and is gone."""

    type: ClassVar[str] = "worker.departed"

    worker: str


class WorkersProbed(Message):
    """Somebody who has just started asks all workers to announce themselves."""

    type: ClassVar[str] = "workers.probed"


class TrafficSet(Message):
    """These are all traffic policies. Sent on change and on request; the highest revision counts."""

    type: ClassVar[str] = "traffic.set"

    revision: int
    policies: tuple[Traffic, ...] = ()


class TrafficAsked(Message):
    """Somebody who has just started asks for the traffic policies."""

    type: ClassVar[str] = "traffic.asked"


class InspectionAlerted(Message):
    """An inspection found a picture that somebody should look at."""

    type: ClassVar[str] = "inspection.alerted"

    job: str
    tenant: str = "local"
    operation: str
    verdict: str
    findings: Json = {}
