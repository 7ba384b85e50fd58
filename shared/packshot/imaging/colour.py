"""Colour profiles: everything becomes sRGB, by relative colorimetric conversion with black point compensation (LittleCMS)."""

from __future__ import annotations

import io
import struct
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from packshot.plugin.frame import Plane

SRGB = "sRGB"


@cache
def srgb_icc() -> bytes:
    """An sRGB profile to embed in files: the same bytes in every process."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # LittleCMS writes the time of day into the header (ICC.1:2022, 7.2.8), and files must not depend on it.
    return made[:24] + struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + made[36:]


def profile_name(icc: bytes | None) -> str:
    """The name of a profile; `sRGB` where there is none or it cannot be read."""
    if not icc:
        return SRGB
    try:
        name = ImageCms.getProfileDescription(_open(icc)).strip()
    except (ImageCms.PyCMSError, OSError):
        return SRGB
    return name or "unnamed"


def is_srgb(icc: bytes | None) -> bool:
    """Whether pixels with this profile are sRGB already: no profile, a broken one, or one that says so."""
    return "srgb" in profile_name(icc).lower()


def to_srgb(picture: Image.Image, icc: bytes | None) -> Image.Image:
    """`picture` (mode L, RGB, CMYK or LAB) as an sRGB picture of mode RGB.

    A profile that does not fit is ignored, as browsers do.
    """
    if picture.mode == "LAB":
        return _transformed(picture, ImageCms.createProfile("LAB"))
    if icc and not is_srgb(icc):
        try:
            return _transformed(picture, _open(icc))
        except (ImageCms.PyCMSError, OSError):
            pass
    return picture.convert("RGB")


def rgb_to_srgb(rgb: Plane, icc: bytes) -> Plane:
    """H×W×3 uint8 with the profile `icc` as sRGB."""
    return np.asarray(to_srgb(Image.fromarray(rgb), icc))


def from_srgb(picture: Image.Image, icc: bytes, mode: str) -> Image.Image:
    """An sRGB `picture` in the colours of the profile `icc`, whose Pillow mode is `mode`."""
    return _transformed(picture, ImageCms.createProfile("sRGB"), _open(icc), mode)


def _open(icc: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.getOpenProfile(io.BytesIO(icc))


def _transformed(picture: Image.Image, source: Any, target: Any = None, mode: str = "RGB") -> Image.Image:
    transform = ImageCms.buildTransform(
        source,
        target or ImageCms.createProfile("sRGB"),
        picture.mode,
        mode,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    converted = ImageCms.applyTransform(picture, transform)
    assert converted is not None
    return converted
