"""Surfaces made by procedure, seen straight from above: H×W×3, sRGB-encoded. `dark` and `light` are the material's two tones.

Wood by rings cut lengthwise and marble by turbulent veins follow D. S. Ebert et al., "Texturing and Modeling: A Procedural
Approach" (3rd ed., 2003), §2; the linen is a plain weave of threads of uneven thickness, shaded by its height.
"""

from __future__ import annotations

import cv2
import numpy as np

from packshot_compose.noise import Floats, blobs, clouds, grain


def wood(random: np.random.Generator, height: int, width: int, light: Floats, dark: Floats) -> Floats:
    """Planks from left to right, each with its own tone, rings and pores."""
    unit = max(height, width) / 5
    out = np.empty((height, width, 3), np.float32)
    top = -int(random.integers(0, max(1, round(unit))))
    while top < height:
        thick = max(2, round(unit * random.uniform(0.85, 1.15)))
        rows = slice(max(0, top), min(height, top + thick))
        if rows.stop > rows.start:
            out[rows] = _plank(random, thick, width, light, dark)[rows.start - top : rows.stop - top]
        top += thick
    return np.clip(out, 0, 1)


def _plank(random: np.random.Generator, height: int, width: int, light: Floats, dark: Floats) -> Floats:
    rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    waves = clouds(random, width, height, height * 0.7, 4, stretch=7).T
    centre = random.uniform(-1.5, 1.5)
    # A ring's cut is near where the plank's face comes close to the heart of the tree, and spreads at its sides.
    ring = np.hypot(rows - centre, 0.35) * random.uniform(5, 9) + 0.45 * waves
    late = 0.5 + 0.5 * np.cos(2 * np.pi * ring)
    fibre = blobs(random, width, height, 1.6, 60).T
    pores = np.clip(blobs(random, width, height, 1.5, 22).T - 1.6, 0, 1)
    share = 0.38 + random.normal(0, 0.09) + 0.22 * late**2 + 0.06 * waves + 0.055 * fibre + 0.3 * pores
    colour = light + (dark - light) * np.clip(share, 0, 1.15)[..., None]
    gap = np.exp(-np.minimum(rows + 1, 1 - rows) * height / 2 / max(1.0, height * 0.006))
    return np.asarray(colour * (1 - 0.75 * gap[..., None]), np.float32)


def marble(random: np.random.Generator, height: int, width: int, light: Floats, dark: Floats) -> Floats:
    """A polished slab: soft clouds, with few broad and many fine veins along one direction."""
    size = max(height, width)
    angle = random.uniform(0.35, 1.2) * random.choice((-1, 1))
    rows, columns = np.mgrid[:height, :width].astype(np.float32) / size
    along = np.cos(angle) * columns + np.sin(angle) * rows
    warp = clouds(random, height, width, size * 0.45, 6)
    share = 0.1 + 0.05 * clouds(random, height, width, size * 0.3, 6)
    for count, sharp, depth in ((3, 26, 0.55), (7, 40, 0.3)):
        fine = clouds(random, height, width, size * 0.2, 6)
        vein = np.abs(np.sin(np.pi * (count * along + 0.35 * warp + 0.2 * fine + random.uniform())))
        presence = np.clip(0.5 + 0.45 * clouds(random, height, width, size * 0.25, 3), 0, 1)
        share = share + depth * presence * np.exp(-sharp * vein) + 0.12 * presence * np.exp(-4 * vein)
    return _toned(np.clip(share, 0, 1), light, dark)


def fabric(random: np.random.Generator, height: int, width: int, light: Floats, dark: Floats) -> Floats:
    """Linen: warp and weft threads of uneven thickness, one over the other in turn, with soft folds."""
    size = max(height, width)
    pitch = max(3.0, size / 260)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    across = columns / pitch + 0.18 * blobs(random, height, width, pitch * 2, pitch * 30)
    down = rows / pitch + 0.18 * blobs(random, height, width, pitch * 30, pitch * 2)
    warp, weft = (np.sqrt(np.abs(np.sin(np.pi * threads))) for threads in (across, down))
    over = (np.floor(across) + np.floor(down)) % 2
    raised = np.where(over > 0.5, warp * (0.65 + 0.35 * weft), weft * (0.65 + 0.35 * warp))
    slubs = blobs(random, height, width, pitch * 1.2, pitch * 24) + blobs(random, height, width, pitch * 24, pitch * 1.2)
    folds = cv2.GaussianBlur(clouds(random, height, width, size * 0.5, 3), (0, 0), max(0.5, size * 0.02))
    share = 0.85 - 0.6 * raised + 0.05 * slubs + 0.09 * folds + 0.03 * grain(random, height, width)
    return _toned(np.clip(share, 0, 1.2), light, dark)


def _toned(share: Floats, light: Floats, dark: Floats) -> Floats:
    return np.asarray(np.clip(light + (dark - light) * share[..., None], 0, 1), np.float32)
