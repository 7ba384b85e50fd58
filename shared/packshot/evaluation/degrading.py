"""Degradations that restoration is measured with: declared, seeded, the same for every operation."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from packshot.errors import BadParameters, nearest
from packshot.plugin.frame import Plane

Degrade = Callable[[Plane, np.random.Generator], Plane]
"""From 8-bit to float32 sRGB 0..1, H×W×3."""


def parse_degradation(text: str) -> Degrade:
    """`noise:25` (σ of 255), `jpeg:20` (quality) or `blur:2` (σ in pixels). Raises BadParameters saying what there is."""
    name, _, level = text.partition(":")
    if name not in _KINDS:
        raise BadParameters(f"There is no degradation {name!r}. {nearest(name, list(_KINDS))} Write it as noise:25.")
    kind, low, high = _KINDS[name]
    try:
        value = float(level)
    except ValueError as error:
        raise BadParameters(f"{text}: after the colon comes a number, as in {name}:{low:g}.") from error
    if not low <= value <= high:
        raise BadParameters(f"{text}: {name} takes {low:g} to {high:g}.")
    return lambda picture, random: kind(picture, value, random)


def _noise(picture: Plane, sigma: float, random: np.random.Generator) -> Plane:
    """White and Gaussian, neither clipped nor rounded (Zhang, Zuo, Zhang, "FFDNet", IEEE TIP 27(9), 2018)."""
    return np.asarray(picture / 255 + random.normal(0, sigma / 255, picture.shape), np.float32)


def _jpeg(picture: Plane, quality: float, random: np.random.Generator) -> Plane:
    content = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR_RGB), np.float32) / 255


def _blur(picture: Plane, sigma: float, random: np.random.Generator) -> Plane:
    return cv2.GaussianBlur(np.asarray(picture, np.float32) / 255, (0, 0), sigma)


_KINDS: dict[str, tuple[Callable[[Plane, float, np.random.Generator], Plane], float, float]] = {
    "noise": (_noise, 0.5, 255),
    "jpeg": (_jpeg, 1, 100),
    "blur": (_blur, 0.1, 50),
}
