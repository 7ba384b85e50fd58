"""Colours as people write them in parameters."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field

HexColour = Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")]


def parse_colour(written: HexColour) -> npt.NDArray[np.float32]:
    """sRGB 0..1, three values, of `#rrggbb`."""
    return np.frombuffer(bytes.fromhex(written[1:]), np.uint8).astype(np.float32) / np.float32(255)


def written_colour(rgb: npt.NDArray[np.float32]) -> HexColour:
    """`#rrggbb` of three sRGB values; what is beyond 0..1 is clipped."""
    red, green, blue = np.rint(np.clip(rgb, 0, 1) * 255).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"
