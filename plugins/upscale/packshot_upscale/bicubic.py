"""Shrinking and enlarging with Keys' cubic, as the tables of this literature do."""

from __future__ import annotations

import numpy as np
from PIL import Image

from packshot.plugin.frame import Plane


def resized(rgb: Plane, height: int, width: int) -> Plane:
    """H×W×C float32 in another size.

    R. G. Keys, "Cubic convolution interpolation for digital image processing", IEEE TASSP 29(6), 1981, with a = -1/2, widened
    where it shrinks so that nothing aliases: MATLAB's imresize but at the borders, which that mirrors and this does not.
    """
    planes = (Image.fromarray(np.ascontiguousarray(rgb[..., channel], np.float32)) for channel in range(rgb.shape[2]))
    return np.stack([np.asarray(plane.resize((width, height), Image.Resampling.BICUBIC)) for plane in planes], axis=-1)


def shrunk(rgb: Plane, factor: int) -> Plane:
    """H×W×C uint8, `factor` times as small; sides that are no multiples lose what is over, as in the tables."""
    height, width = (side // factor for side in rgb.shape[:2])
    whole = rgb[: height * factor, : width * factor].astype(np.float32)
    return np.asarray(np.rint(np.clip(resized(whole, height, width), 0, 255)), np.uint8)
