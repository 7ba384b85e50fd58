"""What is true of a rendered picture, as planes of whole numbers: what files hold, and what trainers are given."""

from __future__ import annotations

import numpy as np

from packshot.plugin.frame import Plane
from packshot.studio.render import Render

DEPTH_UNIT = 0.0001
"""Metres of one step of the 16-bit depth plane: it ends at 6.5535 m."""
PLANES = ("alpha", "depth", "normals", "shadow", "clean")
"""Those that `planes_of` gives."""


def planes_of(made: Render) -> dict[str, Plane]:
    """By name, H×W: `alpha`, `depth` (uint16) and `shadow` (uint8); H×W×3 uint8: `normals` (n·127.5 + 127.5), `clean` (sRGB)."""
    return {
        "alpha": np.rint(made.alpha * 65535).astype(np.uint16),
        "depth": np.rint(np.clip(made.depth / DEPTH_UNIT, 0, 65535)).astype(np.uint16),
        "normals": np.rint(made.normals * 127.5 + 127.5).astype(np.uint8),
        "shadow": np.rint(made.shadow * 255).astype(np.uint8),
        "clean": made.clean,
    }
