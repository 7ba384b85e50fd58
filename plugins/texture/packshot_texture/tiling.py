"""Making a picture tileable."""

from __future__ import annotations

import cv2
import numpy as np

from packshot_texture.seams import Floats, closed_seam, difference, right_of, seam

_BANDS = (0.1, 0.14, 0.18, 0.22, 0.26, 0.3, 0.34)
"""Widths of the overlap that are tried, as shares of the side."""
_COARSE = 48
"""Broad light is looked for at this shorter side."""


def tileable(rgb: Floats) -> Floats:
    """`rgb` (H×W×3) a little smaller, so that it goes on without a seam beyond each side.

    The two ends overlap and are cut along the cheapest seam, as in A. Efros and W. Freeman's image quilting; the overlap is as
    wide as makes that seam cheapest, so regular patterns keep their period. The second seam closes on itself across the first.
    """
    across = _joined(rgb, closed=False)
    return np.ascontiguousarray(_joined(across.swapaxes(0, 1), closed=True).swapaxes(0, 1))


def evened(rgb: Floats, strength: float) -> Floats:
    """`rgb` with its broad differences of light and colour taken out, which would show as a pattern of tiles."""
    if strength == 0:
        return rgb
    height, width = rgb.shape[:2]
    shrink = max(1.0, min(height, width) / _COARSE)
    small = cv2.resize(rgb, (round(width / shrink), round(height / shrink)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(1.0, min(small.shape[:2]) / 4), borderType=cv2.BORDER_REFLECT)
    broad = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(rgb - np.float32(strength) * (broad - broad.mean(axis=(0, 1))), np.float32)


def _joined(rgb: Floats, closed: bool) -> Floats:
    width = rgb.shape[1]
    bands = sorted({max(1, round(share * width)) for share in _BANDS if round(share * width) < width}) or [0]
    best: tuple[float, Floats] | None = None
    for band in bands:
        if band == 0:
            continue
        cost = difference(rgb[:, width - band :], rgb[:, :band])
        path = closed_seam(cost) if closed else seam(cost)
        price = float(cost[np.arange(len(path)), path].mean())
        if best is None or price < best[0]:
            best = price, right_of(path, band)
    if best is None:
        return rgb
    keep = best[1][..., None]
    band = keep.shape[1]
    joint = rgb[:, width - band :] + keep * (rgb[:, :band] - rgb[:, width - band :])
    return np.concatenate([joint, rgb[:, band : width - band]], axis=1)
