"""Conversions between the pixel formats that operations declare (`Pixels`): uint8, uint16, float and linear light.

An integer frame is sRGB-encoded, its dtype tells its depth. A float frame does not tell whether it is sRGB-encoded or
linear; whoever holds one keeps its `Pixels` beside it and passes it as `have`.
Source of the transfer function: IEC 61966-2-1:1999 with Amd 1:2003, §5.2 and annex F (odd extension to negative values).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot.contracts.operation import Pixels
from packshot.plugin.frame import Frame, Plane

Floats = npt.NDArray[np.float32]

_COLOURED = ("rgb", "alpha")
_FULL_SCALE = {np.dtype(np.uint8): 255, np.dtype(np.uint16): 65535}
_BAND = 1 << 16
"""Pixels of a band: conversions go band by band, so that temporary arrays stay in the processor's cache."""


def srgb_to_linear(encoded: Plane) -> Floats:
    """Linear light of sRGB-encoded float values; any range, f(-x) = -f(x)."""
    return _by_bands(encoded, np.dtype(np.float32), _decode_transfer)


def linear_to_srgb(linear: Plane) -> Floats:
    """sRGB encoding of linear light; any range, f(-x) = -f(x)."""
    return _by_bands(linear, np.dtype(np.float32), _encode_transfer)


def as_pixels(frame: Frame, want: Pixels, have: Pixels | None = None) -> Frame:
    """`frame` with rgb and alpha in the format `want`; other planes stay. `Pixels.ANY` is the frame itself.

    `have` is FLOAT or LINEAR for a float frame, and not needed for an integer frame. Float to integer rounds half up and
    clips; between FLOAT and LINEAR values outside 0..1 are kept. ValueError for a float frame of unknown format.
    """
    if want is Pixels.ANY or "rgb" not in frame.planes:
        return frame
    if want is Pixels.UINT8:
        return to_depth(frame, np.uint8, have)
    held = pixels_of(frame, have)
    if held is want:
        return frame
    alpha = frame.alpha
    return _replaced(frame, _to_float(frame.rgb, held, want), None if alpha is None else _scaled_to_float(alpha))


def to_depth(frame: Frame, dtype: type[np.uint8] | type[np.uint16], have: Pixels | None = None) -> Frame:
    """`frame` as an sRGB-encoded integer frame of uint8 or uint16."""
    depth = np.dtype(dtype)
    if frame.rgb.dtype == depth:
        return frame
    linear = pixels_of(frame, have) is Pixels.LINEAR
    alpha = frame.alpha
    return _replaced(frame, _to_integer(frame.rgb, depth, linear), None if alpha is None else _to_integer(alpha, depth, False))


def to_bytes(plane: Plane) -> Plane:
    """A plane of any depth as uint8: integers by their full scale, floats by 0..1, clipped and rounded."""
    if plane.dtype == np.uint8:
        return plane
    full = _FULL_SCALE.get(plane.dtype, 1)
    return np.asarray(np.rint(np.clip(plane * (255 / full), 0, 255)), np.uint8)


def pixels_of(frame: Frame, have: Pixels | None = None) -> Pixels:
    """The pixel format that `frame` has: UINT8, ANY (uint16), or for floats what the caller says it is."""
    dtype = frame.rgb.dtype
    if dtype in _FULL_SCALE:
        return Pixels.UINT8 if dtype == np.uint8 else Pixels.ANY
    if not np.issubdtype(dtype, np.floating):
        raise ValueError(f"rgb has dtype {dtype}; it must be uint8, uint16 or float32")
    if have not in (Pixels.FLOAT, Pixels.LINEAR):
        raise ValueError("a float frame is sRGB-encoded or linear: say which with have=Pixels.FLOAT or Pixels.LINEAR")
    return have


def _replaced(frame: Frame, rgb: Plane, alpha: Plane | None) -> Frame:
    # The picture stays the same, so unlike with_planes() this keeps the exported file.
    converted = {"rgb": rgb} if alpha is None else {"rgb": rgb, "alpha": alpha}
    changed = frame.with_planes(**converted)
    return changed if frame.file is None else changed.with_file(frame.file)


def _to_float(rgb: Plane, held: Pixels, want: Pixels) -> Floats:
    if rgb.dtype in _FULL_SCALE:
        return _linear_from_integer(rgb) if want is Pixels.LINEAR else _scaled_to_float(rgb)
    return srgb_to_linear(rgb) if want is Pixels.LINEAR else linear_to_srgb(rgb)


def _scaled_to_float(plane: Plane) -> Floats:
    if plane.dtype not in _FULL_SCALE:
        return plane.astype(np.float32, copy=False)
    scale = np.float32(1 / _FULL_SCALE[plane.dtype])
    if plane.dtype == np.uint8:
        return _lookup(plane, _EIGHT_BIT)
    return np.multiply(plane, scale, dtype=np.float32)


def _linear_from_integer(plane: Plane) -> Floats:
    return _lookup(plane, _EIGHT_BIT_LINEAR) if plane.dtype == np.uint8 else np.take(_SIXTEEN_BIT_LINEAR, plane)


def _lookup(plane: Plane, table: Floats) -> Floats:
    return np.asarray(cv2.LUT(np.ascontiguousarray(plane), table), np.float32).reshape(plane.shape)


def _to_integer(plane: Plane, depth: np.dtype[Any], linear: bool) -> Plane:
    if plane.dtype == np.uint8:
        return np.multiply(plane, np.uint16(257), dtype=np.uint16)
    if plane.dtype == np.uint16:
        return np.take(_EIGHT_OF_SIXTEEN, plane)

    def quantise(values: Floats) -> Floats:
        encoded = _encode_transfer(values) if linear else values
        scaled: Floats = encoded * np.float32(_FULL_SCALE[depth])
        scaled += np.float32(0.5)
        # fmax, unlike maximum, makes black of NaN.
        np.fmax(scaled, np.float32(0), out=scaled)
        np.fmin(scaled, np.float32(_FULL_SCALE[depth]), out=scaled)
        return scaled

    return _by_bands(plane, depth, quantise)


def bands_of(plane: Plane) -> Iterator[slice]:
    """The rows of `plane`, some at a time, for work that looks at no pixel's neighbours."""
    rows = max(1, _BAND // max(1, plane[:1].size))
    return (slice(top, top + rows) for top in range(0, plane.shape[0], rows))


def _by_bands(plane: Plane, dtype: np.dtype[Any], convert: Callable[[Floats], Floats]) -> Plane:
    out = np.empty(plane.shape, dtype)
    for rows in bands_of(plane):
        out[rows] = convert(plane[rows].astype(np.float32, copy=False))
    return out


def _decode_transfer(encoded: Floats) -> Floats:
    magnitude = np.abs(encoded)
    curve = np.power((magnitude + np.float32(0.055)) * np.float32(1 / 1.055), np.float32(2.4))
    return np.copysign(np.where(magnitude <= 0.04045, magnitude * np.float32(1 / 12.92), curve), encoded)


def _encode_transfer(linear: Floats) -> Floats:
    magnitude = np.abs(linear)
    curve = np.power(magnitude, np.float32(1 / 2.4)) * np.float32(1.055) - np.float32(0.055)
    return np.copysign(np.where(magnitude <= 0.0031308, magnitude * np.float32(12.92), curve), linear)


def _exact_linear(levels: int) -> Floats:
    encoded = np.arange(levels, dtype=np.float64) / (levels - 1)
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(np.float32)


_EIGHT_BIT = (np.arange(256) / 255).astype(np.float32)
_EIGHT_BIT_LINEAR = _exact_linear(256)
_SIXTEEN_BIT_LINEAR = _exact_linear(65536)
_EIGHT_OF_SIXTEEN = ((np.arange(65536) + 128) // 257).astype(np.uint8)
