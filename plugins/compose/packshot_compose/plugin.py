"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.plugin import hookimpl
from packshot_compose.gradient import Gradient
from packshot_compose.ground import Ground, Over
from packshot_compose.shadow import Shadow
from packshot_compose.white import Plain, White


@hookimpl
def packshot_operations() -> list[type[Any]]:
    """The operations of this plugin."""
    return [White, Plain, Gradient, Ground, Over, Shadow]
