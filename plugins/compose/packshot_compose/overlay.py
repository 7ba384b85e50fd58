"""A cut-out product laid over a ground.

The blend is done on sRGB-encoded values. Cutouts are made there too: an edge pixel of alpha 0.3 is one whose encoded colour
is 30 % product and 70 % old ground, so only the encoded blend puts back what the camera saw, and dark products on white keep
their width; blended in linear light their edges would turn pale and thin. Browsers and image editors do the same with
straight alpha.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from packshot.errors import BadPhoto
from packshot.imaging.hex_colour import parse_colour
from packshot.imaging.pixels import bands_of
from packshot.plugin import Frame

Floats = npt.NDArray[np.float32]

SHADOW = "compose.shadow"
"""The operation whose finding tells the shadow's colour."""


def alpha_of(frame: Frame, operation: str) -> Floats:
    """H×W 0..1. BadPhoto if the frame was not cut out."""
    if frame.alpha is None:
        raise BadPhoto(f"{operation} needs a cut-out product: add cutout.classical before {operation}.")
    return np.clip(frame.alpha, 0, 1)


def over(frame: Frame, ground: Floats, operation: str) -> Frame:
    """`frame` (sRGB-encoded float) over `ground` (H×W×3, or three values for one colour), with its shadow and reflection on
    the ground.

    The result has no alpha, shadow or reflection. Where these are 0 it is exactly the ground, where alpha is 1 the
    product.
    """
    alpha_of(frame, operation)
    everywhere = np.broadcast_to(ground, frame.rgb.shape)
    blended = np.empty(frame.rgb.shape, np.float32)
    for rows in bands_of(frame.rgb):
        band = frame.with_planes(**{name: plane[rows] for name, plane in frame.planes.items()})
        alpha = alpha_of(band, operation)[..., None]
        under = shaded(band, everywhere[rows])
        mixed = band.rgb * alpha + under * (1 - alpha)
        blended[rows] = np.where(alpha >= 1, band.rgb, np.where(alpha <= 0, under, mixed))
    return frame.with_planes(rgb=blended, alpha=None, shadow=None, reflection=None)


def shaded(frame: Frame, ground: Floats) -> Floats:
    """`ground` (H×W×3) with the frame's reflection and shadow on it."""
    if "reflection" in frame.planes:
        reflection = np.clip(frame.planes["reflection"], 0, 1)
        ground = ground * (1 - reflection[..., 3:]) + reflection[..., :3]
    if "shadow" not in frame.planes:
        return ground
    opacity = np.clip(frame.planes["shadow"], 0, 1)[..., None]
    found = frame.findings.get(SHADOW)
    colour = parse_colour(str(found["color"])) if isinstance(found, dict) and "color" in found else np.zeros(3, np.float32)
    return np.asarray(ground + (colour - ground) * opacity, np.float32)
