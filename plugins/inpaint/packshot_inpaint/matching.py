"""For each patch around the hole, the most alike patch of the known picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from packshot_inpaint.membrane import Bools, Floats

Ints = npt.NDArray[np.intp]

RADIUS = 3
"""Patches are 7×7."""
AFFORDABLE = 30_000_000
"""Up to this many pairs of patches all are compared."""
SOURCES = 12_000
"""At most as many known patches, evenly drawn, are compared with each."""
_COMPONENTS = 20
_REACHES = (12, 3)
_SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0))
_TAPS = tuple((dy, dx) for dy in (-3, 0, 3) for dx in (-3, 0, 3))


@dataclass
class Matches:
    """Where each patch that touches the hole finds its like. Positions are of patch centres."""

    targets: Ints
    """N×2: y, x."""
    sources: Ints
    """N×2."""
    distances: Floats
    """N: mean squared difference."""


def patch_centres(hole: Bools) -> tuple[Bools, Bools]:
    """H×W each: centres of patches that touch the hole, and of those that lie wholly in the known picture."""
    height, width = hole.shape
    kernel = np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), np.uint8)
    near = cv2.dilate(hole.astype(np.uint8), kernel) > 0
    inner = np.zeros_like(hole)
    inner[RADIUS : height - RADIUS, RADIUS : width - RADIUS] = True
    return near & inner, ~near & inner


def exact(channels: Floats, targets: Ints, sources: Ints) -> Ints:
    """N×2: the most alike source of each target; all are compared with all, on the patches' principal components."""
    described = _patches(channels, sources)
    mean = described.mean(axis=0)
    sample = described[:: max(1, len(described) // 2000)] - mean
    _, vectors = np.linalg.eigh(sample.T @ sample)
    basis = vectors[:, -_COMPONENTS:].astype(np.float32)
    have = (described - mean) @ basis
    want = (_patches(channels, targets) - mean) @ basis
    norms = (have**2).sum(axis=1)
    best = np.empty(len(want), np.intp)
    rows = max(1, int(4e6 // len(have)))
    for top in range(0, len(want), rows):
        chunk = want[top : top + rows]
        best[top : top + rows] = np.argmin(norms - 2 * chunk @ have.T, axis=1)
    return sources[best]


def distances(channels: Floats, targets: Ints, sources: Ints) -> Floats:
    """N: mean squared difference of the pixels of a grid in both patches."""
    return _apart(_taps(channels, targets), _taps(channels, sources))


def _taps(channels: Floats, centres: Ints) -> Floats:
    """N×T: the patches' pixels on a grid."""
    width = channels.shape[1]
    steps = np.array([dy * width + dx for dy, dx in _TAPS])
    places = (centres @ (width, 1))[:, None] + steps
    taken = channels.reshape(-1, channels.shape[2])[places]
    # No -1 here: with no centres, as in a photo of one tone where no patch is better, nobody could tell what it stands for.
    return np.asarray(taken.reshape(len(centres), len(steps) * channels.shape[2]), np.float32)


def _apart(one: Floats, other: Floats) -> Floats:
    difference = one - other
    return np.asarray(np.einsum("nt,nt->n", difference, difference) / np.float32(len(_TAPS)), np.float32)


def _patches(channels: Floats, centres: Ints) -> Floats:
    windows = np.lib.stride_tricks.sliding_window_view(channels, (2 * RADIUS + 1, 2 * RADIUS + 1), axis=(0, 1))
    return windows[centres[:, 0] - RADIUS, centres[:, 1] - RADIUS].reshape(len(centres), -1)


def improved(channels: Floats, matches: Matches, allowed: Bools, random: np.random.Generator, rounds: int) -> Matches:
    """PatchMatch (Barnes et al. 2009) for all patches at once: what the neighbours found, moved along, then guesses around the
    best in shrinking circles.
    """
    height, width = allowed.shape
    number = np.full(allowed.shape, -1, np.intp)
    number[matches.targets[:, 0], matches.targets[:, 1]] = np.arange(len(matches.targets))
    search = _Search(channels, matches, allowed)
    for _ in range(rounds):
        for side in _SIDES:
            beside = matches.targets + side
            neighbour = number[np.clip(beside[:, 0], 0, height - 1), np.clip(beside[:, 1], 0, width - 1)]
            search.offer(np.where((neighbour >= 0)[:, None], search.sources[neighbour] - side, search.sources))
        for reach in _REACHES:
            step = random.uniform(-reach, reach, search.sources.shape)
            search.offer(search.sources + np.rint(step).astype(np.intp))
    return Matches(matches.targets, search.sources, search.distances)


class _Search:
    """The best source of each target so far."""

    def __init__(self, channels: Floats, matches: Matches, allowed: Bools) -> None:
        self.sources, self.distances = matches.sources.copy(), matches.distances.copy()
        self._channels, self._allowed = channels, allowed
        self._wanted = _taps(channels, matches.targets)

    def offer(self, candidates: Ints) -> None:
        """Take what is better among `candidates`, one for each target."""
        height, width = self._allowed.shape
        y, x = candidates.T
        inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        known = inside & self._allowed[np.where(inside, y, 0), np.where(inside, x, 0)]
        new = np.flatnonzero(known & (candidates != self.sources).any(axis=1))
        found = _apart(self._wanted[new], _taps(self._channels, candidates[new]))
        won = found < self.distances[new]
        self.sources[new[won]] = candidates[new[won]]
        self.distances[new[won]] = found[won]
