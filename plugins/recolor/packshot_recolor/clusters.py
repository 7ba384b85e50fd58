"""The few colours that a region consists of."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.cielab import delta_e
from packshot_recolor.repaint import Floats

_SAMPLE = 20_000
_SHADING = 0.4
"""Weight of lightness: light and shadow on one colour are one colour."""
_GREY = 12.0
"""Colours of less chroma are told apart by lightness alone, so there it counts in full."""
_COLOURED, _SAME_GREY = 0.3, 0.2
"""Chroma over lightness below which a colour is a grey; how far two greys' may differ."""
_PALER, _DEEPER = 2.5, 1.8
"""How many times less colourful lights leave a colour, and how many times more its shadows."""
_SAME_HUE, _SHADED, _DARK = 25.0, 35.0, 8.0
"""Degrees; L* by which shade and light differ on a grey; L* from which on colour is seen."""


@dataclass(frozen=True)
class Cluster:
    """One colour of a region."""

    lab: Floats
    """L*, a*, b* of its middle."""
    share: float
    """Of the region, 0 to 1."""


def dominant(lab: Floats, region: Floats, count: int, merge: float) -> list[Cluster]:
    """The colours of `region` (H×W, above a half) by share, at most `count`, any two more than `merge` (CIEDE2000) apart.

    k-means (S. Lloyd, 1982) on CIELAB with lightness weighing less; clusters that look alike are then joined.
    """
    pixels = lab[region > 0.5]
    if not len(pixels):
        pixels = lab[region > 0]
    if not len(pixels):
        return []
    sample = pixels[:: max(1, len(pixels) // _SAMPLE)]
    joined = _joined(_grouped(sample, 2 * count), count, merge)
    clusters = [Cluster(np.median(group, axis=0).astype(np.float32), len(group) / len(sample)) for group in joined]
    return sorted(clusters, key=lambda cluster: -cluster.share)


def _grouped(sample: Floats, count: int) -> list[Floats]:
    count = min(count, len(np.unique(sample, axis=0)))
    if count == 1:
        return [sample]
    cv2.setRNGSeed(0)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.1)
    space = np.ascontiguousarray(sample * np.array([_SHADING, 1, 1], np.float32))
    _, labels, _ = cv2.kmeans(space, count, np.empty((len(space), 1), np.int32), criteria, 2, cv2.KMEANS_PP_CENTERS)
    members = [sample[labels.ravel() == label] for label in range(count)]
    return [group for group in members if len(group)]


def belonging(lab: Floats, clusters: list[Cluster]) -> Floats:
    """H×W×N: how far each pixel belongs to each cluster; sums to 1."""
    distances = np.stack([distance(lab, cluster.lab) for cluster in clusters], axis=-1)
    nearest = distances.min(axis=-1, keepdims=True)
    closeness = np.exp(-(distances**2 - nearest**2) / (2 * 5.0**2))
    return np.asarray(closeness / closeness.sum(axis=-1, keepdims=True), np.float32)


def distance(lab: Floats, colour: Floats) -> Floats:
    """H×W: how far pixels are from `colour`, in units of a* and b*, whatever the light on them; from greys, in L* too."""
    chroma = float(np.hypot(colour[1], colour[2]))
    weight = _SHADING + (1 - _SHADING) * max(0.0, 1 - chroma / _GREY)
    difference = (lab - colour) * np.array([weight, 1, 1], np.float32)
    return np.asarray(np.sqrt((difference**2).sum(axis=-1)), np.float32)


def main_colour(lab: Floats, weight: Floats) -> npt.NDArray[np.bool_]:
    """H×W: where a region (`weight`, H×W) has the colour that most of it has, in whatever light.

    The median of a blue shoe with a white sole is a colour that no part of it has. Labels, print, soles and highlights are greys:
    beside a colour they count by half.
    """
    most, main = 0.0, np.asarray(weight > 0, np.bool_)
    for cluster in dominant(lab, weight, count=6, merge=10):
        found = alike(lab, cluster.lab) & (weight > 0)
        area = np.count_nonzero(found) * (0.5 if _strength(cluster.lab) < _COLOURED else 1)
        if area > most:
            most, main = area, np.asarray(found, np.bool_)
    return main


def alike(lab: Floats, colour: Floats) -> npt.NDArray[np.bool_]:
    """H×W: what may be of this colour under another light: of its hue, about as colourful for how light it is; greys must be
    about as light too.
    """
    scaled = lab[..., 1:] / np.maximum(lab[..., :1], _DARK)
    own = colour[1:] / max(float(colour[0]), _DARK)
    strength = _strength(colour)
    if strength < _COLOURED:
        apart = np.hypot(*np.moveaxis(scaled - own, -1, 0))
        return np.asarray((apart < _SAME_GREY) & (np.abs(lab[..., 0] - colour[0]) < _SHADED), np.bool_)
    along, across = scaled @ own / strength, np.abs(scaled @ np.array([-own[1], own[0]], np.float32)) / strength
    return np.asarray(
        (along > strength / _PALER) & (along < _DEEPER * strength) & (across < np.tan(np.radians(_SAME_HUE)) * along), np.bool_
    )


def _strength(colour: Floats) -> float:
    """Chroma over lightness."""
    return float(np.hypot(colour[1], colour[2])) / max(float(colour[0]), _DARK)


def _joined(groups: list[Floats], count: int, merge: float) -> list[Floats]:
    """The two nearest are joined until all are `merge` apart and no more than `count`."""
    while len(groups) > 1:
        middles = np.array([np.median(group, axis=0) for group in groups], np.float32)
        apart = delta_e(middles[:, None], middles[None])
        np.fill_diagonal(apart, np.inf)
        one, other = sorted(int(index) for index in np.unravel_index(int(np.argmin(apart)), apart.shape))
        if apart[one, other] > merge and len(groups) <= count:
            break
        groups[one] = np.concatenate([groups[one], groups.pop(other)])
    return groups
