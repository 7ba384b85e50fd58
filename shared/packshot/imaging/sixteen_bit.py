"""16-bit PNG and TIFF: read by OpenCV (Pillow keeps 8 bits of a colour picture), converted to sRGB without losing depth."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from packshot.contracts.operation import Pixels
from packshot.imaging import colour
from packshot.imaging.pixels import to_depth
from packshot.plugin.frame import Frame, Plane

_EXTRA_SAMPLES = 338
_PREMULTIPLIED = 1

_PARAMETRIC = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
"""ICC.1:2022 table 68: number of parameters of each parametric curve type."""

_PCS_TO_SRGB = np.linalg.inv(
    np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])  # sRGB primaries under D50
)


def decode_sixteen_bit(content: bytes | memoryview, picture: Image.Image, icc: bytes | None) -> tuple[Plane, Plane | None] | None:
    """rgb and alpha, uint16, as stored; None where only an 8-bit reading is possible (CMYK, Lab, profiles made of tables)."""
    if picture.mode in ("CMYK", "LAB", "YCbCr"):
        return None
    shaper = None if icc is None or colour.is_srgb(icc) else _matrix_shaper(icc)
    if icc is not None and shaper is None and not colour.is_srgb(icc):
        return None
    stored = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
    if stored is None or stored.dtype != np.uint16:
        return None
    rgb, alpha = _split(stored)
    if alpha is not None and _PREMULTIPLIED in getattr(picture, "tag_v2", {}).get(_EXTRA_SAMPLES, ()):
        rgb = _straight(rgb, alpha)
    return (rgb if shaper is None else _convert(rgb, *shaper)), alpha


def _split(stored: Plane) -> tuple[Plane, Plane | None]:
    if stored.ndim == 2 or stored.shape[2] == 1:
        return cv2.cvtColor(stored, cv2.COLOR_GRAY2RGB), None
    rgb = cv2.cvtColor(stored, cv2.COLOR_BGRA2RGB if stored.shape[2] == 4 else cv2.COLOR_BGR2RGB)
    return rgb, np.ascontiguousarray(stored[:, :, 3]) if stored.shape[2] == 4 else None


def _straight(rgb: Plane, alpha: Plane) -> Plane:
    opacity = np.maximum(alpha, 1)[:, :, None].astype(np.float32) / 65535
    return np.minimum(rgb / opacity + 0.5, 65535).astype(np.uint16)


def _convert(rgb: Plane, curves: list[npt.NDArray[np.float32]], to_srgb: npt.NDArray[np.float32]) -> Plane:
    linear = np.stack([curve[rgb[:, :, channel]] for channel, curve in enumerate(curves)], axis=-1)
    return to_depth(Frame.of(linear @ to_srgb.T), np.uint16, Pixels.LINEAR).rgb


def _matrix_shaper(icc: bytes) -> tuple[list[npt.NDArray[np.float32]], npt.NDArray[np.float32]] | None:
    """Curves (65536 entries each) and the matrix to linear sRGB of a three-component matrix profile (ICC.1:2022 §8.3.3)."""
    try:
        tags = _tags(icc)
        if b"A2B0" in tags or icc[16:20] != b"RGB " or icc[20:24] != b"XYZ ":
            return None
        columns = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = [_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
    except (KeyError, ValueError, IndexError, struct.error):
        return None
    return curves, (_PCS_TO_SRGB @ np.array(columns).T).astype(np.float32)


def _tags(icc: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", icc, 128)
    entries = (struct.unpack_from(">4sII", icc, 132 + 12 * index) for index in range(min(count, 100)))
    return {name: icc[offset : offset + size] for name, offset, size in entries}


def _fixed(raw: bytes, count: int, offset: int) -> list[float]:
    return [value / 65536 for value in struct.unpack_from(f">{count}i", raw, offset)]


def _xyz(tag: bytes) -> list[float]:
    return _fixed(tag, 3, 8)


def _curve(tag: bytes) -> npt.NDArray[np.float32]:
    x = np.arange(65536) / 65535
    if tag[:4] == b"curv":
        return _sampled(tag, x).astype(np.float32)
    if tag[:4] != b"para":
        raise ValueError("not a tone curve")
    (kind,) = struct.unpack_from(">H", tag, 8)
    return _parametric(kind, _fixed(tag, _PARAMETRIC[kind], 12), x).astype(np.float32)


def _sampled(tag: bytes, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return x
    entries = np.frombuffer(tag, ">u2", min(count, 65536), 12)
    if count == 1:
        return np.power(x, float(entries[0]) / 256)
    sampled: npt.NDArray[np.float64] = np.interp(x, np.linspace(0, 1, len(entries)), entries / 65535)
    return sampled


def _parametric(kind: int, parameters: list[float], x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # ICC.1:2022 table 68: Y = (aX + b)^g + e from d on, Y = cX + f below. The simpler kinds leave parameters out.
    if kind == 4:
        g, a, b, c, d, e, f = parameters
    elif kind == 3:
        g, a, b, c, d, e, f = (*parameters, 0.0, 0.0)
    else:
        g, a, b, offset = (*parameters, *[1.0, 0.0, 0.0][len(parameters) - 1 :])
        c, d, e, f = 0.0, -b / a, offset, offset
    curve: npt.NDArray[np.float64] = np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f)
    return curve
