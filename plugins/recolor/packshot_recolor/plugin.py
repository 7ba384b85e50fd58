"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.plugin import hookimpl
from packshot_recolor.brand import Brand
from packshot_recolor.palette import Palette
from packshot_recolor.region import Region


@hookimpl
def packshot_operations() -> list[type[Any]]:
    """The operations of this plugin."""
    return [Region, Brand, Palette]
