"""A picture of a data set, with what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from packshot.plugin.frame import Plane


@dataclass(frozen=True)
class Picture:
    """What a trainer makes an example of. Arrays are read-only and may lie in a file: crop first, then calculate."""

    rgb: Plane
    """H×W×3 uint8, sRGB."""
    planes: Mapping[str, Plane] = field(default_factory=dict)
    """Truth for each pixel: `alpha` (H×W uint8 or uint16, full scale opaque), `depth`, `normals`, `shadow`, …"""
    category: str = ""
    product: str = ""
    name: str = ""
    """The same for the same picture: a digest, or how it was made."""

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.rgb.shape[1])
