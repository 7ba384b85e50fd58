"""Which pixels are the product, on a small picture: a first guess from the rim, GrabCut, then shadow and holes are taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot_cutout.candidates import better
from packshot_cutout.cues import likely_product, threshold_of
from packshot_cutout.holes import ground_in_holes
from packshot_cutout.light import ground_light
from packshot_cutout.regions import keep_product
from packshot_cutout.shadow import believable, soft_shadow

Floats = npt.NDArray[Any]
Bytes = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

SMALLEST = 8
"""Pixels of the shorter side below which there is nothing to look at."""
TOLD = 0.65
"""How much a network's word counts beside that of colours and edges."""
SURE_PRODUCT, SURE_GROUND = 0.95, 0.03


@dataclass(frozen=True)
class Segmentation:
    """The product on a small picture."""

    mask: Mask
    """H×W."""
    confidence: float
    """0..1."""


def segment(rgb: Bytes, keep_holes: bool = True, told: Floats | None = None, within: Mask | None = None) -> Segmentation:
    """The product in a small uint8 H×W×3 sRGB picture (about 320 pixels).

    `told` (H×W, 0..1) is where a network sees it; outside of `within` (H×W) all is ground for sure.
    """
    if min(rgb.shape[:2]) < SMALLEST:
        return Segmentation(np.zeros(rgb.shape[:2], bool), 0.0)
    likely = likely_product(rgb)
    if told is not None:
        # Neither alone: the network knows things, and colours know where they end.
        likely = TOLD * told + (1 - TOLD) * likely
    if within is not None:
        likely = likely * within
    found = grab_cut(rgb, _seeds(likely), rounds=3)
    mask = keep_product(_corrected(rgb, found, likely, told, keep_holes), likely, keep_holes)
    if told is None or within is not None:
        state = _frame_seeds(likely.shape) if within is None else _seeds_within(within)
        framed = keep_product(grab_cut(rgb, state, rounds=3), likely, keep_holes)
        # Ground that was shown says more than a guess from colours, and less than a network.
        trusted, other = (framed, mask) if told is None and within is not None else (mask, framed)
        mask = other if better(rgb, trusted, other) else trusted
    return Segmentation(mask, _confidence(mask, likely))


def segment_within(rgb: Bytes, rough: Floats, keep_holes: bool = True) -> Segmentation:
    """The product by a rough mask (H×W, 0..1): sure well inside and well outside of it, looked for in between."""
    solid = (rough > 0.5).astype(np.uint8)
    reach = max(2, round(0.02 * max(solid.shape)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    state = np.where(solid, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    state[cv2.erode(solid, kernel) > 0] = cv2.GC_FGD
    state[cv2.dilate(solid, kernel) == 0] = cv2.GC_BGD
    mask = keep_product(grab_cut(rgb, state, rounds=2), rough, keep_holes)
    return Segmentation(mask, 1.0)


def grab_cut(rgb: Bytes, state: Bytes, rounds: int) -> Mask:
    """GrabCut (Rother, Kolmogorov, Blake 2004) from `state` (H×W of cv2.GC_*). Repeatable."""
    state = state.copy()
    product = (state & 1).astype(bool)
    if min(product.sum(), (~product).sum()) >= 8:
        cv2.setRNGSeed(0)
        cv2.grabCut(
            np.ascontiguousarray(rgb), state, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), rounds, cv2.GC_INIT_WITH_MASK
        )
    return (state & 1).astype(bool)


def _seeds(likely: Floats) -> Bytes:
    state = np.where(likely > threshold_of(likely), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    state[likely > SURE_PRODUCT] = cv2.GC_FGD
    state[likely < SURE_GROUND] = cv2.GC_BGD
    return state


def _seeds_within(within: Mask) -> Bytes:
    """GrabCut's start for a box that was drawn."""
    return np.where(within, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)


def _frame_seeds(shape: tuple[int, ...]) -> Bytes:
    """GrabCut's own start: all but a narrow frame may be product. Where the rim tells nothing, this is the better guess."""
    state = np.full(shape, cv2.GC_BGD, np.uint8)
    inset = max(2, round(0.03 * min(shape)))
    state[inset:-inset, inset:-inset] = cv2.GC_PR_FGD
    return state


def _corrected(rgb: Bytes, mask: Mask, likely: Floats, told: Floats | None, keep_holes: bool) -> Mask:
    """`mask` without the product's shadow, and without the ground that shows through it."""
    ground = ~mask & (likely < threshold_of(likely))
    ground = cv2.erode(ground.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    light = ground_light(rgb, ground)
    if light is None:
        return mask
    wrong = believable(soft_shadow(light, ground) & mask, mask, told)
    if keep_holes:
        wrong |= ground_in_holes(light, mask, ground)
    if not wrong.any():
        return mask
    state = np.where(mask, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    state[likely > SURE_PRODUCT] = cv2.GC_FGD
    state[_grown(wrong) & mask] = cv2.GC_PR_FGD
    state[ground | wrong] = cv2.GC_BGD
    return grab_cut(rgb, state, rounds=1)


def _grown(mask: Mask) -> Mask:
    return cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)


def _confidence(mask: Mask, likely: Floats) -> float:
    """How well the mask agrees with the first guess, which never saw a colour model; 0 for a mask that is empty or everything."""
    share = float(mask.mean())
    if not 0.002 < share < 0.98:
        return 0.0
    inside, outside = float(likely[mask].mean()), float(likely[~mask].mean())
    return float(np.clip((inside - outside) * 1.1, 0, 1))
