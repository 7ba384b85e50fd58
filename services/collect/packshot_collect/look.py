"""What is measured of a picture when it is taken in, once, so that cleaning needs to open none again."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot.contracts.model import Contract
from packshot.errors import BadPhoto
from packshot.imaging.decode import decode
from packshot.imaging.limits import Limits
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Frame

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SEEN_SIDE = 512
"""Pictures are judged as they look with so many pixels along the longer side, whatever their size."""
HASH_BITS = 256
_HASH_SIDE, _HASH_GRID = 64, 16
_CELLS, _DIRECTIONS = 3, 8


class Look(Contract):
    """A picture's measures."""

    width: int
    height: int
    blur: float
    """0 (sharp) to 1; see `blur`."""
    hash: str
    """HASH_BITS bits in hexadecimal; see `perceptual_hash`."""
    colours: str
    """4×4×3 bytes in hexadecimal: the picture's RGB on a grid."""
    features: str
    """Base64 of bytes; see `features`."""


@dataclass(frozen=True)
class Seen:
    """What was found in a picture when it was opened."""

    look: Look
    alpha: bytes | None = None
    """Where the product is, as a PNG of 8 bits: the mask that came with it, or its own alpha. None for a picture without, or one
    that is clear all over."""


def see(content: bytes, limits: Limits, mask: bytes | None = None) -> Seen:
    """Open a picture and its mask, and measure it. Raises BadPhoto for what cannot be opened, or does not fit together."""
    frame = decode(content, limits)
    alpha = frame.planes.get("alpha") if mask is None else _drawn(mask, limits, frame)
    if alpha is None or not alpha.any():
        return Seen(measure(frame))
    return Seen(measure(frame), cv2.imencode(".png", to_bytes(alpha))[1].tobytes())


def measure(frame: Frame) -> Look:
    """A picture's measures."""
    height, width = frame.planes["rgb"].shape[:2]
    seen = _seen(frame)
    grey = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)
    return Look(
        width=width,
        height=height,
        blur=round(blur(grey), 4),
        hash=perceptual_hash(grey).tobytes().hex(),
        colours=cv2.resize(seen, (4, 4), interpolation=cv2.INTER_AREA).tobytes().hex(),
        features=base64.b64encode(features(seen, grey).tobytes()).decode(),
    )


def _drawn(mask: bytes, limits: Limits, frame: Frame) -> Bytes:
    """A mask's lightest channel; one of 0 and 1, as label pictures are, counts as black and white."""
    try:
        drawn = to_bytes(decode(mask, limits).planes["rgb"]).max(axis=2)
    except BadPhoto as error:
        raise BadPhoto(f"Its mask cannot be opened: {error}") from error
    if drawn.shape != frame.planes["rgb"].shape[:2]:
        raise BadPhoto("Its mask is of another size.")
    return np.asarray(drawn * 255 if drawn.max() == 1 else drawn, np.uint8)


def blur(grey: Bytes) -> float:
    """How blurred H×W 0..255 is, 0 (sharp) to 1: how little a further blur changes it, whatever its contrast.

    F. Crété, T. Dolmiere, P. Ladret and M. Nicolas, "The blur effect: perception and estimation with a new no-reference
    perceptual blur metric", SPIE 2007, equations 1 to 6, over the tenth of the pixels with the
    strongest edges: a product before an even ground is judged by the product.
    """
    plane = grey.astype(np.float32)
    return max(_blur_along(plane, (9, 1)), _blur_along(plane, (1, 9)))


def _blur_along(plane: Floats, kernel: tuple[int, int]) -> float:
    axis = 1 if kernel[0] > 1 else 0
    sharp = np.abs(np.diff(plane, axis=axis))
    soft = np.abs(np.diff(cv2.blur(plane, kernel, borderType=cv2.BORDER_REFLECT), axis=axis))
    if sharp.size == 0 or (total := _strongest(sharp)) is None:
        return 1.0
    edges = sharp >= total
    lost = np.maximum(0, sharp[edges] - soft[edges]).sum()
    return float(1 - lost / sharp[edges].sum())


def _strongest(slopes: Floats) -> float | None:
    """The slope that a tenth of the pixels reach, but more than a grey level's rounding; None if all is even."""
    least = max(float(np.quantile(slopes, 0.9)), 2.0)
    return least if (slopes >= least).any() else None


def perceptual_hash(grey: Bytes) -> Bytes:
    """HASH_BITS/8 bytes that change little when the picture is scaled, compressed or lightened.

    C. Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010, §3.2: signs of the low frequencies of
    the cosine transform against their median, here 16×16 of 64×64.
    """
    square = cv2.resize(grey, (_HASH_SIDE, _HASH_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(square)[:_HASH_GRID, :_HASH_GRID].ravel()
    return np.packbits(low > np.median(low[1:]))


def features(rgb: Bytes, grey: Bytes) -> Bytes:
    """136 numbers of what a picture looks like: 64 colours (4×4×4 of L*a*b*), and 8 directions of edges in 3×3 cells.

    Each part has length 1 before it is written as bytes, after its square root (Hellinger's distance between histograms). The
    edges are those of N. Dalal and B. Triggs, "Histograms of oriented gradients", CVPR 2005, without overlapping blocks.
    """
    colours = _colours(cv2.resize(rgb, (64, 64), interpolation=cv2.INTER_AREA))
    plane = grey.astype(np.float32)
    across, down = cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)
    # Upright and level edges lie in the middle of their directions, not between two.
    direction = np.round(np.arctan2(down, across) * (_DIRECTIONS / np.pi)).astype(int) % _DIRECTIONS
    rows = np.arange(grey.shape[0])[:, None] * _CELLS // grey.shape[0]
    columns = np.arange(grey.shape[1])[None] * _CELLS // grey.shape[1]
    cell = (rows * _CELLS + columns) * _DIRECTIONS + direction
    edges = np.bincount(cell.ravel(), np.hypot(across, down).ravel(), _CELLS * _CELLS * _DIRECTIONS)
    return np.concatenate([_as_bytes(colours), _as_bytes(edges)])


def _colours(rgb: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """How much there is of each of 4×4×4 colours; what lies between two counts for both, so that little changes change little."""
    levels = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.float64).reshape(-1, 3) * (3 / 255)
    lower = np.minimum(levels.astype(int), 2)
    upper_share = levels - lower
    histogram = np.zeros(64)
    for corner in np.ndindex(2, 2, 2):
        shares = np.where(corner, upper_share, 1 - upper_share).prod(axis=1)
        histogram += np.bincount((lower + corner) @ np.array([16, 4, 1]), shares, 64)
    return histogram


def _as_bytes(histogram: npt.NDArray[np.generic]) -> Bytes:
    share = np.sqrt(histogram.astype(np.float64) / max(float(histogram.sum()), 1e-9))
    return np.round(255 * share).astype(np.uint8)


def _seen(frame: Frame) -> Bytes:
    """The picture as RGB on white, at most SEEN_SIDE along its longer side."""
    rgb = to_bytes(frame.planes["rgb"])
    scale = min(1.0, SEEN_SIDE / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    seen = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8) if scale < 1 else rgb
    if "alpha" in frame.planes:
        alpha = cv2.resize(to_bytes(frame.planes["alpha"]), size, interpolation=cv2.INTER_AREA)[..., None] / np.float32(255)
        seen = np.round(seen * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return seen
