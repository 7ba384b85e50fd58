"""Filling a hole with patches of the same picture.

Y. Wexler, E. Shechtman, M. Irani, "Space-time completion of video", PAMI 2007, for pictures: from coarse to fine, patches are
matched and vote in turn. Matching after C. Barnes et al., "PatchMatch", SIGGRAPH 2009; texture channels after A. Newson et al.,
"Video inpainting of complex scenes", SIAM J. Imaging Sciences 2014.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from packshot_inpaint.matching import AFFORDABLE, RADIUS, SOURCES, Ints, Matches, distances, exact, improved, patch_centres
from packshot_inpaint.membrane import Bools, Floats, membrane
from packshot_inpaint.pyramid import Level, pyramid
from packshot_inpaint.voting import voted

_EDGE = np.float32(0.15)
"""A step between fill and rim of about this much is an edge that ends there, not a difference of light."""
_FEW = 1000
"""Known patches that are compared with each where all are too many to begin with."""
_ROUNDS = 4
"""Of matching and voting on a level whose patches can all be compared."""


def fill(
    rgb: Floats,
    hole: Bools,
    random: np.random.Generator,
    progress: Callable[[float], None],
    start: Callable[[Floats, Bools], Floats] = membrane,
) -> Floats:
    """`rgb` (H×W×3) with its `hole` filled; by a membrane where not one whole patch is known.

    `start` gives the first guess, on the smallest picture: all channels with what is not known (the second) filled.
    """
    levels = pyramid(rgb, hole, 2 * RADIUS + 1)
    while levels and not patch_centres(levels[-1].hole)[1].any():
        levels.pop()
    if not levels:
        return membrane(rgb, ~hole)
    channels = start(levels[-1].channels, ~levels[-1].hole)
    field: Ints | None = None
    matches: Matches | None = None
    for done, level in enumerate(reversed(levels)):
        if field is not None:
            channels, field = _enlarged(level, channels, field, random)
        channels, matches = _settled(level, channels, field, random)
        field = np.full((*level.hole.shape, 2), -1, np.intp)
        field[matches.targets[:, 0], matches.targets[:, 1]] = matches.sources
        progress((done + 1) / len(levels))
    assert matches is not None
    return _finished(levels[0], channels, matches)


def _settled(level: Level, channels: Floats, field: Ints | None, random: np.random.Generator) -> tuple[Floats, Matches]:
    """Matching and voting in turn."""
    near, known = patch_centres(level.hole)
    targets, allowed = np.argwhere(near), np.argwhere(known)
    count = min(len(allowed), SOURCES)
    drawn = allowed[np.sort(random.choice(len(allowed), count, replace=False))]
    affordable = len(targets) * count <= AFFORDABLE
    few = drawn if affordable else drawn[:: max(1, len(drawn) // _FEW)]
    sources = exact(channels, targets, few) if field is None else field[targets[:, 0], targets[:, 1]]
    certainty, wide = _certainty(level.hole), _wide(level.hole)
    for _ in range(_ROUNDS if affordable else 1):
        if affordable:
            sources = exact(channels, targets, drawn)
        matches = Matches(targets, sources, distances(channels, targets, sources))
        if count < len(allowed):
            matches = improved(channels, matches, known, random, 1 if affordable else 2)
        sources = matches.sources
        channels = channels.copy()
        channels[level.hole] = voted(channels, matches, level.hole, certainty, wide)
    return channels, matches


def _finished(level: Level, channels: Floats, matches: Matches) -> Floats:
    """The last vote: a mean in thin parts of the hole, sharp in wide ones. Its difference to the known rim is spread over the
    hole as a membrane, so that no seam shows (P. Pérez et al., "Poisson image editing", SIGGRAPH 2003).
    """
    hole = level.hole
    rim = (cv2.dilate(hole.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~hole
    rgb = np.ascontiguousarray(channels[..., :3])
    filled = rgb.copy()
    wide = _wide(hole)
    filled[hole | rim] = voted(rgb, matches, hole | rim, _certainty(hole), wide)
    step = rgb - filled
    light = step * np.exp(-((step / _EDGE) ** 4))
    seam = membrane(np.where(rim[..., None], step + wide[..., None] * (light - step), 0), ~hole)
    return np.where(hole[..., None], filled + seam, rgb)


def _wide(hole: Bools) -> Floats:
    """H×W: 0 where the hole is thinner than about two patches, else 1."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4 * RADIUS + 1, 4 * RADIUS + 1))
    opened = cv2.morphologyEx(hole.astype(np.float32), cv2.MORPH_OPEN, kernel)
    return np.asarray(cv2.GaussianBlur(opened, (0, 0), RADIUS), np.float32)


def _enlarged(level: Level, channels: Floats, field: Ints, random: np.random.Generator) -> tuple[Floats, Ints]:
    """What the level below found, at this level's size: its matches at twice the place, and the picture they vote for."""
    height, width = level.hole.shape
    near, known = patch_centres(level.hole)
    targets = np.argwhere(near)
    below = field[targets[:, 0] // 2, targets[:, 1] // 2]
    sources = 2 * below + targets % 2
    sources = np.clip(sources, 0, (height - 1, width - 1))
    lost = (below[:, 0] < 0) | ~known[sources[:, 0], sources[:, 1]]
    allowed = np.argwhere(known)
    sources[lost] = allowed[random.integers(0, len(allowed), int(lost.sum()))]
    guess = cv2.resize(channels, (width, height), interpolation=cv2.INTER_LINEAR)
    start = np.where(level.hole[..., None], guess, level.channels)
    matches = Matches(targets, sources, distances(start, targets, sources))
    start[level.hole] = voted(start, matches, level.hole, _certainty(level.hole), _wide(level.hole))
    larger = np.full((height, width, 2), -1, np.intp)
    larger[targets[:, 0], targets[:, 1]] = sources
    return start, larger


def _certainty(hole: Bools) -> Floats:
    """H×W: what lies near the known picture is more certain (Wexler et al. 2007, §3.1)."""
    depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)
    return np.power(np.float32(1.3), -np.minimum(depth, 40)).astype(np.float32)
