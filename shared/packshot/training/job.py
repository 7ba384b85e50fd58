"""What all parts of a leg share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packshot.contracts.artifact import digest_of
from packshot.contracts.dataset import Manifest
from packshot.contracts.training import Progress, TrainingOrder
from packshot.training.pictures import Pictures
from packshot.training.processes import Member
from packshot.training.trainer import Trainer


@dataclass
class Bounds:
    """How far a leg may go."""

    steps: int | None
    seconds: float | None
    stop: Callable[[], bool]
    began: float = field(default_factory=time.monotonic)
    done: int = 0
    """Steps of this leg."""

    def reached(self) -> bool:
        """Whether the leg is to end now."""
        over = self.steps is not None and self.done >= self.steps
        late = self.seconds is not None and time.monotonic() - self.began >= self.seconds
        return over or late or self.stop()


@dataclass(frozen=True)
class Job:
    """A training, as one process of it sees it."""

    order: TrainingOrder
    trainer: Trainer[Any]
    folder: Path
    pictures: Pictures
    manifest: Manifest | None
    grounds: Mapping[str, Manifest]
    """By digest: the data sets whose photos lie behind composites."""
    device: str
    member: Member
    bounds: Bounds
    tell: Callable[[Progress], None]


def digest_of_order(order: TrainingOrder) -> str:
    """Names what decides the weights: not the order's id and owner, how it is shown, or who helps."""
    return digest_of(order.model_dump_json(exclude={"id", "tenant", "title", "loaders", "cache_mb", "baselines"}).encode())
