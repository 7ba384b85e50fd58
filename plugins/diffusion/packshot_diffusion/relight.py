"""`diffusion.relight.NAME`: other light from words, on the product's own detail."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict, Field

from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame, Pixels, Run
from packshot_diffusion.operation import PipelineOperation
from packshot_diffusion.wishes import Wishes

Floats = npt.NDArray[Any]

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_DARK = np.float32(0.02)
"""Linear light below which two blacks differ by noise more than by light."""
_MOST = 4.0
"""Light is never changed by more than this factor."""


class RelightParams(Wishes):
    """Which light, and how much of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"prompt": "warm evening light from the left", "steps": 2}]})

    prompt: str = Field(min_length=1, max_length=2000, description="The light, such as: soft window light from the left")
    strength: float = Field(
        0.4, gt=0, le=1, description="How freely the model paints the light; too freely invents another scene"
    )
    intensity: float = Field(1.0, ge=0, le=1, description="How much of the new light is taken; 0 leaves the picture as it is")
    detail: float = Field(
        0.04,
        ge=0.005,
        le=0.25,
        description="What is finer than this share of the picture's longer side is the product's, not light",
    )
    preserve_color: bool = Field(False, description="Take only brightness from the new light, not its colour")


class DiffusionRelight(PipelineOperation[RelightParams]):
    """Lets a model paint the picture in other light, by words, and takes only the light from it: detail and alpha stay.

    The picture in linear light is multiplied by the ratio of both pictures' smooth parts, the illumination of the Retinex model
    (E. Land, J. McCann, "Lightness and Retinex Theory", 1971), so that nothing of the product is generated but its light.
    """

    prefix = "diffusion.relight"
    title = "Relight by words"
    Params = RelightParams
    takes = Pixels.LINEAR
    task = "relight"
    asks_for = "relight"

    def run(self, frame: Frame, params: RelightParams, run: Run) -> Frame:
        """The frame with other colours; values may pass 1, as light may."""
        if params.intensity == 0:
            return frame
        before, after = self._pipeline.remake(
            linear_to_srgb(np.clip(frame.rgb, 0, 1)), params.wish(params.prompt, params.strength, run)
        )
        weight = _weight(frame.alpha, before.shape[:2])
        sigma = params.detail * max(before.shape)
        gain = (_light(after, weight, sigma) + _DARK) / (_light(before, weight, sigma) + _DARK)
        if params.preserve_color:
            gain = np.repeat((gain @ _LUMINANCE)[..., None], 3, axis=2)
        gain = np.clip(gain, 1 / _MOST, _MOST) ** np.float32(params.intensity)
        full = cv2.resize(gain.astype(np.float32), (frame.width, frame.height), interpolation=cv2.INTER_LINEAR)
        return frame.with_rgb(frame.rgb * full)


def _weight(alpha: Floats | None, shape: tuple[int, ...]) -> Floats:
    """How much each pixel says about the light: what is clear says next to nothing."""
    if alpha is None:
        return np.ones(shape, np.float32)
    return np.asarray(cv2.resize(np.clip(alpha, 0, 1).astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA) + 1e-3)


def _light(rgb: Floats, weight: Floats, sigma: float) -> Floats:
    linear = srgb_to_linear(np.clip(rgb, 0, 1))
    total = cv2.GaussianBlur(linear * weight[..., None], (0, 0), sigma)
    return np.asarray(total / cv2.GaussianBlur(weight, (0, 0), sigma)[..., None])
