"""Pictures that look unlike the others of their category: perhaps of something else."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from packshot_collect.look import Look

LEAST = 20
"""Fewer pictures of a category do not say what is usual."""
NEIGHBOURS = 5
LEAST_USUAL = 0.05
"""Distances, from 0 to 2, differ by so much among pictures of the very same thing."""
_BLOCK = 512

Floats = npt.NDArray[np.float32]


def unlikeness(looks: Sequence[Look], categories: Sequence[str]) -> Floats:
    """How many robust deviations each picture is farther from its neighbours than is usual in its category; 0 where few tell.

    The distance to the NEIGHBOURS-th nearest of the category (S. Ramaswamy, R. Rastogi and K. Shim, "Efficient algorithms for
    mining outliers from large data sets", SIGMOD 2000), so that a category may show several kinds of things; judged by median
    and median absolute deviation (F. R. Hampel, "The influence curve and its role in robust estimation", 1974), so that the odd
    ones do not move the measure. Colours and edges are all that is looked at.
    """
    found = np.zeros(len(looks), np.float32)
    groups: dict[str, list[int]] = defaultdict(list)
    for place, category in enumerate(categories):
        if category:
            groups[category].append(place)
    for places in groups.values():
        if len(places) >= LEAST:
            found[places] = _deviations(np.stack([_features(looks[place]) for place in places]))
    return found


def _deviations(rows: Floats) -> Floats:
    distances = np.concatenate([_to_neighbour(rows[start : start + _BLOCK], rows) for start in range(0, len(rows), _BLOCK)])
    middle = float(np.median(distances))
    # 1.4826: for a normal distribution it is then the standard deviation.
    usual = 1.4826 * float(np.median(np.abs(distances - middle)))
    return _floats((distances - middle) / max(usual, LEAST_USUAL))


def _to_neighbour(some: Floats, rows: Floats) -> Floats:
    """The distance of each of `some` to its NEIGHBOURS-th nearest in `rows`, itself not counted."""
    squares = (some**2).sum(axis=1)[:, None] + (rows**2).sum(axis=1)[None] - 2 * some @ rows.T
    nearest = np.partition(squares, NEIGHBOURS, axis=1)[:, NEIGHBOURS]
    return np.sqrt(np.maximum(nearest, 0))


def _features(look: Look) -> Floats:
    return _floats(np.frombuffer(base64.b64decode(look.features), np.uint8) / 255)


def _floats(values: npt.NDArray[np.floating]) -> Floats:
    return values.astype(np.float32)
