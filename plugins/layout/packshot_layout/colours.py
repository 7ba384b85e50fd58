"""Colours as people write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from packshot_layout.canvas import Colour

HexColour = Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")]


def parse_colour(written: HexColour) -> Colour:
    """sRGB 0..1 of `#rrggbb`."""
    red, green, blue = bytes.fromhex(written[1:])
    return red / 255, green / 255, blue / 255
