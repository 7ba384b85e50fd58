"""`run_leg`: a training goes on for a while, and leaves a checkpoint or its result."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packshot.contracts.training import Progress, Trained, TrainingOrder
from packshot.errors import BadSettings
from packshot.training.examples import TrainerRef
from packshot.training.installed import can_train
from packshot.training.reader import Reader
from packshot.training.trainers import find_trainer


@dataclass(frozen=True)
class Limit:
    """How far one leg goes; what is reached first counts, and a leg always does at least one step."""

    steps: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Leg:
    """How a leg ended. Either there is a checkpoint to go on from, or the training is finished."""

    step: int
    """Steps done, all runs of the order together."""
    steps: int
    """Of the whole order, as far as is known now: pruned trials and early stopping make it less."""
    checkpoint: Path | None = None
    """A file in the folder: all that the next leg needs, on any machine."""
    trained: Trained | None = None
    weights: Path | None = None
    """`result.safetensors`, once finished."""
    graph: Path | None = None
    """`result.onnx`, once finished, of a trainer that can be run without torch."""
    sheet: Path | None = None
    """A PNG of the best, the median and the worst test pictures, once finished."""

    @property
    def finished(self) -> bool:
        """Whether there is a result."""
        return self.trained is not None


def _tell_nobody(progress: Progress) -> None:
    """Nobody listens."""


def _never() -> bool:
    return False


def run_leg(
    order: TrainingOrder,
    folder: Path,
    reader: Reader,
    *,
    checkpoint: Path | None = None,
    limit: Limit = Limit(),
    tell: Callable[[Progress], None] = _tell_nobody,
    stop: Callable[[], bool] = _never,
    cache: Path | None = None,
) -> Leg:
    """Go on with a training: from `checkpoint` or the last one in `folder`, whichever is further, else from the beginning.

    `folder` is this training's own: checkpoints (the last two), TensorBoard's files, sheets, result. `reader` gives manifest and
    pictures. `tell` is called from this thread about once a second and at each look at the validation side. When `stop`, asked at
    every step, says yes, the leg ends with a checkpoint. `cache` is a folder of decoded pictures that trainings may share.

    However a training is cut into legs, and wherever it was killed, equal orders make equal weights on one kind of device.
    Raises UnknownName (no such trainer), BadParameters (the order does not suit it or the data), BadSettings (no torch, no such
    device), ArtifactMissing, StoreUnavailable, DeviceOutOfMemory.
    """
    if not can_train():
        raise BadSettings("Training needs torch and onnx: pip install 'packshot[train]'.")
    # Threads that wait by spinning take the cores from the loaders and from all else: six times slower where others work too.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from packshot.training.members import Asked, run_members  # noqa: PLC0415 - torch is imported when a training runs

    folder.mkdir(parents=True, exist_ok=True)
    asked = Asked(order, TrainerRef(find_trainer(order.trainer)), folder, reader, cache or folder / "pictures")
    return run_members(asked, checkpoint, limit, tell, stop)
