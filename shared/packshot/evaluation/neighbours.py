"""Nearest neighbours among features, in pieces that fit into memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from packshot.errors import BadParameters
from packshot.evaluation.distances import Features

Distances = npt.NDArray[np.float32]
_AT_ONCE = 1 << 24
"""Distances in hand, 64 MB."""


def in_pieces(of: Features, to: Features) -> Iterator[tuple[slice, Distances]]:
    """Euclidean distances of rows of `of` (N×D) to all rows of `to` (M×D), some rows at a time: n×M float32."""
    if of.shape[1:] != to.shape[1:]:
        raise BadParameters(f"Features are N×D and M×D of one network; these are {of.shape} and {to.shape}.")
    # Around the mean of all, what squares lose to rounding is least.
    middle = to.mean(axis=0, dtype=np.float64)
    a, b = np.asarray(of - middle, np.float32), np.asarray(to - middle, np.float32)
    lengths = np.square(b).sum(axis=1)
    count = max(1, _AT_ONCE // max(1, len(b)))
    for start in range(0, len(a), count):
        rows = slice(start, min(start + count, len(a)))
        squares = np.square(a[rows]).sum(axis=1)[:, None] + lengths - 2 * (a[rows] @ b.T)
        yield rows, np.sqrt(np.maximum(squares, 0))


def radii(features: Features, *ks: int) -> Distances:
    """The distance of each row to its k-th nearest other, for each of `ks`: K×N float32. BadParameters for too few."""
    if len(features) <= max(ks):
        raise BadParameters(
            f"The {max(ks)}-th nearest neighbour needs a set of more than {max(ks)} pictures; this one has {len(features)}."
        )
    found = np.empty((len(ks), len(features)), np.float32)
    for rows, distances in in_pieces(features, features):
        # Itself is the nearest, whatever rounding says.
        distances[np.arange(len(distances)), np.arange(rows.start, rows.stop)] = -1
        found[:, rows] = np.partition(distances, sorted(ks), axis=1)[:, ks].T
    return found


def nearest(of: Features, to: Features) -> tuple[npt.NDArray[np.int64], Distances]:
    """For each row of `of`, the nearest row of `to` and how far it is. Raises BadParameters where `to` is empty."""
    if not len(to):
        raise BadParameters("There is no picture to compare with.")
    which, far = np.empty(len(of), np.int64), np.empty(len(of), np.float32)
    for rows, distances in in_pieces(of, to):
        which[rows] = distances.argmin(axis=1)
        far[rows] = distances[np.arange(len(distances)), which[rows]]
    return which, far
