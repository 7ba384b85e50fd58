"""What this distribution offers to packshot."""

from __future__ import annotations

from typing import Any

from packshot.plugin import hookimpl
from packshot_texture.apply import Apply
from packshot_texture.quilt import Quilt, TexturedGround
from packshot_texture.tile import Tile


@hookimpl
def packshot_operations() -> list[type[Any]]:
    """The operations of this plugin."""
    return [Quilt, TexturedGround, Tile, Apply]
