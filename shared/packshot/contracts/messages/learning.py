"""Messages of collecting and training: commands that are legs of long work, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from packshot.contracts.artifact import ArtifactRef, Digest
from packshot.contracts.collecting import CollectOrder, Counts, Phase, Summary
from packshot.contracts.envelope import Message
from packshot.contracts.messages.failure import Failure
from packshot.contracts.model import Json
from packshot.contracts.training import Progress, Trained, TrainingOrder


class CollectRun(Message):
    """Go on with a collection for one leg: its state is in the object store. The next leg is a message of its own."""

    type: ClassVar[str] = "collect.run"

    collection: str
    tenant: str = "local"
    order: CollectOrder
    started: datetime
    """When it was asked for: the time of the version that it makes."""
    leg: int | None = None
    """None: whichever it is at."""


class TrainingRun(Message):
    """Go on with a training for one leg, then send on what remains: a chain of these is a training."""

    type: ClassVar[str] = "training.run"

    order: TrainingOrder
    leg: int = 1
    checkpoint: ArtifactRef | None = None
    """Where the leg before has left it; none: at the beginning."""
    registers: bool = False
    """Whether the model is to be registered, under the name and version of the order, once it is made."""
    attempt: int = 1


class TrainingProgressed(Message):
    """How a training comes along: every second or so, and at the end of each leg."""

    type: ClassVar[str] = "training.progressed"

    training: str
    tenant: str = "local"
    leg: int
    progress: Progress
    picture: ArtifactRef | None = None
    """A sheet of what is made now."""
    checkpoint: ArtifactRef | None = None
    """With which the next leg goes on: this one has ended."""
    worker: str = ""


class TrainingFinished(Message):
    """A training has made its model."""

    type: ClassVar[str] = "training.finished"

    training: str
    tenant: str = "local"
    trained: Trained
    weights: ArtifactRef
    sheet: ArtifactRef | None = None
    """The best, the median and the worst test pictures."""
    model: str = ""
    """`denoise.cnn@1.0.0`, if it was registered."""
    failure: Failure | None = None
    """Why it was not registered, though it was to be."""
    worker: str = ""


class TrainingFailed(Message):
    """A training has ended without a model."""

    type: ClassVar[str] = "training.failed"

    training: str
    tenant: str = "local"
    failure: Failure
    worker: str = ""


class TrainingCancelled(Message):
    """Somebody asked for a training to stop."""

    type: ClassVar[str] = "training.cancelled"

    training: str
    tenant: str = "local"


class ModelRegistered(Message):
    """A new version of a model's weights is in the registry."""

    type: ClassVar[str] = "model.registered"

    name: str
    """`denoise.cnn`."""
    release: str = ""
    """Its version."""
    digest: str
    """Of the card."""
    card: Json = {}


class CollectProgressed(Message):
    """How far a collection has come. All counts are totals; of two, the one of the later leg and place counts."""

    type: ClassVar[str] = "collect.progressed"

    collection: str
    tenant: str = "local"
    name: str
    leg: int
    place: int
    """Grows within a leg, also where that is begun again after a crash."""
    phase: Phase
    counts: Counts
    note: str = ""
    order: CollectOrder
    """Said each time, so that one that was asked for by message alone is known too."""


class CollectFinished(Message):
    """A collection has made a version of its data set."""

    type: ClassVar[str] = "collect.finished"

    collection: str
    tenant: str = "local"
    name: str
    digest: Digest
    summary: Summary
    counts: Counts = Counts()
    note: str = ""
    """What is worth knowing about it, for people."""


class CollectFailed(Message):
    """A collection has ended without a version."""

    type: ClassVar[str] = "collect.failed"

    collection: str
    tenant: str = "local"
    name: str
    failure: Failure


class CollectCancelled(Message):
    """Somebody asked for a collection to stop. Its service honours it between two pictures."""

    type: ClassVar[str] = "collect.cancelled"

    collection: str
    tenant: str = "local"
