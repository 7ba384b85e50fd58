"""What this plugin offers."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot_inspect.compliance import Compliance
from packshot_inspect.measures import Exposure, Measures, Noise, Sharpness


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Measures, and marketplace rules."""
    return [Sharpness, Exposure, Noise, Measures, Compliance]
