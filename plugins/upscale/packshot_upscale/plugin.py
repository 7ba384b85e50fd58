"""What this plugin offers."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot.training import Trainer
from packshot_upscale.backprojection import BackProjection
from packshot_upscale.cnn import CnnUpscale
from packshot_upscale.cnn_trainer import UpscaleTrainer
from packshot_upscale.lanczos import Lanczos


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Larger pictures."""
    return [BackProjection, Lanczos, *CnnUpscale.for_cards()]


@hookimpl
def packshot_trainers() -> list[type[Trainer[Any]]]:
    """The network whose cards `packshot_operations` looks for."""
    return [UpscaleTrainer]
