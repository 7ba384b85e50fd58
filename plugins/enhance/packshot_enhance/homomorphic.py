"""`enhance.homomorphic`: uneven light evened out, details brought out."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where
from packshot.imaging.spread import spread_outward
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import luma, mix, product

_SMALL = 512
"""Longer side at which the light is looked at: far finer than any cutoff."""

_NEARLY_WHITE = 0.8
_DARK = 0.01
"""Linear light below which logarithms would show noise and little else."""


class HomomorphicParams(Where):
    """What `enhance.homomorphic` takes."""

    gamma_low: float = Field(0.6, ge=0.1, le=1, description="Contrast of the light's slow changes; below 1 evens the light out")
    gamma_high: float = Field(1.1, ge=1, le=3, description="Contrast of details; above 1 brings them out")
    cutoff: float = Field(1.5, ge=0.5, le=32, description="What counts as slow: cycles across the longer side")
    order: int = Field(2, ge=1, le=8, description="How sharply slow and fast are told apart")
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")


class Homomorphic(Adjustment[HomomorphicParams]):
    """Evens out light that falls off from one side to the other, and brings out details; hue and chroma stay.

    A. V. Oppenheim, R. W. Schafer, T. G. Stockham, "Nonlinear filtering of multiplied and convolved signals", Proc. IEEE 56(8),
    1968: high-emphasis filtering of the logarithm of luminance, gamma_low + (gamma_high - gamma_low)(1 - B) with the Butterworth
    low-pass B = 1 / (1 + (f / cutoff)^(2 order)). By cosine transform, so that opposite borders do not mix. The mean stays.
    """

    name, version, stage, Params = "enhance.homomorphic", "1.1.0", "edit", HomomorphicParams
    title = "Even out the light (homomorphic)"
    takes = Pixels.LINEAR

    def adjusted(self, frame: Frame, params: HomomorphicParams, run: Run) -> Frame:
        """Highlights get no brighter than the brightest parts of the product were, and what is white stays white."""
        if params.strength == 0:
            return frame
        brightness = np.log(np.maximum(luma(spread_outward(frame.rgb, frame.alpha)), 0) + np.float32(_DARK))
        slow = _slow_part(brightness, params.cutoff, params.order)
        counted = product(frame)
        # log of the gain, with the slow part's mean over the product as the fixed point
        mean = np.float32(slow[counted].mean())
        gain = (params.gamma_high - 1) * (brightness - slow) + (params.gamma_low - 1) * (slow - mean)
        before, after = (float(np.percentile(values[counted], 99.5)) for values in (brightness, brightness + gain))
        gain = np.exp((gain - max(after - before, 0)) * _less_than_white(frame.rgb)).astype(np.float32)
        del brightness, slow
        return frame.with_rgb(mix(frame.rgb, frame.rgb * gain[..., None], params.strength))


def _less_than_white(rgb: Plane) -> Plane:
    """H×W: 0 where all channels are white, where there is no light to be told, through 1 where one is below `_NEARLY_WHITE`."""
    rest = np.clip((1 - rgb.min(axis=2)) / np.float32(1 - _NEARLY_WHITE), 0, 1)
    smooth: Plane = rest * rest * (3 - 2 * rest)
    return smooth


def _slow_part(plane: Plane, cutoff: float, order: int) -> Plane:
    """The Butterworth low-pass of `plane`, H×W."""
    height, width = plane.shape
    scale = min(1.0, _SMALL / max(height, width))
    # The transform takes even sizes only.
    rows, columns = (max(2, 2 * round(side * scale / 2)) for side in (height, width))
    small = cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA)
    longer = max(height, width)
    down = np.arange(rows, dtype=np.float32)[:, None] / 2 * (longer / height)
    across = np.arange(columns, dtype=np.float32)[None] / 2 * (longer / width)
    low_pass = 1 / (1 + ((down**2 + across**2) / np.float32(cutoff**2)) ** order)
    smooth: Plane = cv2.resize(cv2.idct(cv2.dct(small) * low_pass), (width, height), interpolation=cv2.INTER_LINEAR)
    return smooth
