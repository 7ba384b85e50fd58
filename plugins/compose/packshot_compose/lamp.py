"""The shadow that a lamp throws of a standing product, slice by slice.

A slice of the product at height h above the floor darkens the floor h·spread away from where it stands, along the light. The
geometry is that of projective shadows (J. F. Blinn, "Me and my (fake) shadow", IEEE CG&A 1988); a lamp that is not a point
gives each slice a penumbra in proportion to h (R. Fernando, "Percentage-closer soft shadows", SIGGRAPH 2005).
"""

from __future__ import annotations

import cv2
import numpy as np

from packshot_compose.floor import Floats, floor_line, product_size

FLATNESS = 0.5
"""How much shorter lengths on the floor look away from the viewer than across: a camera 30° above it."""
DEPTH = 0.4
"""How deep a slice of a product is taken to be, as a share of its width, but no deeper than the product is tall."""
_SIDE = 400
"""The work is done at most this large."""
_SLICES = 40
_FADE = 1.1
"""How fast light from the room fills the shadow with height."""


def laid_down(alpha: Floats, direction: float, spread: float, softness: float) -> Floats:
    """H×W 0..1: the shadow on the floor of a product (H×W 0..1) that stands on its floor line.

    `direction` in degrees, 0 right and 90 towards the viewer; `spread` is the shadow's length as a share of the product's height.
    """
    scale = min(1.0, _SIDE / max(alpha.shape))
    size = max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale))
    small = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)
    tall, width = product_size(small)
    if not tall:
        return np.zeros_like(alpha)
    angle = np.deg2rad(direction)
    reach = np.array([np.cos(angle), FLATNESS * np.sin(angle)]) * spread
    floor = floor_line(small)
    step = tall / min(_SLICES, tall)
    shadow = np.zeros_like(small)
    for height in np.arange(step / 2, tall, step):
        outline = _outline(small, floor, height, step)
        # Photographed from low down, a product hides the depth of its foot.
        deepest = tall * min(1.0, 4 * height / tall)
        stands = _footprint(outline, floor, len(small), deepest, max(1.0, 0.6 * step * abs(reach[1])))
        penumbra = 0.004 * width + (0.02 + 0.13 * softness) * height * spread
        fell = _moved_and_blurred(stands, reach * height, penumbra)
        np.maximum(shadow, fell * np.float32(np.exp(-_FADE * height / tall)), out=shadow)
    return np.asarray(cv2.resize(shadow, alpha.shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _outline(alpha: Floats, floor: Floats, height: float, thick: float) -> Floats:
    """W 0..1: where the product is at this height above the floor."""
    columns = np.arange(alpha.shape[1])
    found = np.zeros(alpha.shape[1], np.float32)
    for row in np.unique(np.rint([height - thick / 3, height, height + thick / 3])):
        rows = np.rint(floor - row).astype(int)
        inside = (rows >= 0) & (rows < alpha.shape[0])
        found = np.maximum(found, np.where(inside, alpha[np.clip(rows, 0, alpha.shape[0] - 1), columns], 0))
    return found.astype(np.float32)


def _footprint(outline: Floats, floor: Floats, rows: int, deepest: float, thinnest: float) -> Floats:
    """H×W 0..1: the slice seen on the floor, an ellipse as wide as each run of the outline, its front on the floor line."""
    solid = (outline > 0.5).astype(np.uint8)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], solid, [0]))))
    half = np.zeros(len(outline), np.float32)
    for start, end in edges.reshape(-1, 2):
        across = (np.arange(start, end) + 0.5 - start) / (end - start) * 2 - 1
        half[start:end] = np.maximum(thinnest, 0.5 * FLATNESS * min(DEPTH * (end - start), deepest) * np.sqrt(1 - across**2))
    middle = floor - half.max(initial=0)
    off = np.abs(np.arange(rows, dtype=np.float32)[:, None] - middle)
    return np.asarray(np.clip(half - off + 0.5, 0, 1) * outline, np.float32)


def _moved_and_blurred(plane: Floats, by: Floats, sigma: float) -> Floats:
    move = np.array([[1, 0, by[0]], [0, 1, by[1]]], np.float32)
    moved = cv2.warpAffine(plane, move, plane.shape[::-1], flags=cv2.INTER_LINEAR, borderValue=0)
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), max(0.4, sigma), borderType=cv2.BORDER_CONSTANT), np.float32)
