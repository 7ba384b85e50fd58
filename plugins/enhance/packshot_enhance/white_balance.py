"""`enhance.white_balance`: takes the colour cast of the light away."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field, JsonValue

from packshot.errors import BadParameters
from packshot.imaging.adjustment import Adjustment
from packshot.imaging.ground import find_ground
from packshot.imaging.mask import Share, Where, find_mask
from packshot.imaging.pixels import linear_to_srgb
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import REC709

Estimate = npt.NDArray[np.float64]

MAX_GAIN = 0.25
"""No channel is changed by more than a quarter: a stronger cast is more likely the product's own colour."""
MAX_PICKED = 3.0
"""Whoever points at something neutral means it."""
_TRUSTED, _COLOURED = 0.12, 0.22
"""A ground with less cast than the first is neutral in coloured light; with more than the second it is coloured itself."""

_WHITE = 0.97
"""Linear light above which a channel counts as white: what little is below it in a blown-out ground is shadow, not light."""

_COUNTED = 500_000
"""Pixels that are looked at, about, evenly taken."""


class WhiteBalanceParams(Where):
    """What `enhance.white_balance` takes."""

    method: Literal["ground", "shades_of_grey", "grey_world", "white_patch", "picker"] = Field(
        "ground",
        description="ground: the background is neutral; shades_of_grey, grey_world: the picture is neutral on average; "
        "white_patch: its brightest parts are white; picker: what point, box or polygon show is neutral",
    )
    point: tuple[Share, Share] | None = Field(
        None, description="For picker: x, y of something neutral, as shares (0 to 1) of the picture's width and height"
    )
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is")


class WhiteBalance(Adjustment[WhiteBalanceParams]):
    """Makes neutral things neutral, by one gain for each channel in linear light; brightness stays.

    grey_world: G. Buchsbaum, 1980. shades_of_grey: G. D. Finlayson and E. Trezzi, "Shades of gray and colour constancy",
    CIC 2004, Minkowski norm p = 6. white_patch: E. H. Land's retinex, here the mean of the brightest 1 % that are not clipped.
    ground: the median of the background around the cutout; one that is itself coloured (wood, cloth) is not used. Use it before
    cutout.decontaminate, which paints that background over. picker: the median of what the user points at.
    """

    name, version, stage, Params = "enhance.white_balance", "1.1.0", "preprocess", WhiteBalanceParams
    title = "White balance"
    takes = Pixels.LINEAR

    def where(self, params: WhiteBalanceParams) -> Where:
        """To the picker, box and polygon show what is neutral."""
        return Where() if params.method == "picker" else params

    def adjusted(self, frame: Frame, params: WhiteBalanceParams, run: Run) -> Frame:
        """The finding gives the gains of red, green and blue, and why. BadParameters if the picker shows nothing grey."""
        if params.method == "picker":
            gains, why = _gains(_picked(frame, params), params.strength, MAX_PICKED), "What was pointed at was taken for neutral."
        else:
            light, trust, why = _estimate(frame, params.method)
            gains = _gains(light, params.strength * trust, MAX_GAIN)
        finding: dict[str, JsonValue] = {"method": params.method, "gains": [round(float(gain), 4) for gain in gains], "why": why}
        if np.all(gains == 1):
            return frame.with_finding(self.name, finding)
        return frame.with_rgb(frame.rgb * gains.astype(np.float32)).with_finding(self.name, finding)


def _estimate(frame: Frame, method: str) -> tuple[Estimate, float, str]:
    """The colour of the light (any scale), how far to trust it (0..1), and the reason in words."""
    pixels = _background(frame) if method == "ground" else frame.rgb.reshape(-1, 3)
    if pixels is None:
        return np.ones(3), 0.0, "There is no background to judge by."
    if method == "ground" and np.mean(pixels.min(axis=1) >= _WHITE) > 0.5:
        return np.ones(3), 0.0, "The background is white already."
    usable = _usable(pixels[:: max(1, len(pixels) // _COUNTED)])
    if len(usable) < 16:
        return np.ones(3), 0.0, "Nothing in the picture is between black and white."
    light = _LIGHTS[method](usable.astype(np.float64))
    if method != "ground":
        return light, 1.0, "The light was judged by the whole picture."
    cast = float(np.abs(light / light.mean() - 1).max())
    trust = float(np.clip((_COLOURED - cast) / (_COLOURED - _TRUSTED), 0, 1))
    if trust == 0:
        return light, trust, "The background is coloured itself, so it says nothing about the light."
    return light, trust, "The background was taken for neutral" + ("." if trust == 1 else ", with caution: it may be coloured.")


def _picked(frame: Frame, params: WhiteBalanceParams) -> Estimate:
    """The median colour of what the user points at."""
    shown = _around(params.point, frame) if params.point else find_mask(frame, None, params)
    if shown is None:
        raise BadParameters("The picker needs a point, a box or a polygon that shows something white or grey.")
    usable = _usable(frame.rgb[shown > 0.5])
    if not len(usable):
        raise BadParameters(
            "What was pointed at is pure black or white and says nothing about the light. Point at something grey."
        )
    return np.median(usable, axis=0).astype(np.float64)


def _around(point: tuple[float, float], frame: Frame) -> Plane:
    """H×W: 1 in a disc around `point`, two percent of the longer side across."""
    disc = np.zeros((frame.height, frame.width), np.uint8)
    centre = round(point[0] * (frame.width - 1)), round(point[1] * (frame.height - 1))
    cv2.circle(disc, centre, max(1, round(0.01 * max(disc.shape))), 1, cv2.FILLED)
    return disc


def _usable(pixels: Plane) -> Plane:
    """Of N×3 those that are neither clipped nor black."""
    usable: Plane = pixels[(pixels.max(axis=1) < 0.99) & (pixels.min(axis=1) > 0.002)]
    return usable


def _background(frame: Frame) -> Plane | None:
    if frame.alpha is not None:
        clear = frame.rgb[frame.alpha <= 0]
        return clear if len(clear) >= 16 else None
    ground = find_ground(linear_to_srgb(frame.rgb))
    return frame.rgb[ground.mask] if ground.uniform else None


def _minkowski(pixels: Estimate, p: float) -> Estimate:
    mean: Estimate = np.mean(pixels**p, axis=0) ** (1 / p)
    return mean


def _brightest(pixels: Estimate) -> Estimate:
    brightness = pixels.sum(axis=1)
    mean: Estimate = pixels[brightness >= np.quantile(brightness, 0.99)].mean(axis=0)
    return mean


_LIGHTS = {
    "ground": lambda pixels: np.median(pixels, axis=0),
    "grey_world": lambda pixels: _minkowski(pixels, 1),
    "shades_of_grey": lambda pixels: _minkowski(pixels, 6),
    "white_patch": _brightest,
}


def _gains(light: Estimate, strength: float, most: float) -> Estimate:
    """Gains that make `light` grey at equal luminance, faded by `strength` and held within ±`most`."""
    if strength == 0:
        return np.ones(3)
    gains = float(light @ REC709) / light
    return np.clip(1 + strength * (gains - 1), 1 - most, 1 + most)
