"""Plain grounds: where they are, and how they go on."""

from __future__ import annotations

import cv2
import numpy as np

from packshot_inpaint.membrane import Bools, Floats, membrane
from packshot_inpaint.shade import blurred

Margins = tuple[int, int, int, int]

_EDGE = 0.035
"""A difference of neighbouring means of this much, of white, is no plain ground any more."""
_FAR = 0.25
"""So far, of white, one light may fall off over a ground."""
_GRAIN = 2.0
"""Radius, in pixels, of the means that tell grain from light."""


def plain_pixels(rgb: Floats) -> Bools:
    """H×W: where the picture varies softly only, as paper and walls do under studio light, and is not far from the colour of most
    such pixels at the border: a product's own plain face is no ground.
    """
    soft = blurred(np.clip(rgb, 0, 1), _GRAIN)
    kernel = np.ones((7, 7), np.uint8)
    lively = (cv2.dilate(soft, kernel) - cv2.erode(soft, kernel)).max(axis=2) > _EDGE
    border = [plane for strip in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]) for plane in soft[strip][~lively[strip]]]
    if not border:
        return np.asarray(~lively, np.bool_)
    far = np.abs(soft - np.median(border, axis=0)).max(axis=2) > _FAR
    return np.asarray(~lively & ~far, np.bool_)


def interruptions(strip: Bools) -> list[int]:
    """Lengths of the stretches of a side (N, plain or not) that are not plain; gaps of a fiftieth of it do not part them."""
    reach = max(1, len(strip) // 50)
    closed = cv2.morphologyEx((~strip).astype(np.uint8)[:, None], cv2.MORPH_CLOSE, np.ones((2 * reach + 1, 1), np.uint8)).ravel()
    bounds = np.flatnonzero(np.diff(np.concatenate(([0], closed, [0])).astype(np.int8)))
    return [int(length) for length in bounds[1::2] - bounds[::2]]


def extended(rgb: Floats, plain: Bools, margins: Margins, random: np.random.Generator) -> Floats:
    """`rgb` with `margins` (left, top, right, bottom): the light of its plain pixels runs on as it was changing at the edge, ever
    more evenly, with their grain.
    """
    left, top, right, bottom = margins
    plain = plain if plain.any() else np.ones_like(plain)
    around = ((top, bottom), (left, right), (0, 0))
    weight = blurred(plain.astype(np.float32), _GRAIN)[..., None]
    light = np.asarray(blurred(rgb * plain[..., None], _GRAIN) / np.maximum(weight, 1e-6), np.float32)
    near = membrane(light, plain)
    side = min(rgb.shape[:2])
    far = blurred(near, max(_GRAIN, side / 30))
    surface = np.pad(near, around, mode="edge")
    even = _run_on(_run_on(far, top, bottom, side).swapaxes(0, 1), left, right, side).swapaxes(0, 1)
    surface += (even - surface) * (1 - np.exp(-_away(rgb.shape[:2], margins)[..., None] * np.float32(20 / side)))
    deviation = (rgb - near)[plain].std(axis=0)
    drawn = random.standard_normal(rgb.shape, np.float32) * deviation
    return np.asarray(surface + np.pad(np.where(plain[..., None], rgb - near, drawn), around, mode="symmetric"), np.float32)


def _run_on(light: Floats, before: int, after: int, side: int) -> Floats:
    """`light` with more rows: it goes on changing as it did over the last rows, and levels off."""
    depth = min(len(light) - 1, max(1, side // 12))
    if depth == 0:
        return np.pad(light, ((before, after), (0, 0), (0, 0)), mode="edge")

    def beyond(edge: Floats, inner: Floats, count: int) -> Floats:
        eased = 1 - np.exp(-np.arange(1, count + 1, dtype=np.float32) / depth)
        return np.asarray(edge + 0.5 * (edge - inner) * eased[:, None, None], np.float32)

    head, tail = beyond(light[0], light[depth], before)[::-1], beyond(light[-1], light[-1 - depth], after)
    return np.concatenate([head, light, tail])


def _away(shape: tuple[int, int], margins: Margins) -> Floats:
    """Distance of each pixel of the canvas from the picture."""
    left, top, right, bottom = margins
    inside = np.zeros(shape, np.uint8)
    return np.asarray(
        cv2.distanceTransform(np.pad(inside, ((top, bottom), (left, right)), constant_values=1), cv2.DIST_L2, 5), np.float32
    )
