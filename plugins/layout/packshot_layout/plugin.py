"""What this plugin offers."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot_layout.crop import Crop
from packshot_layout.export import Export
from packshot_layout.fill import Fill
from packshot_layout.margin import Margin
from packshot_layout.normalize import Normalize
from packshot_layout.orient import Orient
from packshot_layout.pad import Pad
from packshot_layout.place import Canvas
from packshot_layout.resize import Resize


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Geometry, canvas and the finished file."""
    return [Orient, Normalize, Crop, Fill, Canvas, Margin, Pad, Resize, Export]
