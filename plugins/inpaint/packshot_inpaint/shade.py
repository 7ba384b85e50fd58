"""The shadow beside an object: darker than the ground would be there, and of the ground's colour."""

from __future__ import annotations

import cv2
import numpy as np

from packshot_inpaint.hole import expanded
from packshot_inpaint.membrane import Bools, Floats, membrane

_SIDE = 400
"""Shadows are soft: they are looked for at this longer side."""
_FAINT = 0.025
"""A shadow takes at least this share of the light."""
_MOST = 0.8
"""So much of the picture at most is object and shadow; the rest tells what the ground is like."""
_HUE = 0.03
"""How far the shares of red, green and blue may change in a shadow."""
_LARGEST = 2.0
"""Times the object's area: what is larger is no shadow of it, but a thing of the ground's colour that it lies on or stands by."""


def with_shade(rgb: Floats, object_: Bools, reach: float) -> Bools:
    """H×W: `object_` and the shadow that hangs together with it, at most `reach` of the object's longer side away."""
    height, width = object_.shape
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = blurred(np.asarray(cv2.resize(np.clip(rgb, 0, 1), size, interpolation=cv2.INTER_AREA), np.float32), 1.2)
    inside = cv2.resize(object_.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    _, _, wide, high = cv2.boundingRect(inside.astype(np.uint8))
    pixels = max(2, round(reach * max(wide, high)))
    zone = expanded(inside, pixels)
    while zone.mean() > _MOST and pixels > 2:
        pixels //= 2
        zone = expanded(inside, pixels)
    if zone.all():
        return object_
    shade = _beside(_shaded(small, inside, zone, pixels) & zone, inside)
    grown = cv2.resize(shade.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.25
    return object_ | grown


def _shaded(rgb: Floats, inside: Bools, zone: Bools, pixels: int) -> Bools:
    """Darker than the ground that the picture outside `zone` lets expect, by more than that ground itself varies."""
    ground = membrane(blurred(rgb, 2), ~zone)
    around = expanded(zone, pixels) & ~zone
    light, wanted = rgb.mean(axis=2), np.maximum(ground.mean(axis=2), 0.02)
    loss = 1 - light / wanted
    variation = float(np.median(np.abs(_detail(light) / np.maximum(light, 0.02))[around])) if around.any() else 0.0
    hue = np.abs(rgb / np.maximum(light, 0.02)[..., None] - ground / wanted[..., None]).max(axis=2) / 3
    return np.asarray((loss > max(_FAINT, 4 * variation)) & (hue < _HUE) & ~inside)


def _detail(light: Floats) -> Floats:
    return np.asarray(light - blurred(light, 6), np.float32)


def blurred(plane: Floats, radius: float) -> Floats:
    """A Gaussian mean, the border continued."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), radius, borderType=cv2.BORDER_REPLICATE), np.float32)


def _beside(shade: Bools, inside: Bools) -> Bools:
    """The pieces of `shade` that begin within two pixels of the object and are of a shadow's size."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(shade.astype(np.uint8), connectivity=8)
    touching = np.unique(labels[expanded(inside, 2) & shade])
    small = [label for label in touching if stats[label, cv2.CC_STAT_AREA] <= _LARGEST * inside.sum()]
    return np.asarray(np.isin(labels, small))
