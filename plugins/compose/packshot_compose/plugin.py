"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.plugin import hookimpl
from packshot_compose.blend import Blend
from packshot_compose.board import Board, Collect
from packshot_compose.comparison import Comparison
from packshot_compose.fuse import Fuse
from packshot_compose.gradient import Gradient
from packshot_compose.ground import Backdrop, Ground, Over
from packshot_compose.reflection import Reflection
from packshot_compose.scene import Scene
from packshot_compose.setting import Setting
from packshot_compose.shadow import Shadow
from packshot_compose.variant import Variant
from packshot_compose.white import Plain, White


@hookimpl
def packshot_operations() -> list[type[Any]]:
    """The operations of this plugin."""
    return [
        White,
        Plain,
        Gradient,
        Ground,
        Backdrop,
        Over,
        Shadow,
        Reflection,
        Blend,
        Scene,
        Setting,
        Board,
        Collect,
        Variant,
        Comparison,
        Fuse,
    ]
