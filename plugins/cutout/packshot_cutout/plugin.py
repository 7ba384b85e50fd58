"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.plugin import hookimpl
from packshot_cutout.classical import ClassicalCutout
from packshot_cutout.decontaminate import Decontaminate


@hookimpl
def packshot_operations() -> list[type[Any]]:
    """The operations of this plugin."""
    return [ClassicalCutout, Decontaminate]
