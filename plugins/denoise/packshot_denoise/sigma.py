"""How strong the noise of a plane is, judged by the plane alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from packshot.plugin.frame import Plane
from packshot_denoise.blocks import FORWARD, SIDE, diagonals

_BLOCKS = 6_000
"""At most so many blocks are looked at: enough for a precision of two percent, whatever the picture's size."""
_CALMEST, _FEWEST = 0.01, 32
_LOW, _HIGH = (diagonals() > 0) & (diagonals() < 5), diagonals() >= 7


def noise_sigma(plane: Plane, counted: npt.NDArray[np.bool_]) -> float | None:
    """The standard deviation of white noise in `plane` (H×W float), in its own units.

    N. N. Ponomarenko, V. V. Lukin, M. S. Zriakhov, A. Kaarna, J. Astola, "An automatic approach to lossy compression of AVIRIS
    images", IGARSS 2007: of all 8×8 blocks, the hundredth with the least energy at low frequencies shows noise and no texture;
    the median over the high frequencies of their mean energies is σ². Only blocks wholly in `counted` (H×W) are taken, and none
    that is of one value, as painted or clipped grounds are. None where there are not 32 of them.
    """
    blocks = _blocks(plane, counted)
    if len(blocks) < _FEWEST:
        return None
    energies = np.square(blocks @ FORWARD)
    calm = np.argsort(energies[:, _LOW].sum(axis=1), kind="stable")[: max(_FEWEST, round(_CALMEST * len(blocks)))]
    return float(np.sqrt(np.median(energies[calm][:, _HIGH].mean(axis=0))))


def _blocks(plane: Plane, counted: npt.NDArray[np.bool_]) -> Plane:
    windows = np.lib.stride_tricks.sliding_window_view
    if min(plane.shape) < SIDE:
        return np.empty((0, SIDE * SIDE), np.float32)
    step = max(SIDE // 2, int(np.sqrt(plane.size / _BLOCKS)))
    taken = np.s_[::step, ::step]
    inside = windows(counted, (SIDE, SIDE))[taken].all(axis=(2, 3))
    blocks = windows(plane, (SIDE, SIDE))[taken][inside].reshape(-1, SIDE * SIDE)
    lively: Plane = blocks[np.ptp(blocks, axis=1) > 1e-6]
    return lively
