"""Products, pairs and stacks that these tests make."""

from __future__ import annotations

import cv2
import numpy as np
from skimage import data

from packshot.plugin import Frame, Run


def do(operation, frame, seed=0, inputs=None, **params):
    """One run of an operation class on a float frame."""
    return operation().run(frame, operation.Params(**params), Run(seed=seed, inputs=inputs or {}))


def texture(height, width, seed=0, grain=2.0):
    """Colour noise with features of a few pixels."""
    noise = np.random.default_rng(seed).random((height, width, 3), np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), grain)
    return np.clip((soft - soft.min()) / np.ptp(soft), 0, 1).astype(np.float32)


def ball(height=120, width=140, radius=45.0):
    """A cut-out disc in one colour, its edge a pixel wide."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    alpha = np.clip(radius - np.hypot(x - width / 2, y - height / 2) + 0.5, 0, 1).astype(np.float32)
    return Frame.of(np.broadcast_to(np.float32([0.6, 0.3, 0.2]), (height, width, 3)).copy(), alpha)


def pair(height=240, width=320, far=6, near=20):
    """Two photos of a wall with a near square before it, and where the square is in the left one."""
    wall, square = texture(height, width + 60, 1), texture(100, 110, 2)
    left, right = wall[:, :width].copy(), wall[:, far : width + far].copy()
    top, at = 70, 120
    left[top : top + 100, at : at + 110] = square
    right[top : top + 100, at - near : at - near + 110] = square
    inside = np.zeros((height, width), bool)
    inside[top : top + 100, at : at + 110] = True
    return Frame.of(left), Frame.of(right), inside


def focus_stack(count=5):
    """A floor that recedes from the front (below, depth 1) to the back (above, depth 0), focused nearest first; and its depth."""
    truth = cv2.resize(data.coffee(), (360, 240), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    truth = np.clip(0.5 * truth + 0.5 * texture(240, 360, 3, 1.2), 0, 1)
    depth = np.linspace(0, 1, 240, dtype=np.float32)[:, None].repeat(360, axis=1)
    sigmas = np.linspace(0, 4, 9)
    levels = [truth, *(cv2.GaussianBlur(truth, (0, 0), sigma) for sigma in sigmas[1:])]
    photos = []
    for focus in np.linspace(1, 0, count):
        place = np.abs(depth - focus) * 8 * 1.0
        weights = [np.clip(1 - np.abs(place - step), 0, 1)[..., None] for step in range(9)]
        photos.append(Frame.of(sum(level * weight for level, weight in zip(levels, weights, strict=True)).astype(np.float32)))
    return photos, depth
