"""Display P3: the wide colour space of current screens, for files that shops want in it.

Primaries of SMPTE EG 432-1:2010 with white point D65 and the transfer function of sRGB (IEC 61966-2-1).
"""

from __future__ import annotations

import struct
from functools import cache

import numpy as np

from packshot.contracts.operation import Pixels
from packshot.imaging.pixels import as_pixels, to_depth
from packshot.plugin.frame import Frame, Plane

_FROM_SRGB = np.array([[0.8224621, 0.1775380, 0.0], [0.0331941, 0.9668058, 0.0], [0.0170827, 0.0723974, 0.9105199]], np.float32)
"""Linear sRGB to linear P3; rows add up to 1, so greys stay as they are."""

_RED, _GREEN, _BLUE = (0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)
"""XYZ of the primaries under D50 (Bradford)."""
_D50 = (0.96420, 1.0, 0.82491)
_BRADFORD_D65_TO_D50 = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def to_display_p3(rgb: Plane) -> Plane:
    """H×W×3 sRGB of uint8 or uint16 as Display P3 of the same depth."""
    depth = np.uint8 if rgb.dtype == np.uint8 else np.uint16
    linear = as_pixels(Frame.of(rgb), Pixels.LINEAR).rgb
    return to_depth(Frame.of(linear @ _FROM_SRGB.T), depth, Pixels.LINEAR).rgb


@cache
def display_p3_icc() -> bytes:
    """A profile of three components with matrix and curves (ICC.1:2022 §8.3.3, version 4.3), the same bytes always."""
    curve = b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _fixed(_SRGB_CURVE)
    tags = {
        b"desc": _text("Display P3"),
        b"cprt": _text("No copyright, use freely"),
        b"wtpt": _xyz(_D50),
        b"chad": b"sf32\0\0\0\0" + _fixed(_BRADFORD_D65_TO_D50),
        b"rXYZ": _xyz(_RED),
        b"gXYZ": _xyz(_GREEN),
        b"bXYZ": _xyz(_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, content = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, body in tags.items():
        table += name + struct.pack(">II", start + len(content), len(body))
        content += body + b"\0" * (-len(body) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(content), b"\0\0\0\0", 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2000, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + _fixed(_D50)
    return header.ljust(128, b"\0") + table + content


def _fixed(values: tuple[float, ...]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _text(text: str) -> bytes:
    written = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", len(written), 28) + written
