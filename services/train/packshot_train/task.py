"""What the process of a leg is told."""

from __future__ import annotations

from pathlib import Path

from packshot.contracts.model import Contract
from packshot.contracts.training import TrainingOrder


class Task(Contract):
    """What the process is to do."""

    answers: int
    """The descriptor that answers go to."""
    order: TrainingOrder
    folder: Path
    """The training's own."""
    blobs: Path
    """Pictures by digest."""
    cache: Path
    checkpoint: Path | None = None
    seconds: float = 60.0
