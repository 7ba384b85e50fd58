"""Colours carried on over where there are none."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.studio.noise import Floats


def spread(own: Floats, alpha: Floats) -> Floats:
    """H×W×3 colours of H×W×3 colours weighted by coverage `alpha`; where that is 0, those of what is near.

    Pull and push: S. J. Gortler et al., "The Lumigraph", SIGGRAPH 1996.
    """
    levels = [(own, alpha)]
    while min(levels[-1][1].shape) > 4:
        colour, cover = levels[-1]
        size = ((cover.shape[1] + 1) // 2, (cover.shape[0] + 1) // 2)
        levels.append(
            (cv2.resize(colour, size, interpolation=cv2.INTER_AREA), cv2.resize(cover, size, interpolation=cv2.INTER_AREA))
        )
    colour, cover = levels.pop()
    result = np.asarray(colour / np.maximum(cover, 1e-6)[..., None], np.float32)
    for colour, cover in reversed(levels):
        result = np.asarray(cv2.resize(result, cover.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
        trust = np.clip(cover * 20, 0, 1)[..., None]
        result = result + (colour / np.maximum(cover, 1e-3)[..., None] - result) * trust
    return result
