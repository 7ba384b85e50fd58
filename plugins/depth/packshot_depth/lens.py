"""Depth of field: a lens draws what is out of focus as discs, and what is near hides what is far, also with its blur."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.imaging.spread import spread_outward
from packshot_depth.plane import Floats

_LAYERS = 9
_RADIUS = 5.0
"""A layer is made smaller until its disc has this radius, pixels."""


_SHARP = 0.5
"""A disc of a smaller radius is a pixel."""


def defocused(rgb: Floats, depth: Floats, focus: float, widest: float) -> Floats:
    """`rgb` (H×W×3 sRGB-encoded) as a lens focused at depth `focus` shows it; `widest` is the disc's radius, pixels, one depth
    away.

    The picture is cut into layers of depth, blurred as light, and laid over each other from far to near. Each goes on behind
    the nearer ones, so that their blur uncovers something and nothing sharp bleeds into it: M. Kraus and M. Strengert,
    "Depth-of-field rendering by pyramidal image processing", Eurographics 2007, §4.
    """
    light = srgb_to_linear(rgb)
    place = depth * np.float32(_LAYERS)
    # From behind the farthest things on, nothing is behind them.
    out, _ = _layer(light, place, 0, abs(_nearest(focus, 0) - focus) * widest)
    for layer in range(1, _LAYERS):
        if (place > layer - 1).any():
            colours, cover = _layer(light, place, layer, abs(_nearest(focus, layer) - focus) * widest)
            out = out + (colours - out) * cover[..., None]
    return linear_to_srgb(out)


def _nearest(focus: float, layer: int) -> float:
    """The depth of a layer that is nearest to the focus."""
    return float(np.clip(focus, layer / _LAYERS, (layer + 1) / _LAYERS))


def _layer(light: Floats, place: Floats, layer: int, radius: float) -> tuple[Floats, Floats]:
    """A layer's colours and cover, blurred. `place` is the depth in layers."""
    # All that is in this layer or nearer: the nearer part is only there to be covered.
    here = np.clip(place - (layer - 1), 0, 1) if layer else np.ones_like(place)
    scale = min(1.0, _RADIUS / max(radius, _SHARP))
    size = max(1, round(place.shape[1] * scale)), max(1, round(place.shape[0] * scale))
    small, cover = (_resized(plane, size, cv2.INTER_AREA) for plane in (light, here))
    depth = _resized(place, size, cv2.INTER_NEAREST)
    seen = np.clip(layer + 1.5 - depth, 0, 1)
    spread = spread_outward(small, seen * cover)
    if layer:
        # What is nearer hides this layer only where the things around it are this layer, or its blur would surround it.
        behind = spread_outward(np.dstack((depth, depth, depth)), seen)[..., 0]
        cover = cover * np.clip(np.where(seen > 0, depth, behind) - (layer - 1), 0, 1)
    if radius < _SHARP:
        return spread, cover
    kernel = _disc(radius * scale)
    # Colours are blurred with the cover as their weight, so that those beyond the layer's edge stay out.
    weight = np.maximum(cover, np.float32(1e-3))
    soft = _filtered(np.asarray(spread * weight[..., None], np.float32), kernel) / _filtered(weight, kernel)[..., None]
    whole = place.shape[1], place.shape[0]
    return _resized(soft, whole, cv2.INTER_LINEAR), np.clip(_resized(_filtered(cover, kernel), whole, cv2.INTER_LINEAR), 0, 1)


def _resized(plane: Floats, size: tuple[int, int], method: int) -> Floats:
    return plane if plane.shape[1::-1] == size else np.asarray(cv2.resize(plane, size, interpolation=method), np.float32)


def _filtered(plane: Floats, kernel: Floats) -> Floats:
    return np.asarray(cv2.filter2D(plane, -1, kernel), np.float32)


def _disc(radius: float) -> Floats:
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(disc / disc.sum(), np.float32)
