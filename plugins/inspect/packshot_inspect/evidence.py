"""What can be measured of a finished file: its header, and the picture that a marketplace will see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from packshot.errors import BadPhoto
from packshot.imaging import colour
from packshot.imaging.formats import PictureFormat, format_of
from packshot.imaging.ground import Box, Ground, as_eight_bit, box_of, connected_with_border, find_ground
from packshot.imaging.limits import DEFAULT_LIMITS
from packshot.imaging.sniff import open_picture, sniff
from packshot.plugin import File
from packshot.plugin.frame import Plane
from packshot_inspect.rulebook import MeasureName
from packshot_inspect.sharpness import edge_width
from packshot_inspect.subject import Mask, luma

Measured = float | int | str | None

_JPEG_BLOCK = 8
"""An edge stains the compressed pixels of its own block: nearer than this to the product, white need not be exact."""
_EDGE = 3
"""Pixels that a product's own soft edge may take."""
_HALO_REACH = 24
"""Up to here a halo belongs to the product's edge."""
_FAINT = 48
"""Of 255: what differs less from the ground is not a product's edge but something left over."""


@dataclass(frozen=True)
class Evidence:
    """A file under examination."""

    file: File
    alpha: Plane | None = None
    """The cutout that the picture was made of, if it is still known and of the same size; any dtype, 0 is ground."""

    @cached_property
    def format(self) -> PictureFormat:
        """By content."""
        return format_of(self.file.content)

    @cached_property
    def header(self) -> dict[str, Measured]:
        """Width, height, frames, mode, colour space, as Pillow reads them."""
        with open_picture(self.file.content, self.format, DEFAULT_LIMITS) as picture:
            icc = picture.info.get("icc_profile")
            return {
                "width": picture.width,
                "height": picture.height,
                "frames": int(getattr(picture, "n_frames", 1)),
                "mode": picture.mode,
                "colour_space": "sRGB" if not icc or colour.is_srgb(icc) else "other",
            }

    @cached_property
    def rgba(self) -> Plane:
        """H×W×4 uint8 of the first frame."""
        with open_picture(self.file.content, self.format, DEFAULT_LIMITS) as picture:
            return np.array(picture.convert("RGBA"))

    @property
    def rgb(self) -> Plane:
        """H×W×3 uint8."""
        return self.rgba[..., :3]

    @cached_property
    def ground(self) -> Ground:
        """What surrounds the product in the file."""
        return find_ground(self.rgb)

    @cached_property
    def subject(self) -> Mask | None:
        """The product's pixels; None where they cannot be told from the ground."""
        if self.alpha is not None:
            return self.alpha > 0.1 * _full_scale(self.alpha)
        if self.rgba[..., 3].min() == 0:
            return self.rgba[..., 3] > 25
        return ~self.ground.mask if self.ground.uniform and not self.ground.mask.all() else None

    @cached_property
    def box(self) -> Box | None:
        """The product's box."""
        return None if self.subject is None else box_of(self.subject)

    def measure(self, name: MeasureName) -> Measured:
        """The value of a measure; None where it cannot be taken."""
        return MEASURES[name](self)


def _full_scale(plane: Plane) -> float:
    return float(np.iinfo(plane.dtype).max) if np.issubdtype(plane.dtype, np.integer) else 1.0


def _sides(evidence: Evidence) -> tuple[int, int]:
    width, height = evidence.header["width"], evidence.header["height"]
    assert isinstance(width, int)
    assert isinstance(height, int)
    return width, height


def _bits(evidence: Evidence) -> int:
    # sniff() refuses what is animated; such files have 8 bits or fewer.
    try:
        return sniff(evidence.file.content).depth
    except BadPhoto:
        return 8


def _suffix(evidence: Evidence) -> str:
    """Whether the type that the file is announced as, and so its suffix, is its real one."""
    return "right" if evidence.file.media_type == evidence.format.media_type else "wrong"


def _ground_white(evidence: Evidence) -> float:
    """Share of ground pixels that are exactly white, away from the product's own block of compression."""
    white = np.all(evidence.rgb == 255, axis=-1)
    if evidence.alpha is None and not evidence.ground.uniform:
        return float(np.concatenate([white[0], white[-1], white[:, 0], white[:, -1]]).mean())
    # By colour alone a white product's own pixels would count as a ground that is not quite white.
    ground = evidence.ground.mask if evidence.alpha is None else evidence.alpha == 0
    kernel = np.ones((2 * _JPEG_BLOCK + 1, 2 * _JPEG_BLOCK + 1), np.uint8)
    away = cv2.erode(ground.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=1) > 0
    return float(white[away].mean()) if away.any() else float(white[ground].mean())


def _edge_halo(evidence: Evidence) -> float | None:
    """Share of the band around the product that is neither ground nor product: a grey rim, a leftover, a shadow."""
    if not evidence.ground.uniform:
        return None
    solid = _solid(evidence)
    if not solid.any():
        return None
    distance = cv2.distanceTransform((~solid).astype(np.uint8), cv2.DIST_L2, 3)
    # Light parts that the product encloses are its own.
    band = (distance > _EDGE) & (distance <= _HALO_REACH) & connected_with_border(~solid)
    return float(np.mean(~evidence.ground.mask[band])) if band.any() else 0.0


def _solid(evidence: Evidence) -> Mask:
    if evidence.alpha is not None:
        return np.asarray(evidence.alpha > 0)
    colour_of_ground = np.round(np.array(evidence.ground.colour) * 255).astype(np.int16)
    return np.asarray(np.abs(evidence.rgb.astype(np.int16) - colour_of_ground).max(axis=-1) > _FAINT)


def _fill(evidence: Evidence) -> float | None:
    """The product's longer share of the frame: the larger of width ÷ width and height ÷ height."""
    if evidence.box is None:
        return None
    width, height = _sides(evidence)
    return max(evidence.box.width / width, evidence.box.height / height)


def _distances(evidence: Evidence) -> tuple[int, int, int, int] | None:
    if evidence.box is None:
        return None
    width, height = _sides(evidence)
    return evidence.box.left, evidence.box.top, width - evidence.box.right, height - evidence.box.bottom


def _margin(evidence: Evidence) -> float | None:
    distances = _distances(evidence)
    return None if distances is None else min(distances) / max(_sides(evidence))


def _sides_touched(evidence: Evidence) -> int | None:
    distances = _distances(evidence)
    return None if distances is None else sum(distance <= 0 for distance in distances)


def _edge_width(evidence: Evidence) -> float | None:
    everywhere = np.ones(evidence.rgb.shape[:2], np.bool_)
    mask = everywhere if evidence.subject is None else evidence.subject
    return edge_width(luma(as_eight_bit(evidence.rgb)) / 255, mask)


MEASURES: dict[MeasureName, Callable[[Evidence], Measured]] = {
    "width": lambda e: _sides(e)[0],
    "height": lambda e: _sides(e)[1],
    "longest_side": lambda e: max(_sides(e)),
    "shortest_side": lambda e: min(_sides(e)),
    "megapixels": lambda e: _sides(e)[0] * _sides(e)[1] / 1e6,
    "elongation": lambda e: max(_sides(e)) / min(_sides(e)),
    "aspect_ratio": lambda e: _sides(e)[0] / _sides(e)[1],
    "bytes": lambda e: len(e.file.content),
    "format": lambda e: e.format.value,
    "suffix": _suffix,
    "frames": lambda e: e.header["frames"],
    "mode": lambda e: e.header["mode"],
    "bits": _bits,
    "colour_space": lambda e: e.header["colour_space"],
    "transparency": lambda e: float(np.mean(e.rgba[..., 3] < 255)),
    "ground_white": _ground_white,
    "edge_halo": _edge_halo,
    "fill": _fill,
    "margin": _margin,
    "sides_touched": _sides_touched,
    "edge_width": _edge_width,
}
"""Every measure that a rule can name."""
