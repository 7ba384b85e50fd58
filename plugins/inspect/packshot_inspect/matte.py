"""What a cutout's alpha and the colours under it tell."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from packshot.imaging.ground import Box, connected_with_border
from packshot.plugin.frame import Plane
from packshot_inspect.subject import Mask

_CLEAR, _OPAQUE = 0.02, 0.98
_SPECK = 0.0002
"""Share of the product: smaller holes and pieces are noise."""
_STRAY = 0.02
"""Share of the product under which a piece beside it is a leftover and not a second part."""
_SAME = 12.0
"""Lab distance under which a hole shows the ground."""
_APART = 20.0
"""Lab distance that ground and product need, so that a rim can be seen to be of one or the other."""
_LEAK = 0.35
"""Share of the way from the product's colour to the ground's from which a rim is the ground's."""


@dataclass(frozen=True)
class Hole:
    """A clear place that the product encloses."""

    box: Box
    share: float
    """Of the product's area."""
    shows_ground: bool


@dataclass(frozen=True)
class Matte:
    """A cutout, taken apart."""

    solid: Mask
    """More opaque than clear."""
    core: Mask
    """Inside the outline, away from the soft edge, holes included."""
    clear: Mask
    soft_inside: float
    """Share of the core that is neither opaque nor clear."""
    soft_edge: float
    """Mean width of the soft edge in pixels."""
    stray_share: float
    stray_count: int
    holes: tuple[Hole, ...]


def read_matte(alpha: Plane, lab: Plane) -> Matte:
    """`alpha` H×W 0..1 and the Lab colours under it; something must be more than half opaque."""
    solid, clear = alpha > 0.5, alpha <= _CLEAR
    # Not of `clear`: a see-through place in the product belongs to its silhouette.
    silhouette = ~connected_with_border(~solid)
    reach = max(3, round(0.01 * float(np.hypot(*alpha.shape))))
    core = cv2.distanceTransform(np.pad(silhouette.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1] > reach
    soft = (alpha > _CLEAR) & (alpha < _OPAQUE)
    stray_share, stray_count = _stray(solid)
    outline = cv2.morphologyEx(silhouette.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)).sum()
    return Matte(
        solid=solid,
        core=core,
        clear=clear,
        soft_inside=float(soft[core].mean()) if core.any() else 0.0,
        soft_edge=float((soft & ~core).sum() / max(1, outline)),
        stray_share=stray_share,
        stray_count=stray_count,
        holes=_holes(silhouette, solid, clear, lab),
    )


def _stray(solid: Mask) -> tuple[float, int]:
    """Share of the product in small pieces, and how many there are."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8), connectivity=8)
    areas = stats[1:count, cv2.CC_STAT_AREA] / solid.sum()
    small = areas[(areas < _STRAY) & (areas < areas.max())]
    counted = small[small > _SPECK / 10]
    return float(small.sum()), len(counted)


def _holes(silhouette: Mask, solid: Mask, clear: Mask, lab: Plane) -> tuple[Hole, ...]:
    inside = silhouette & ~solid
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=4)
    outside = clear & ~silhouette
    found = []
    for label in range(1, count):
        left, top, width, height, area = stats[label]
        if area <= max(4, _SPECK * silhouette.sum()):
            continue
        box = Box(int(left), int(top), int(left + width), int(top + height))
        within = labels[box.top : box.bottom, box.left : box.right] == label
        found.append(Hole(box, float(area / silhouette.sum()), _shows_ground(box, within, outside, lab)))
    return tuple(found)


def _shows_ground(box: Box, within: Mask, outside: Mask, lab: Plane) -> bool:
    """Whether a hole looks like the ground nearest to it: around its own box, wider and wider."""
    colour = np.median(lab[box.top : box.bottom, box.left : box.right][within], axis=0)
    height, width = outside.shape
    reach = max(box.width, box.height, 16)
    while True:
        window = slice(max(0, box.top - reach), box.bottom + reach), slice(max(0, box.left - reach), box.right + reach)
        near = outside[window]
        if near.sum() >= 64:
            return bool(np.linalg.norm(lab[window][near] - colour, axis=-1).min() < _SAME)
        if reach > max(height, width):
            return True
        reach *= 2


def halo(matte: Matte, lab: Plane) -> float | None:
    """Share of the outline whose outermost opaque pixels have the ground's colour rather than the product's.

    The product's colour is taken a few pixels further inside, the ground's a few pixels outside. None where the two are too alike
    nearly everywhere, or the ground's colours are gone.
    """
    depth = cv2.distanceTransform(np.pad(matte.solid.astype(np.uint8), 1, mode="edge"), cv2.DIST_L2, 5)[1:-1, 1:-1]
    away = cv2.distanceTransform((~matte.solid).astype(np.uint8), cv2.DIST_L2, 5)
    rim = (depth > 1) & (depth <= 2.5)
    product = _local_mean(lab, (depth > 5) & (depth <= 14), rim)
    ground = _local_mean(lab, matte.clear & (away > 3) & (away <= 14), rim)
    if product is None or ground is None:
        return None
    apart = ground - product
    distance = np.linalg.norm(apart, axis=-1)
    usable = distance > _APART
    if usable.sum() < max(20, 0.1 * rim.sum()):
        return None
    way = ((lab[rim] - product) * apart).sum(axis=-1)[usable] / np.square(distance[usable])
    return float(np.mean(way > _LEAK))


def _local_mean(lab: Plane, of: Mask, at: Mask) -> Plane | None:
    """The mean colour of pixels `of` near each pixel `at`, N×3; far from any it is the mean of all. None without any."""
    if not of.any() or not at.any():
        return None
    size = (31, 31)
    weight = cv2.blur(of.astype(np.float32), size)
    total = cv2.blur(np.where(of[..., None], lab, 0).astype(np.float32), size)
    everywhere = lab[of].mean(axis=0)
    near = weight[at] > 1e-4
    return np.where(near[:, None], total[at] / np.maximum(weight[at], 1e-4)[:, None], everywhere)
