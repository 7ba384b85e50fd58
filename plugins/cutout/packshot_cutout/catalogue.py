"""Photos that already stand on a ground of one exact colour, as catalogues have them: what is not the ground is the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.ground import find_ground
from packshot_cutout.holes import SMALLEST
from packshot_cutout.light import ground_light
from packshot_cutout.regions import keep_product, pieces
from packshot_cutout.shadow import believable, soft_shadow

Floats = npt.NDArray[Any]
Bytes = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

TOLERANCE = 4
"""Of 255: what compression does to a ground that was one colour. A camera's ground varies more."""
PLAIN_BORDER = 0.75
"""Share of the border that has the ground's colour; the rest may be product that leaves the picture."""
MOST_SHADOW = 0.35
"""Share of all that is not ground which may be shadow: a white product on white is a shade of its ground all over."""
CLEAR_EDGE = 25.0
"""Of 255: how far the rim of an opening differs from the ground that shows in it."""
OWN_COLOUR = 16.0
"""Of 255: a product nearer to the ground than this cannot be told from a mixture with it, so its rim is taken for solid."""
STRONG = 100.0
"""Of 255: edges from which compression sends specks over its blocks."""
BLOCK = 8
"""Pixels of a block of the compression; what is thicker is no speck."""
PALE = 40.0
"""Of 255: how far a floor or a speck may be from the ground's colour."""
WIDE = 0.6
"""Share of the picture's width that a floor takes near its lower border."""
LOW = 0.05
"""Share of the picture's height that counts as near."""
RIM = 3
"""Pixels along the outline that can be mixtures of product and ground."""


@dataclass(frozen=True)
class CatalogueCut:
    """A product on a ground of one colour."""

    alpha: Floats
    """H×W float32, 0..1."""
    confidence: float
    """0..1: how much of the border is ground, and how clearly the product's rim differs from it."""


def catalogue_cut(rgb: Bytes, keep_holes: bool = True) -> CatalogueCut | None:
    """The product in a uint8 H×W×3 sRGB picture on a ground of one colour; None for any other picture.

    The ground is what has its colour and is connected with the border. Soft shadows on it are taken for ground, and the rim is a
    difference matte: the distance from the ground's colour over that of the product just inside.
    """
    ground = find_ground(rgb, TOLERANCE)
    if ground.border_share < PLAIN_BORDER or ground.mask.all():
        return None
    colour = np.asarray(ground.colour, np.float32) * 255
    apart = np.linalg.norm(rgb.astype(np.float32) - colour, axis=2)
    product = _off_the_floor(~ground.mask, apart)
    product = _whole(product & ~_shadow(rgb, ~product), apart)
    if keep_holes:
        product &= ~_openings(apart, product)
    if not product.any():
        return None
    outline = product & (cv2.erode(product.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0)
    clear = float(np.clip(np.median(apart[outline]) / CLEAR_EDGE, 0.5, 1)) if outline.any() else 0.5
    return CatalogueCut(_rim(apart, product), ground.border_share * clear)


def _off_the_floor(product: Mask, apart: Floats) -> Mask:
    """`product` without a pale floor: a wide piece along the lower border on which something that is not pale stands."""
    labels, areas = pieces(product & (apart < PALE))
    low = labels[-max(1, round(LOW * len(labels))) :]
    widest = np.max([np.bincount(row, minlength=len(areas)) for row in low], axis=0)
    floor = (widest >= WIDE * labels.shape[1]) & (np.arange(len(areas)) > 0)
    left = product & ~floor[labels]
    return left if left.sum() > product.sum() / 2 else product


def _whole(product: Mask, apart: Floats) -> Mask:
    """Without stray pieces, without openings, and without the specks that compression leaves beside strong edges."""
    evenly = np.ones(product.shape, np.float32)
    solid = keep_product(product, evenly, keep_holes=False)
    pale = (solid & (apart < PALE)).astype(np.uint8)
    thick = cv2.morphologyEx(pale, cv2.MORPH_OPEN, np.ones((BLOCK + 3, BLOCK + 3), np.uint8))
    near = cv2.dilate((apart > STRONG).astype(np.uint8), np.ones((2 * BLOCK + 1, 2 * BLOCK + 1), np.uint8))
    sure = solid & ~((pale > thick) & (near > 0))
    # What lies amid the sure parts is no speck but their pale ground, as between the print of a white carton.
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3 * BLOCK + 1, 3 * BLOCK + 1))
    amid = cv2.morphologyEx(sure.astype(np.uint8), cv2.MORPH_CLOSE, reach, borderType=cv2.BORDER_REPLICATE) > 0
    return keep_product(sure | (solid & amid), evenly, keep_holes=False)


def _shadow(rgb: Bytes, ground: Mask) -> Mask:
    """Found on a small picture, where a shadow's softness has the scale that it was measured for."""
    none = np.zeros(ground.shape, bool)
    scale = min(1.0, 320 / max(ground.shape))
    size = (max(1, round(ground.shape[1] * scale)), max(1, round(ground.shape[0] * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    small_ground = cv2.resize(ground.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    light = ground_light(small, small_ground)
    if light is None:
        return none
    shadow = believable(soft_shadow(light, small_ground) & ~small_ground, ~small_ground)
    if shadow.sum() > MOST_SHADOW * (~small_ground).sum():
        return none
    return np.asarray(cv2.resize(shadow.astype(np.uint8), ground.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)


def _openings(apart: Floats, product: Mask) -> Mask:
    """Patches inside the product where the ground shows: of its very colour, and bounded by an edge."""
    labels, areas = pieces(product & (apart <= TOLERANCE))
    real = np.zeros(len(areas), bool)
    for label in np.flatnonzero(areas >= SMALLEST * product.sum()):
        patch = (labels == label).astype(np.uint8)
        near, far = (cv2.dilate(patch, np.ones((size, size), np.uint8)) > 0 for size in (3, 7))
        real[label] = label > 0 and float(np.median(apart[far & ~near])) > CLEAR_EDGE
    return np.asarray(real[labels], bool)


def _rim(apart: Floats, product: Mask) -> Floats:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * RIM + 1, 2 * RIM + 1))
    # What the product's colour is just inside: the largest distance from the ground within reach.
    own = cv2.dilate(np.where(product, apart, 0).astype(np.float32), kernel)
    mixed = np.clip((apart - TOLERANCE) / np.maximum(own - 2 * TOLERANCE, 1), 0, 1)
    solid = cv2.erode(product.astype(np.uint8), kernel, borderType=cv2.BORDER_REPLICATE) > 0
    return np.where(product, np.where(solid | (own < OWN_COLOUR), np.float32(1), mixed), np.float32(0)).astype(np.float32)
