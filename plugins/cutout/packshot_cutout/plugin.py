"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.plugin import hookimpl
from packshot_cutout.classical import ClassicalCutout
from packshot_cutout.decontaminate import Decontaminate
from packshot_cutout.edge import EdgeCutout
from packshot_cutout.learned import NetCutout
from packshot_cutout.net_trainer import CutoutTrainer
from packshot_cutout.refined import RefineCutout


@hookimpl
def packshot_operations() -> list[type[Any]]:
    """The operations of this plugin."""
    return [ClassicalCutout, RefineCutout, EdgeCutout, Decontaminate, *NetCutout.for_cards()]


@hookimpl
def packshot_trainers() -> list[type[Any]]:
    """The network whose cards `packshot_operations` looks for."""
    return [CutoutTrainer]
