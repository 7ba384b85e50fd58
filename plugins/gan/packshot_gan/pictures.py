"""Pictures that networks of this plugin make, as everybody else has them."""

from __future__ import annotations

import numpy as np

from packshot.plugin.frame import Plane


def shown(made: Plane) -> Plane:
    """H×W×3 uint8 of one picture that a network made (C×H×W, -1..1)."""
    rgb = np.rint(np.clip(made.transpose(1, 2, 0) * 127.5 + 127.5, 0, 255)).astype(np.uint8)
    return np.repeat(rgb, 3, axis=2) if rgb.shape[2] == 1 else rgb
