"""Frames in another size, without fringes: colours are weighted by alpha while pixels are mixed."""

from __future__ import annotations

import numpy as np

from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame
from packshot.plugin.frame import Plane
from packshot_layout.planes import resampled

_CLEAR = np.float32(1 / 1024)
"""Alpha below this says nothing about the colour."""


def resize_frame(frame: Frame, width: int, height: int, *, linear_light: bool = False, ringing: bool = True) -> Frame:
    """`frame` (rgb and alpha float, sRGB-encoded) with every plane `width`×`height`.

    With `linear_light`, colours are mixed as light, which keeps the brightness of fine patterns. The overshoots of Lanczos are
    held within the range that the colours had; without `ringing` there are none, and enlarged opaque pictures are softer.
    """
    if (frame.width, frame.height) == (width, height):
        return frame
    planes = {name: resampled(plane, width, height) for name, plane in frame.planes.items() if name != "rgb"}
    rgb = srgb_to_linear(frame.rgb) if linear_light else frame.rgb
    if frame.alpha is None or frame.alpha.min() >= 1:
        mixed = resampled(rgb, width, height, sharp=ringing)
    else:
        mixed = _weighted(rgb, frame.alpha, planes["alpha"])
    mixed = np.clip(mixed, rgb.min(), rgb.max())
    return frame.with_planes(rgb=linear_to_srgb(mixed) if linear_light else mixed, **planes)


def _weighted(rgb: Plane, alpha: Plane, alpha_after: Plane) -> Plane:
    """Σ w·α·rgb / Σ w·α: sharp weights w where the picture is mostly opaque, positive ones at its soft edge."""
    height, width = alpha_after.shape
    premultiplied = rgb * alpha[..., None]
    seen = (alpha_after > _CLEAR)[..., None]
    soft = np.divide(
        resampled(premultiplied, width, height), alpha_after[..., None], where=seen, out=resampled(rgb, width, height)
    )
    if width <= rgb.shape[1] and height <= rgb.shape[0]:
        return soft
    weight = resampled(alpha, width, height, sharp=True)[..., None]
    return np.divide(resampled(premultiplied, width, height, sharp=True), weight, where=weight > 0.5, out=soft)
