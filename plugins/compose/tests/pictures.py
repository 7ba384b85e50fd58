"""Products and places that these tests make."""

from __future__ import annotations

import numpy as np

from packshot.plugin import Frame, Run


def do(operation, frame, seed=0, inputs=None, **params):
    """One run of an operation class on a float frame."""
    return operation().run(frame, operation.Params(**params), Run(seed=seed, inputs=inputs or {}))


def bottle(height=180, width=160, colour=(0.2, 0.45, 0.3)):
    """A bottle that stands in the middle: a body, a neck, a soft edge, a light from the left."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    middle, top, base = width / 2, 0.2 * height, 0.8 * height
    half = np.where(y < 0.4 * height, 0.06 * width, 0.16 * width)
    alpha = np.clip(half - np.abs(x - middle) + 0.5, 0, 1) * np.clip(y - top + 0.5, 0, 1) * np.clip(base - y + 0.5, 0, 1)
    light = 1.2 - 0.8 * np.clip((x - middle) / (0.3 * width) + 0.5, 0, 1)
    return Frame.of(np.clip(np.float32(colour) * light[..., None], 0, 1).astype(np.float32), alpha.astype(np.float32))


def place(height=150, width=200, floor=0.6, light=(1.0, 1.0), tint=(1.0, 1.0, 1.0)):
    """A wall and a floor, lit from left to right by the two factors."""
    rows = np.linspace(0, 1, height)[:, None, None]
    rgb = np.where(rows < floor, 0.8, np.array([0.55, 0.45, 0.35])) * np.linspace(*light, width)[None, :, None] * tint
    return Frame.of(np.clip(rgb, 0, 1).astype(np.float32))
