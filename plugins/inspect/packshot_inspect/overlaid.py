"""Two pictures of one thing laid over each other and compared: what differs beyond light, and where."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.align import Alignment
from packshot.imaging.cielab import delta_e, to_lab
from packshot.imaging.ground import Box
from packshot.plugin import Frame
from packshot.plugin.frame import Plane
from packshot_inspect.subject import Mask

_BLUR = 1.5
"""Pixels: finer differences are resampling and sharpening."""
_ROUNDS = 3


@dataclass(frozen=True)
class Blob:
    """A place where two pictures differ."""

    box: Box
    area: int
    """Pixels."""
    worst: float
    """Largest excess of the difference over what is tolerated, ΔE."""


def in_place_of(frame: Frame, alignment: Alignment, height: int, width: int) -> tuple[Plane, Mask]:
    """`frame` (float) as the reference shows it, on white where it is clear, and where it shows anything."""
    rgb = np.clip(frame.rgb, 0, 1)
    if frame.alpha is not None:
        rgb = rgb * frame.alpha[..., None] + (1 - frame.alpha[..., None])
    # Where the moving picture is larger, only a blur before the warp keeps its detail from turning into false pattern.
    scale = float(np.sqrt(abs(np.linalg.det(alignment.matrix[:2, :2] / alignment.matrix[2, 2]))))
    if scale > 1.2:
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.5 * scale)
    warped, seen = alignment.warped(rgb, height, width)
    return warped, np.asarray(seen > 0.5)


def matched(rgb: Plane, like: Plane, mask: Mask) -> Plane:
    """`rgb` in the light of `like`: by one affine map of colours that fits where `mask` holds, as exposure and white balance are.

    Least squares over the nearer three quarters of the pixels, three rounds, so that what really differs has no say.
    """
    chosen = np.flatnonzero(mask)
    chosen = chosen[:: max(1, len(chosen) // 50_000)]
    source = np.column_stack([rgb.reshape(-1, 3)[chosen], np.ones(len(chosen), np.float32)]).astype(np.float64)
    target = like.reshape(-1, 3)[chosen].astype(np.float64)
    fitting = np.ones(len(chosen), np.bool_)
    colours = np.eye(4, 3)
    for _ in range(_ROUNDS):
        if fitting.sum() < 16:
            break
        colours = _fitted(source[fitting], target[fitting])
        error = np.linalg.norm(source @ colours - target, axis=1)
        fitting = error <= np.quantile(error, 0.75)
    return np.clip(cv2.transform(rgb, colours.T), 0, 1).astype(np.float32)


def _fitted(source: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # Drawn towards no change, so that a picture of one colour does not fit anything to anything.
    pull = 1e-3 * len(source)
    return np.asarray(np.linalg.solve(source.T @ source + pull * np.eye(4), source.T @ target + pull * np.eye(4, 3)), np.float64)


def difference(one: Plane, other: Plane) -> Plane:
    """CIEDE2000 of two pictures H×W×3, both smoothed a little."""
    first, second = (to_lab(cv2.GaussianBlur(each, (0, 0), _BLUR)) for each in (one, other))
    return delta_e(first, second)


def edge_give(rgb: Plane, pixels: float) -> Plane:
    """How much each place of `rgb` may differ because it may be `pixels` off: the range of its colours nearby, ΔE; H×W."""
    size = 2 * max(1, round(pixels)) + 1
    kernel = np.ones((size, size), np.uint8)
    lab = to_lab(cv2.GaussianBlur(rgb, (0, 0), _BLUR))
    reach: Plane = np.linalg.norm(cv2.dilate(lab, kernel) - cv2.erode(lab, kernel), axis=-1)
    return reach * np.float32(0.5 * min(1.0, pixels))


def blobs(excess: Plane, where: Mask, least: int) -> list[Blob]:
    """The places with `excess` above 0 of at least `least` pixels, the largest first."""
    marked = ((excess > 0) & where).astype(np.uint8)
    opened = cv2.morphologyEx(marked, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    found = []
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if area >= least:
            box = Box(left, top, left + width, top + height)
            inside = labels[top : box.bottom, left : box.right] == label
            found.append(Blob(box, area, round(float(excess[top : box.bottom, left : box.right][inside].max()), 1)))
    return sorted(found, key=lambda blob: -blob.area)
