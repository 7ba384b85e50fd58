"""Colours as people read them."""

from __future__ import annotations

import numpy as np

from packshot.imaging.hex_colour import written_colour
from packshot_recolor.repaint import Floats, to_rgb


def to_hex(lab: Floats) -> str:
    """`#rrggbb` of L*, a*, b*."""
    return written_colour(to_rgb(np.asarray(lab, np.float32).reshape(1, 1, 3))[0, 0])
