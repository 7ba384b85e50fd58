"""Spots in a plane: what is brighter or darker than all of its surroundings, and how to paint over it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.spread import spread_outward
from packshot.plugin.frame import Plane

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Spot:
    """A connected part of a mask."""

    label: int
    area: int
    box: tuple[slice, slice]
    """Rows and columns."""

    @property
    def extent(self) -> int:
        """The longer side of its box, pixels."""
        return max(int(part.stop - part.start) for part in self.box)


def brighter_than_around(plane: Plane, across: int) -> Plane:
    """How much each pixel of `plane` (H×W) rises above its surroundings, in things less than `across` pixels wide (white top-hat,
    F. Meyer, 1979)."""
    # A square, which OpenCV takes apart into rows and columns: a disc of a hundred pixels takes a second a megapixel.
    square = np.ones((across, across), np.uint8)
    return plane - cv2.morphologyEx(plane, cv2.MORPH_OPEN, square, borderType=cv2.BORDER_REFLECT)


def spots_of(mask: Mask) -> tuple[npt.NDArray[np.int32], list[Spot]]:
    """A label for each pixel (0 outside), and the spots."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    found = [
        Spot(label, int(area), (slice(int(top), int(top + height)), slice(int(left), int(left + width))))
        for label, (left, top, width, height, area) in enumerate(stats)
    ]
    return np.asarray(labels, np.int32), found[1:]


def only(labels: npt.NDArray[np.int32], kept: list[int]) -> Mask:
    """Where `labels` are among `kept`."""
    chosen = np.zeros(int(labels.max()) + 1, np.bool_)
    chosen[kept] = True
    return np.asarray(chosen[labels], np.bool_)


def grown(mask: Mask, reach: int) -> Mask:
    """`mask` and what is within `reach` pixels of it."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _disc(2 * reach + 1)) > 0, np.bool_)


def painted_over(rgb: Plane, mask: Mask) -> Plane:
    """`rgb` (H×W×C) with the colours around `mask` going on smoothly through it; as it is where nothing is around."""
    return spread_outward(rgb, (~mask).astype(np.float32))


def _disc(across: int) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across)), np.uint8)
