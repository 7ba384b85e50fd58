"""`denoise.nlm`: means of places that look alike."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from pydantic import Field

from packshot.plugin.frame import Plane
from packshot_denoise.denoiser import Denoiser
from packshot_denoise.noise import Noise, NoiseParams
from packshot_denoise.opponent import from_opponent, to_opponent

_TOLERANCE = 0.8
"""The parameter h of the paper, in standard deviations of the noise."""


class NlmParams(NoiseParams):
    """What `denoise.nlm` takes."""

    patch_size: Literal[1, 3, 5, 7, 9] = Field(3, description="Pixels across the patches that are compared")
    patch_distance: int = Field(5, ge=1, le=11, description="How far away to look for similar patches, in pixels")


class NonLocalMeans(Denoiser[NlmParams]):
    """Non-local means: each pixel becomes the mean of nearby pixels whose surroundings look alike. Good for regular texture.

    A. Buades, B. Coll, J.-M. Morel, "A non-local algorithm for image denoising", CVPR 2005, with patch distances less the noise's
    own (Buades et al., IPOL 2011, equation 3) over all three opponent planes, and each distance computed once for both its ends
    (J. Darbon et al., "Fast nonlocal filtering applied to electron cryomicroscopy", ISBI 2008). Time grows with the square of
    patch_distance: 0.4 to 0.7 s a megapixel on one core at 5, four times that at 11.
    """

    name, version, stage, Params = "denoise.nlm", "1.1.0", "preprocess", NlmParams
    title = "Denoise (non-local means)"
    halo = 16

    def cleaned(self, rgb: Plane, noise: Noise, params: NlmParams) -> Plane:
        """Colours and brightness get the same weights."""
        return from_opponent(_means(to_opponent(rgb), max(float(np.square(noise.opponent).sum()), 1e-12), params))


def _means(planes: list[Plane], variance: float, params: NlmParams) -> list[Plane]:
    """`planes` become the means."""
    height, width = planes[0].shape
    reach, rim = params.patch_distance, params.patch_size // 2
    margin = reach + rim
    framed = [cv2.copyMakeBorder(plane, margin, margin, margin, margin, cv2.BORDER_REFLECT) for plane in planes]
    total = np.ones((height, width), np.float32)
    sums = planes
    for down, right in _offsets(reach):
        # Rows and columns of which each, or its partner at the offset, lies in the picture.
        top, left, extra = margin - down, margin - max(right, 0), abs(right)
        rows, columns = slice(top - rim, margin + height + rim), slice(left - rim, left + width + extra + rim)
        moved = slice(rows.start + down, rows.stop + down), slice(columns.start + right, columns.stop + right)
        alike = _likeness([(plane[rows, columns], plane[moved]) for plane in framed], variance, params.patch_size)
        ahead = alike[down:, max(right, 0) : max(right, 0) + width]
        behind = alike[:height, max(-right, 0) : max(-right, 0) + width]
        total += ahead
        total += behind
        for index, plane in enumerate(framed):
            cv2.accumulateProduct(ahead, _at(plane, margin + down, margin + right, height, width), sums[index])
            cv2.accumulateProduct(behind, _at(plane, margin - down, margin - right, height, width), sums[index])
    return [cv2.divide(summed, total, dst=summed) for summed in sums]


def _at(plane: Plane, top: int, left: int, height: int, width: int) -> Plane:
    return plane[top : top + height, left : left + width]


def _offsets(reach: int) -> list[tuple[int, int]]:
    """One of each pair of opposite offsets."""
    across = range(-reach, reach + 1)
    return [(down, right) for down in range(reach + 1) for right in across if down > 0 or right > 0]


def _likeness(pairs: list[tuple[Plane, Plane]], variance: float, patch: int) -> Plane:
    """exp(-max(d² - 2σ², 0) / h²) for the mean squared difference d² of the patches around each pixel."""
    height, width = pairs[0][0].shape
    squares = np.zeros((height, width), np.float32)
    for one, other in pairs:
        cv2.accumulateSquare(cv2.subtract(one, other), squares)
    rim = patch // 2
    distance = _at(np.asarray(cv2.blur(squares, (patch, patch))), rim, rim, height - 2 * rim, width - 2 * rim)
    exponent = np.subtract(np.float32(2 * variance), distance, out=distance)
    np.minimum(exponent, 0, out=exponent)
    exponent *= np.float32(1 / (_TOLERANCE**2 * variance))
    weight: Plane = cv2.exp(exponent, dst=exponent)
    return weight
