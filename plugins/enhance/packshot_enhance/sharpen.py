"""`enhance.sharpen`: unsharp masking of the luminance."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import luma


class SharpenParams(BaseModel):
    """What `enhance.sharpen` takes."""

    radius: float = Field(1.2, gt=0, le=50, description="σ of the blur in pixels: the size of the details")
    amount: float = Field(0.5, ge=0, le=5, description="0 leaves the picture as it is; 0.5 is gentle, 1 strong")
    threshold: float = Field(0.0, ge=0, le=0.5, description="Differences below this (of 1) are noise and stay")


class Sharpen(Operation[SharpenParams]):
    """Adds what a blur takes away, to all channels alike, so that no coloured edges come up. Overshoots are not clipped.

    Beside a cutout's edge, only the product itself is blurred in: the old background does not shine through.
    """

    name, version, stage, Params = "enhance.sharpen", "1.0.0", "edit", SharpenParams
    title = "Sharpen"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: SharpenParams, run: Run) -> Frame:
        """Differences fade in above the threshold, so that no steps arise."""
        if params.amount == 0:
            return frame
        brightness = luma(frame.rgb)
        detail = brightness - _blurred(brightness, frame.alpha, params.radius)
        if params.threshold:
            detail = np.copysign(np.maximum(np.abs(detail) - np.float32(params.threshold), 0), detail)
        return frame.with_rgb(frame.rgb + np.float32(params.amount) * detail[..., None])


def _blurred(plane: Plane, alpha: Plane | None, radius: float) -> Plane:
    if alpha is None:
        return cv2.GaussianBlur(plane, (0, 0), radius, borderType=cv2.BORDER_REFLECT)
    weight = cv2.GaussianBlur(alpha, (0, 0), radius, borderType=cv2.BORDER_REFLECT)
    weighted = cv2.GaussianBlur(plane * alpha, (0, 0), radius, borderType=cv2.BORDER_REFLECT)
    return np.divide(weighted, weight, out=plane.copy(), where=weight > 1e-3)
