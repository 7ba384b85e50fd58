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
_SATURATION, _LIGHTER, _DARK = 0.35, 35.0, 8.0
"""Of one colour in another light: difference of chroma over lightness; of lightness for greys; L* from which colour is seen."""


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
    """H×W bool: where a region (`weight`, H×W, above a half) has the colour that most of it has, in whatever light.

    The median of a blue shoe with a white sole is a colour that no part of it has.
    """
    found = [np.asarray(alike(lab, cluster.lab) & (weight > 0), np.bool_) for cluster in dominant(lab, weight, count=6, merge=10)]
    return max(found, key=np.count_nonzero, default=np.asarray(weight > 0, np.bool_))


def alike(lab: Floats, colour: Floats) -> npt.NDArray[np.bool_]:
    """H×W: what may be of this colour under another light: a* and b* grow and shrink with L*; greys must be about as light."""
    scaled = lab[..., 1:] / np.maximum(lab[..., :1], _DARK) - colour[1:] / max(float(colour[0]), _DARK)
    near = np.hypot(scaled[..., 0], scaled[..., 1]) < _SATURATION
    grey = float(np.hypot(colour[1], colour[2])) < _GREY
    return np.asarray(near & (np.abs(lab[..., 0] - colour[0]) < _LIGHTER) if grey else near, np.bool_)


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
