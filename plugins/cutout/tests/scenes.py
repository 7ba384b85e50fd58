"""Photos made by code: shapes with exact alpha on noisy, unevenly lit ground."""

from __future__ import annotations

import cv2
import numpy as np

SIZE = (360, 480)


def ground(noise=2.0, colour=(205, 200, 190), seed=0):
    """A board in uneven light, with sensor noise: float H×W×3."""
    height, width = SIZE
    y, x = np.mgrid[:height, :width].astype(np.float32)
    light = 1.05 - 0.25 * (x / width) - 0.15 * (y / height) ** 2
    return np.asarray(colour, np.float32) * light[..., None] + np.random.default_rng(seed).normal(0, noise, (height, width, 3))


def drawn(draw):
    """Exact alpha 0..1 of what `draw(canvas, scale)` paints, by eightfold supersampling."""
    height, width = SIZE
    canvas = np.zeros((height * 8, width * 8), np.uint8)
    draw(canvas, 8)
    return cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def photo(under, alpha, colour, noise=2.0):
    """The product of one colour over its ground, uint8."""
    product = np.asarray(colour, np.float32) + np.random.default_rng(1).normal(0, noise, under.shape)
    return np.clip(product * alpha[..., None] + under * (1 - alpha[..., None]), 0, 255).astype(np.uint8)


def shaded(under, alpha):
    """The ground with a soft shadow of the product, thrown to the lower right."""
    moved = cv2.warpAffine(alpha, np.float32([[1, 0, 22], [0, 1, 18]]), alpha.shape[::-1])
    return under * (1 - 0.45 * cv2.GaussianBlur(moved, (0, 0), 9))[..., None]


def disc(canvas, s):
    cv2.circle(canvas, (240 * s, 180 * s), 100 * s, 255, -1)


def box(canvas, s):
    cv2.fillPoly(canvas, [np.array([[150, 90], [330, 110], [320, 290], [140, 260]]) * s], 255)


def ring(canvas, s):
    cv2.circle(canvas, (240 * s, 180 * s), 110 * s, 255, -1)
    cv2.circle(canvas, (240 * s, 180 * s), 60 * s, 0, -1)


def mug(canvas, s):
    cv2.rectangle(canvas, (130 * s, 90 * s), (290 * s, 290 * s), 255, -1)
    cv2.ellipse(canvas, (290 * s, 190 * s), (70 * s, 70 * s), 0, -90, 90, 255, 22 * s)


def bottle(canvas, s):
    cv2.rectangle(canvas, (190 * s, 130 * s), (290 * s, 330 * s), 255, -1)
    cv2.rectangle(canvas, (225 * s, 40 * s), (255 * s, 140 * s), 255, -1)


def cut_off(canvas, s):
    """A product that runs out of the picture at the bottom."""
    cv2.rectangle(canvas, (170 * s, 150 * s), (310 * s, 400 * s), 255, -1)
