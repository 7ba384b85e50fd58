"""Giving a network the surroundings of a hole only, and putting back only what is in the hole: all else keeps its every bit."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.ground import Box, box_of
from packshot.imaging.poisson import solve_poisson

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Make = Callable[[Floats, Mask, int], Floats]
"""A window's colours (h×w×3, 0..1), its hole (h×w) and its number, to what is to stand in the hole (h×w×3)."""

_NEAR = 0.06
"""Holes nearer than this share of the picture's shorter side are filled together."""
_GRAIN = 2.0
"""Pixels over which the difference at the rim is averaged: grain and fine edges are no difference in light."""
_LIGHT = 0.2
"""Of full scale: a difference larger than this is another thing at the rim, not other light, and would smear into the hole."""
_THIN = 8
"""Pixels: a picture with a shorter side than this is a strip, in which a seam is nothing to be seen."""


def surroundings(hole: Mask, context: float) -> list[Box]:
    """A box around each group of holes in `hole` (H×W), with `context` times the group's longer side of picture on every side."""
    height, width = hole.shape
    reach = max(1, round(_NEAR * min(height, width)))
    grown = cv2.dilate(hole.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    _, labels = cv2.connectedComponents(grown)
    boxes = []
    for label in range(1, int(labels.max()) + 1):
        inner = box_of(hole & (labels == label))
        assert inner is not None
        margin = max(reach, round(context * max(inner.width, inner.height)))
        boxes.append(
            Box(
                max(0, inner.left - margin),
                max(0, inner.top - margin),
                min(width, inner.right + margin),
                min(height, inner.bottom + margin),
            )
        )
    return boxes


def filled(rgb: Floats, weight: Floats, context: float, make: Make) -> Floats:
    """`rgb` (H×W×3) with each group of holes (`weight` above 0) filled by `make` from its surroundings."""
    result = rgb
    boxes = surroundings(weight > 0, context)
    for part, box in enumerate(boxes):
        window = np.s_[box.top : box.bottom, box.left : box.right]
        result = rgb.copy() if result is rgb else result
        made = make(np.clip(result[window], 0, 1), weight[window] > 0, part)
        result[window] = pasted(result[window], made, weight[window])
    return result


def pasted(rgb: Floats, made: Floats, weight: Floats) -> Floats:
    """`rgb` (H×W×3) with `made` where `weight` (H×W, 0..1) is not 0: mixed where it is less than 1, elsewhere every bit kept.

    What is made is first set into the picture's light: its difference to the picture around the hole goes on into the hole as a
    membrane (P. Pérez, M. Gangnet, A. Blake, "Poisson Image Editing", SIGGRAPH 2003, eq. 5), so that no seam shows.
    """
    hole = weight > 0
    if not hole.any():
        return rgb
    fits = hole.all() or min(hole.shape) < _THIN
    fitted = made if fits else made + _membrane(_averaged(rgb - made, ~hole), hole)
    mixed = rgb + weight[..., None] * (np.clip(fitted, 0, 1) - rgb)
    return np.where(hole[..., None], mixed, rgb)


def _membrane(difference: Floats, hole: Mask) -> Floats:
    return solve_poisson(difference, np.zeros_like(difference), hole)


def _averaged(difference: Floats, known: Mask) -> Floats:
    """`difference` averaged over its known neighbours; 0 where nothing is known."""
    weight = known.astype(np.float32)
    total = cv2.GaussianBlur(difference * weight[..., None], (0, 0), _GRAIN)
    share = cv2.GaussianBlur(weight, (0, 0), _GRAIN)[..., None]
    averaged = np.clip(total / np.maximum(share, np.float32(1e-6)), -_LIGHT, _LIGHT)
    return np.asarray(np.where(known[..., None], averaged, 0), np.float32)
