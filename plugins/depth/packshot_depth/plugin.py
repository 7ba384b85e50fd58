"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot_depth.compose import DepthCompose
from packshot_depth.given import Given
from packshot_depth.relief import Relief
from packshot_depth.stack import Stack
from packshot_depth.stereo import Stereo
from packshot_depth.views import Views


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Where depth comes from, and what it is used for."""
    return [Given, Relief, Stack, Stereo, DepthCompose, Views]
