"""How strong the finest noise is."""

from __future__ import annotations

import numpy as np

from packshot.imaging.noise import noise_response
from packshot.plugin.frame import Plane


def noise_sigma(plane: Plane) -> float:
    """Standard deviation of the noise of `plane` (H×W, of 1), at least half a level of 255, by the median response."""
    return max(1.4826 * float(np.median(noise_response(plane))), 0.5 / 255)
