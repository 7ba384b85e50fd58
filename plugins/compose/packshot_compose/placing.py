"""A cutout scaled and put in its place on a canvas, without fringes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from packshot.errors import BadPhoto
from packshot.imaging.ground import Box
from packshot.imaging.spread import spread_outward
from packshot_compose.overlay import Floats

_SEEN = 1 / 512


@dataclass(frozen=True)
class Cutout:
    """A product cut to its box: straight sRGB-encoded colours H×W×3, alpha H×W, both 0..1."""

    rgb: Floats
    alpha: Floats

    @property
    def aspect(self) -> float:
        """Width by height."""
        return float(self.alpha.shape[1] / self.alpha.shape[0])

    @staticmethod
    def of(rgb: Floats, alpha: Floats, operation: str) -> Cutout:
        """The part of a picture that alpha shows. BadPhoto if it shows nothing."""
        seen = alpha > _SEEN
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        if not len(rows):
            raise BadPhoto(f"{operation} found a cutout with nothing in it: the product was not found in its photo.")
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return Cutout(np.clip(rgb[box], 0, 1).astype(np.float32), np.clip(alpha[box], 0, 1).astype(np.float32))

    def placed(self, canvas: tuple[int, int], box: Box) -> tuple[Floats, Floats]:
        """Colours and alpha on a clear canvas (height, width) with the product filling `box`, which may reach past its edges."""
        size = max(1, box.width), max(1, box.height)
        method = cv2.INTER_AREA if size[0] < self.alpha.shape[1] else cv2.INTER_CUBIC
        # Colours that go on beyond the edge leave no fringe of the old ground when pixels are mixed.
        spread = np.ascontiguousarray(spread_outward(self.rgb, self.alpha))
        rgb, alpha = (np.clip(cv2.resize(plane, size, interpolation=method), 0, 1) for plane in (spread, self.alpha))
        whole, cover = np.zeros((*canvas, 3), np.float32), np.zeros(canvas, np.float32)
        top, left = max(0, box.top), max(0, box.left)
        bottom, right = min(canvas[0], box.top + size[1]), min(canvas[1], box.left + size[0])
        if bottom > top and right > left:
            part = np.s_[top - box.top : bottom - box.top, left - box.left : right - box.left]
            whole[top:bottom, left:right], cover[top:bottom, left:right] = rgb[part], alpha[part]
        return whole, cover
