"""What the HTTP API says of trainings and models."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.messages import Failure
from packshot.contracts.model import Authored, Contract, Json
from packshot.contracts.operation import VERSION
from packshot.contracts.state import JobState
from packshot.contracts.training import Progress, Trained, TrainerSpec


class TrainerView(TrainerSpec):
    """Something that can be trained, and how many live training services can."""

    services: int = 0


class TrainingRequest(Authored):
    """What somebody asks for who wants a model trained; where it says nothing, the trainer's own settings hold."""

    trainer: Annotated[str, Field(min_length=1)]
    """`denoise.cnn`, or `denoise` where there is one only."""
    data: str = ""
    """A data set, `NAME` or `NAME@DIGEST`; none where all pictures are made."""
    parent: str = ""
    """A registered model to start from, `NAME` or `NAME@VERSION`."""
    register_as: Annotated[str, Field(pattern=VERSION.pattern)] | None = None
    """The version to register the model under; none: it is not registered."""
    order: Json = {}
    """Everything else that an order says, in its words: `{"steps": 2000, "optimiser": {"lr": 0.0002}}`."""


class TrainingView(Contract):
    """A training, and how far it is."""

    id: str
    trainer: str
    model: str
    """What it makes: `denoise.cnn@1.0.0`."""
    registers: bool = False
    state: JobState
    progress: Progress | None = None
    """As it was last heard."""
    legs: int = 0
    """That have ended."""
    trained: Trained | None = None
    weights: ArtifactRef | None = None
    sheet: ArtifactRef | None = None
    registered: str = ""
    """`denoise.cnn@1.0.0` once it is."""
    failure: Failure | None = None
    worker: str = ""
    order: Json = {}
    created_at: datetime
    ended_at: datetime | None = None


class TrainingEvent(Contract):
    """One server-sent event of a training: `id` is a number that Last-Event-ID resumes after."""

    type: str
    time: datetime
    training: str
    state: JobState
    progress: Progress | None = None
    picture: ArtifactRef | None = None
    message: str = ""


class ModelView(Contract):
    """A registered version of a model."""

    name: str
    version: str
    digest: str
    """Of its card."""
    registered_at: datetime | None = None
    card: Json
    workers: int = 0
    """How many live workers offer the operation of this name in this version."""
