"""`enhance.sharpen`: unsharp masking or deconvolution of the luminance."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from pydantic import Field

from packshot.errors import BadParameters
from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where
from packshot.imaging.spread import spread_outward
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import luma
from packshot_enhance.deconvolution import richardson_lucy, within_bounds
from packshot_enhance.kernels import gaussian

_WIDEST = 5
_ROUNDS = 5


class SharpenParams(Where):
    """What `enhance.sharpen` takes."""

    method: Literal["unsharp", "deconvolution"] = Field(
        "unsharp", description="unsharp: contrast of details; deconvolution: undoes a little blur, thinner edges without halos"
    )
    radius: float = Field(1.2, gt=0, le=50, description="σ of the blur in pixels: the size of the details")
    amount: float = Field(0.5, ge=0, le=5, description="0 leaves the picture as it is; 0.5 is gentle, 1 strong")
    threshold: float = Field(0.0, ge=0, le=0.5, description="Differences below this (of 1) are noise and stay")


class Sharpen(Adjustment[SharpenParams]):
    """Adds what a blur takes away, to all channels alike, so that no coloured edges come up. Overshoots are not clipped.

    unsharp: the difference from a Gaussian blur (W. F. Schreiber, "Wirephoto quality improvement by unsharp masking", 1970).
    deconvolution: five rounds of Richardson-Lucy for a Gaussian of this radius, kept within the range of the surroundings.
    Beside a cutout's edge, only the product itself is blurred in: the old background does not shine through.
    """

    name, version, stage, Params = "enhance.sharpen", "1.1.0", "edit", SharpenParams
    title = "Sharpen"
    takes = Pixels.FLOAT

    def adjusted(self, frame: Frame, params: SharpenParams, run: Run) -> Frame:
        """Differences fade in above the threshold, so that no steps arise. BadParameters for a deconvolution of large radius."""
        if params.amount == 0:
            return frame
        if params.method == "deconvolution":
            detail = _regained(luma(spread_outward(frame.rgb, frame.alpha)), params.radius)
        else:
            brightness = luma(frame.rgb)
            detail = brightness - _blurred(brightness, frame.alpha, params.radius)
        if params.threshold:
            detail = np.copysign(np.maximum(np.abs(detail) - np.float32(params.threshold), 0), detail)
        return frame.with_rgb(frame.rgb + np.float32(params.amount) * detail[..., None])


def _regained(brightness: Plane, radius: float) -> Plane:
    if radius > _WIDEST:
        raise BadParameters(f"A deconvolution can undo a blur of at most {_WIDEST} pixels: lower the radius, or use unsharp.")
    kernel = gaussian(radius)
    restored = richardson_lucy(brightness, kernel, _ROUNDS)
    return within_bounds(restored, brightness, kernel.shape[0] // 2) - brightness


def _blurred(plane: Plane, alpha: Plane | None, radius: float) -> Plane:
    if alpha is None:
        return cv2.GaussianBlur(plane, (0, 0), radius, borderType=cv2.BORDER_REFLECT)
    weight = cv2.GaussianBlur(alpha, (0, 0), radius, borderType=cv2.BORDER_REFLECT)
    weighted = cv2.GaussianBlur(plane * alpha, (0, 0), radius, borderType=cv2.BORDER_REFLECT)
    return np.divide(weighted, weight, out=plane.copy(), where=weight > 1e-3)
