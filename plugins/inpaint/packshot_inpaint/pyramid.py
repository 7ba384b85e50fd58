"""A picture with a hole at several sizes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from packshot_inpaint.membrane import Bools, Floats

_COARSEST = 24
"""No level has a side of fewer pixels than this."""
_TEXTURE = 8.0
"""Weight of the texture channel beside the colours."""


@dataclass(frozen=True)
class Level:
    """A picture with a hole at one size."""

    channels: Floats
    """H×W×4: colours and texture; anything in the hole."""
    hole: Bools
    """H×W."""


def pyramid(rgb: Floats, hole: Bools, patch: int) -> list[Level]:
    """From full size down to where the hole is about as wide as a patch.

    Pixels are averaged over what is known of them, so the hole's colours never bleed into its rim. Beside the colours a level
    holds how strongly the full picture varies there: small pictures alone cannot tell grass from felt
    (Newson et al. 2014, §3.3).
    """
    levels = [Level(np.dstack((rgb, _texture(rgb, hole, patch))), hole)]
    while True:
        last = levels[-1]
        thickness = cv2.distanceTransform(np.pad(last.hole, 1, mode="edge").astype(np.uint8), cv2.DIST_L2, 3).max()
        if min(last.hole.shape) < 2 * _COARSEST or thickness <= patch / 2:
            return levels
        levels.append(_halved(last))


def _texture(rgb: Floats, hole: Bools, patch: int) -> Floats:
    """H×W: mean absolute difference to the pixel on the right and below, over a patch, of what is known."""
    grey = rgb.mean(axis=2)
    known = (~hole).astype(np.float32)
    steps, counted = np.zeros_like(grey), np.zeros_like(grey)
    for axis in (0, 1):
        both = known * np.roll(known, -1, axis)
        steps += np.abs(np.roll(grey, -1, axis) - grey) * both
        counted += both
    size = (2 * patch + 1, 2 * patch + 1)
    mean: Floats = cv2.blur(steps, size) / np.maximum(cv2.blur(counted, size), 1e-6)
    return mean * np.float32(_TEXTURE)


def _halved(level: Level) -> Level:
    height, width = level.hole.shape
    size = ((width + 1) // 2, (height + 1) // 2)
    known = (~level.hole).astype(np.float32)
    share = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(level.channels * known[..., None], size, interpolation=cv2.INTER_AREA)
    means = np.asarray(sums / np.maximum(share, 1e-6)[..., None], np.float32)
    return Level(means, np.asarray(share < 0.5, np.bool_))
