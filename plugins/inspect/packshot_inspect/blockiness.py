"""Traces of strong JPEG compression."""

from __future__ import annotations

import numpy as np

from packshot.plugin.frame import Plane
from packshot_inspect.subject import Mask

_BLOCK = 8
_LEAST_SIDE = 4 * _BLOCK


def blockiness(brightness: Plane, mask: Mask) -> float | None:
    """How much steeper steps at block borders are than inside blocks, less 1.

    0 is free of blocks; JPEG of quality 75 gives 0.2 to 1, of quality 50 0.5 to 2, where blocks begin to show.

    After Z. Wang, A. C. Bovik, B. L. Evans, "Blind measurement of blocking artifacts in images", ICIP 2000, in its simplest
    form: mean absolute second difference across columns and rows, at the phase of 8 where it is largest (a picture may have been
    cropped) ÷ the median of all phases. `brightness` H×W 0..1. None for pictures under 32 pixels, and where nothing steps.
    """
    found = [_along(each, chosen) for each, chosen in ((brightness, mask), (brightness.T, mask.T))]
    known = [value for value in found if value is not None]
    return float(np.mean(known)) if known else None


def _along(brightness: Plane, mask: Mask) -> float | None:
    """For borders between columns."""
    if min(brightness.shape) < _LEAST_SIDE:
        return None
    step = np.abs(np.diff(brightness, axis=1))
    # A border steps more than both its neighbours; the contrast of an edge, and of a slope, is in all three alike.
    excess = np.maximum(step[:, 1:-1] - (step[:, :-2] + step[:, 2:]) / 2, 0)
    inside = mask[:, 1:-2] & mask[:, 2:-1]
    counted = excess < 0.1
    weight = (inside & counted).astype(np.float32)
    columns, counts = (excess * weight).sum(axis=0), weight.sum(axis=0)
    phases = np.array([_ratio(columns[phase::_BLOCK].sum(), counts[phase::_BLOCK].sum()) for phase in range(_BLOCK)])
    usual = float(np.median(phases))
    return None if usual <= 1e-6 else float(phases.max() / usual - 1)


def _ratio(total: float, count: float) -> float:
    return total / count if count else 0.0
