"""Writes TIFF (revision 6.0) of 8 or 16 bits, RGB or CMYK, with profile, XMP and texts: one Deflate strip, predicted.

Own code, because Pillow writes no 16-bit colour and OpenCV no profile.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import numpy as np

from packshot.plugin.frame import Plane

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED = 1, 2, 3, 4, 5, 7
_DEFLATE, _RGB, _SEPARATED, _INCH, _HORIZONTAL, _STRAIGHT_ALPHA = 8, 2, 5, 2, 2, 2

Entry = tuple[int, int, int, bytes]
"""Tag, type, count, value."""


def write_tiff(
    colours: Plane,
    alpha: Plane | None,
    *,
    dpi: tuple[float, float] | None = None,
    icc: bytes | None = None,
    xmp: bytes | None = None,
    texts: Mapping[int, bytes] | None = None,
) -> bytes:
    """H×W×3 rgb or H×W×4 cmyk and straight H×W alpha, all uint8 or all uint16, as a little-endian TIFF file.

    `texts` are values of ASCII tags by number.
    """
    samples = np.ascontiguousarray(colours if alpha is None else np.dstack((colours, alpha)))
    height, width, channels = samples.shape
    predicted = samples.copy()
    predicted[:, 1:] -= samples[:, :-1]
    strip = zlib.compress(predicted.astype(samples.dtype.newbyteorder("<"), copy=False).tobytes(), 6)
    entries = [
        _numbers(256, _LONG, width),
        _numbers(257, _LONG, height),
        _numbers(258, _SHORT, *[samples.dtype.itemsize * 8] * channels),
        _numbers(259, _SHORT, _DEFLATE),
        _numbers(262, _SHORT, _SEPARATED if colours.shape[2] == 4 else _RGB),
        _numbers(273, _LONG, 8),
        _numbers(277, _SHORT, channels),
        _numbers(278, _LONG, height),
        _numbers(279, _LONG, len(strip)),
        _numbers(317, _SHORT, _HORIZONTAL),
    ]
    if dpi is not None:
        entries += [_resolution(282, dpi[0]), _resolution(283, dpi[1]), _numbers(296, _SHORT, _INCH)]
    if alpha is not None:
        entries.append(_numbers(338, _SHORT, _STRAIGHT_ALPHA))
    if xmp is not None:
        entries.append((700, _BYTE, len(xmp), xmp))
    entries += [_text(tag, text) for tag, text in (texts or {}).items()]
    if icc is not None:
        entries.append((34675, _UNDEFINED, len(icc), icc))
    strip += b"\0" * (len(strip) % 2)
    return struct.pack("<2sHI", b"II", 42, 8 + len(strip)) + strip + _directory(sorted(entries), 8 + len(strip))


def _numbers(tag: int, kind: int, *values: int) -> Entry:
    return tag, kind, len(values), struct.pack(f"<{len(values)}{'H' if kind == _SHORT else 'I'}", *values)


def _text(tag: int, text: bytes) -> Entry:
    value = text + b"\0"
    return tag, _ASCII, len(value), value


def _resolution(tag: int, dpi: float) -> Entry:
    return tag, _RATIONAL, 1, struct.pack("<II", round(dpi * 1000), 1000)


def _directory(entries: list[Entry], start: int) -> bytes:
    """The image file directory: values of up to 4 bytes inside, longer ones behind it."""
    behind_at = start + 2 + 12 * len(entries) + 4
    fields, behind = [], b""
    for tag, kind, count, value in entries:
        inside = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack("<I", behind_at + len(behind))
        fields.append(struct.pack("<HHI", tag, kind, count) + inside)
        if len(value) > 4:
            behind += value + b"\0" * (len(value) % 2)
    return struct.pack("<H", len(entries)) + b"".join(fields) + struct.pack("<I", 0) + behind
