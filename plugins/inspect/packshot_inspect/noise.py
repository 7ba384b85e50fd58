"""How noisy a picture is."""

from __future__ import annotations

import math

import numpy as np

from packshot.imaging.noise import noise_response
from packshot.plugin.frame import Plane
from packshot_inspect.subject import Mask, inner


def noise_sigma(brightness: Plane, mask: Mask) -> float | None:
    """The standard deviation of the noise, in the usual scale of 0..255. Fine texture counts as noise, too.

    The mean response (Immerkær 1996) over the product's pixels that are neither black nor white, where clipping hides noise. None
    if fewer than 64 are left. `brightness` H×W 0..1.
    """
    usable = inner(mask & (brightness > 0.02) & (brightness < 0.98), 1)
    if np.count_nonzero(usable) < 64:
        return None
    return math.sqrt(math.pi / 2) * float(noise_response(brightness)[usable].mean()) * 255
