"""Colours as people read them."""

from __future__ import annotations

import numpy as np

from packshot_recolor.repaint import Floats, to_rgb


def to_hex(lab: Floats) -> str:
    """`#rrggbb` of L*, a*, b*."""
    red, green, blue = np.rint(to_rgb(np.asarray(lab, np.float32).reshape(1, 1, 3))[0, 0] * 255).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"
