"""From matched patches to pixels: each patch that covers a pixel has a vote."""

from __future__ import annotations

import numpy as np

from packshot_inpaint.matching import RADIUS, Matches
from packshot_inpaint.membrane import Bools, Floats

_OUTER = [(dy, dx) for dy in range(-RADIUS, RADIUS + 1, 2) for dx in range(-RADIUS, RADIUS + 1, 2)]
_INNER = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
VOTERS = tuple(sorted({*_OUTER, *_INNER}))
"""Centres, from a pixel, of the patches that vote: those beside it, and a quarter of the others, the outermost among them."""
_FAR = np.float32(1e-3)


def voted(channels: Floats, matches: Matches, wanted: Bools, certainty: Floats, sharp: Floats) -> Floats:
    """N×C, a row for each `wanted` pixel: the mean of what the matched patches have there.

    A patch weighs exp(-d²/2σ²) of its distance d, σ² the 75th percentile (Wexler et al. 2007, eq. 4), times its certainty
    (H×W). Where `sharp` (H×W) is 1, patches whose centre is not beside the pixel count only if nearer ones are missing: a mean of
    many is soft.
    """
    height, width = wanted.shape
    places = np.flatnonzero(wanted)
    ys, xs = places // width, places % width
    centres = matches.targets @ (width, 1)
    weights = np.zeros(height * width, np.float32)
    spread = max(float(np.percentile(matches.distances, 75)), 1e-7)
    weights[centres] = (np.exp(-matches.distances / (2 * spread)) + np.float32(1e-6)) * certainty.ravel()[centres]
    sources = np.zeros(height * width, np.intp)
    sources[centres] = matches.sources @ (width, 1)
    pixels = channels.reshape(-1, channels.shape[2])
    total = np.zeros((len(places), channels.shape[2]), np.float32)
    sums = np.zeros(len(places), np.float32)
    far = 1 - (1 - _FAR) * sharp.ravel()[places]
    for dy, dx in VOTERS:
        inside = (ys >= -dy) & (ys < height - dy) & (xs >= -dx) & (xs < width - dx)
        step = dy * width + dx
        centre = np.where(inside, places + step, places)
        votes = weights[centre] * inside
        if max(abs(dy), abs(dx)) > 1:
            votes *= far
        total += votes[:, None] * pixels[np.maximum(sources[centre] - step, 0)]
        sums += votes
    return np.asarray(total / np.maximum(sums, np.float32(1e-30))[:, None], np.float32)
