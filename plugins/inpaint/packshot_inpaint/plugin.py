"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.plugin import hookimpl
from packshot.training import Trainer
from packshot_inpaint.cnn import CnnInpaint
from packshot_inpaint.cnn_trainer import CnnTrainer
from packshot_inpaint.patch import Patch
from packshot_inpaint.remove import Remove
from packshot_inpaint.spread import NavierStokes, Telea
from packshot_inpaint.uncrop import Uncrop


@hookimpl
def packshot_operations() -> list[type[Any]]:
    """The operations of this plugin."""
    return [Telea, NavierStokes, Patch, Remove, Uncrop, *CnnInpaint.for_cards()]


@hookimpl
def packshot_trainers() -> list[type[Trainer[Any]]]:
    """The network whose cards `packshot_operations` looks for."""
    return [CnnTrainer]
