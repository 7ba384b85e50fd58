"""How a product was photographed: where it stands, from how high it was seen, and from where it was lit."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from packshot_compose.floor import Floats, floor_line, lowest_rows, product_size

_FLATTEST, _STEEPEST = 0.14, 0.42
"""Sine of the camera's elevation: from about table height, and from well above. Between them scenes look natural."""
_SLOPE = 0.035
"""Difference of lightness from side to side, as a share of white, from which on it is the light's and not the print's."""


@dataclass(frozen=True)
class Standing:
    """In pixels of the picture."""

    base: float
    """The row of the product's lowest point."""
    middle: float
    """The column in the middle of what touches the floor."""
    width: float
    """Of the whole product."""
    foot: float
    """Width of what touches the floor."""
    height: float
    rise: float
    """How much shorter lengths away from the camera look than across: the sine of its elevation."""
    light_from: float | None
    """-1 from the left, 1 from the right; None where the product does not tell."""


def standing_of(rgb: Floats, alpha: Floats) -> Standing:
    """For a product in `rgb` (H×W×3) shown by `alpha` (H×W, 0..1), which must show something."""
    height, width = product_size(alpha)
    lowest, line = lowest_rows(alpha), floor_line(alpha)
    base = float(lowest.max())
    touching = np.flatnonzero((lowest >= 0) & (line - lowest < 0.03 * height + 1))
    left, right = float(touching.min()), float(touching.max())
    foot = max(right - left, 0.2 * width)
    # A round foot, and a box seen from a corner, reach up at both ends by half of what its depth looks like.
    ends = line[[int(left), int(right)]]
    rise = 2 * (base - float(ends.mean())) / foot
    return Standing(
        base=base,
        middle=(left + right) / 2,
        width=float(width),
        foot=foot,
        height=float(height),
        rise=float(np.clip(rise, _FLATTEST, _STEEPEST)),
        light_from=_light_from(rgb, alpha),
    )


def _light_from(rgb: Floats, alpha: Floats) -> float | None:
    """By the slope of brightness across the product: round and many-sided things are brighter on the lamp's side."""
    solid = cv2.erode((alpha > 0.9).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    rows, columns = np.nonzero(solid)
    if len(rows) < 100:
        return None
    brightness = rgb[solid].mean(axis=1)
    across = columns - columns.mean()
    slope = float((across * brightness).sum() / max(float((across**2).sum()), 1e-9)) * float(np.ptp(columns))
    return None if abs(slope) < _SLOPE else float(np.sign(slope))
