"""`enhance.deblur`: undoes defocus and shake."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from pydantic import Field, JsonValue

from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where
from packshot.imaging.spread import spread_outward
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.blur import WINDOW, Blur, estimate_blur
from packshot_enhance.colour import luma, mix
from packshot_enhance.deconvolution import richardson_lucy, wiener, within_bounds
from packshot_enhance.noise import noise_sigma

_STRONGEST = {"defocus": 8.5, "gaussian": 3.3, "motion": 25.5}
"""Sizes beyond which what was lost is lost, and an estimate has come to the end of its search."""


class DeblurParams(Where):
    """What `enhance.deblur` takes."""

    kernel: Literal["estimate", "defocus", "motion", "gaussian"] = Field(
        "estimate", description="What blurred the photo: found out, a lens out of focus, a movement, or many small causes"
    )
    radius: float = Field(2.0, ge=0.5, le=8, description="Of the defocus disc, or σ of the Gaussian, in pixels")
    length: float = Field(9.0, ge=2, le=25, description="Of the movement, in pixels")
    angle: float = Field(0.0, ge=0, le=180, description="Of the movement, in degrees anticlockwise from the horizontal")
    method: Literal["richardson_lucy", "wiener"] = Field(
        "richardson_lucy", description="richardson_lucy: gentle with noise; wiener: faster with large blurs, sharper, rings more"
    )
    rounds: int = Field(10, ge=1, le=30, description="Of richardson_lucy: more bring out more, and more noise")
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")


class Deblur(Adjustment[DeblurParams]):
    """Brings back what defocus, shake or a soft lens has blurred. Leaves a sharp photo alone, and says so.

    Richardson-Lucy or Wiener deconvolution of red, green and blue in linear light, where blur happens; no pixel goes
    far beyond its surroundings, so rings stay faint. Richardson-Lucy takes 0.3 s a megapixel on one core for small blurs and
    1.7 s for kernels above 11×11 pixels, which OpenCV filters by Fourier transform; ten rounds are twenty for each colour.
    Up to 37 bytes a pixel are needed beside the picture.
    """

    name, version, stage, Params = "enhance.deblur", "1.1.0", "edit", DeblurParams
    title = "Deblur"
    takes = Pixels.LINEAR

    def adjusted(self, frame: Frame, params: DeblurParams, run: Run) -> Frame:
        """The finding gives the blur, or says why nothing was done."""
        if params.strength == 0:
            return frame
        picture = spread_outward(frame.rgb, frame.alpha)
        blur, why = _blur(picture, params)
        if blur is None:
            return frame.with_finding(self.name, {"blur": None, "changed": False, "why": why})
        restored = _restored(picture, blur.kernel(), params)
        if frame.alpha is not None:
            np.copyto(restored, frame.rgb, where=(frame.alpha <= 0)[..., None])
        found: dict[str, JsonValue] = {"kind": blur.kind, "size": round(blur.size, 2), "angle": round(blur.angle, 1)}
        finding: dict[str, JsonValue] = {"blur": found, "measured": params.kernel == "estimate", "changed": True}
        return frame.with_rgb(mix(frame.rgb, restored, params.strength)).with_finding(self.name, finding)


def _blur(picture: Plane, params: DeblurParams) -> tuple[Blur | None, str]:
    """The blur that is given or found; else why there is none."""
    if params.kernel == "motion":
        return Blur("motion", params.length, params.angle % 180), ""
    if params.kernel != "estimate":
        return Blur(params.kernel, params.radius), ""
    if min(picture.shape[:2]) < WINDOW:
        return None, "The picture is too small for its blur to be found. Give the kernel if you know it."
    blur = estimate_blur(luma(picture))
    if blur is None:
        return None, "The photo is as sharp as photos are, or its blur is none that could be undone: nothing can be gained."
    if blur.size > _STRONGEST[blur.kind]:
        return None, "No blur was found that could be undone: it is too strong, or compression hides it. Take the photo again."
    return blur, ""


def _restored(picture: Plane, kernel: Plane, params: DeblurParams) -> Plane:
    return cv2.merge([_restored_channel(np.ascontiguousarray(picture[..., channel]), kernel, params) for channel in range(3)])


def _restored_channel(plane: Plane, kernel: Plane, params: DeblurParams) -> Plane:
    noise = noise_sigma(plane)
    by_wiener = params.method == "wiener"
    restored = wiener(plane, kernel, noise) if by_wiener else richardson_lucy(plane, kernel, params.rounds)
    return within_bounds(restored, plane, max(kernel.shape) // 2, noise)
