"""Masks of labels: 8-bit grey PNGs of the picture's size. Where one is at least half covered, it counts as inside."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.errors import BadParameters

Mask = npt.NDArray[np.uint8]
Inside = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]

HALF = 128


def write_mask(mask: Mask | Inside) -> bytes:
    """`mask`, H×W, as a PNG: bool, or uint8 with 255 wholly inside."""
    grey = mask.astype(np.uint8) * (255 if mask.dtype == np.bool_ else 1)
    written, content = cv2.imencode(".png", grey)
    assert written
    return content.tobytes()


def read_mask(content: bytes, height: int, width: int) -> Mask:
    """H×W uint8. Raises BadParameters if it is no grey picture of this size."""
    mask = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE) if content else None
    if mask is None or mask.shape != (height, width):
        found = "no picture" if mask is None else f"{mask.shape[1]}×{mask.shape[0]} pixels"
        raise BadParameters(f"A mask must be a PNG of the picture's {width}×{height} pixels; this one has {found}.")
    return np.asarray(mask, np.uint8)


def inside(mask: Mask) -> Inside:
    """Where `mask` is at least half covered."""
    return np.asarray(mask >= HALF)


def box_of(where: Inside) -> Box | None:
    """x, y, width and height of the smallest box around what is true; None if nothing is."""
    columns, rows = np.flatnonzero(where.any(axis=0)), np.flatnonzero(where.any(axis=1))
    if not len(columns):
        return None
    left, top = int(columns[0]), int(rows[0])
    return float(left), float(top), float(columns[-1] + 1 - left), float(rows[-1] + 1 - top)
