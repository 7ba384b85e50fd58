"""The guided filter: a plane made to follow a picture's edges."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]


def guided_filter(guide: Floats, source: Floats, radius: int, epsilon: float) -> Floats:
    """`source` (H×W float32) filtered so that it is locally linear in `guide` (H×W×3 float32, 0..1), in windows of 2·radius + 1.

    `epsilon` is the variance of colour below which a window counts as flat. K. He, J. Sun, X. Tang, "Guided Image Filtering",
    IEEE TPAMI 2013, equations 19-21.
    """

    def mean(plane: Floats) -> Floats:
        return cv2.boxFilter(plane, -1, (2 * radius + 1, 2 * radius + 1), borderType=cv2.BORDER_REFLECT)

    r, g, b = (np.ascontiguousarray(guide[..., channel]) for channel in range(3))
    mean_guide, mean_source = mean(guide), mean(source)
    mr, mg, mb = (mean_guide[..., channel] for channel in range(3))
    rr, gg, bb = mean(r * r) - mr * mr + epsilon, mean(g * g) - mg * mg + epsilon, mean(b * b) - mb * mb + epsilon
    rg, rb, gb = mean(r * g) - mr * mg, mean(r * b) - mr * mb, mean(g * b) - mg * mb
    cr, cg, cb = mean(r * source) - mr * mean_source, mean(g * source) - mg * mean_source, mean(b * source) - mb * mean_source
    # The inverse of the symmetric 3×3 covariance of each window, by cofactors.
    irr, irg, irb = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    igg, igb, ibb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    determinant = rr * irr + rg * irg + rb * irb
    ar = (irr * cr + irg * cg + irb * cb) / determinant
    ag = (irg * cr + igg * cg + igb * cb) / determinant
    ab = (irb * cr + igb * cg + ibb * cb) / determinant
    offset = mean_source - ar * mr - ag * mg - ab * mb
    return np.asarray(mean(ar) * r + mean(ag) * g + mean(ab) * b + mean(offset))
