"""Whether a generator made pictures of its own, or gives back those that it was trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packshot.evaluation.distances import Features
from packshot.evaluation.neighbours import nearest

QUANTILE = 0.01
"""Made pictures nearer to a training picture than this share of unseen real ones are counts as near-copies."""


@dataclass(frozen=True)
class Pair:
    """A made picture and the training picture that it is nearest to, by their rows."""

    made: int
    train: int
    distance: float
    ratio: float
    """Its distance over the median of unseen real pictures' distances."""


@dataclass(frozen=True)
class Memorising:
    """How near made pictures come to training pictures, beside how near unseen real ones do."""

    ratio: float
    """Median distance to the nearest training picture, of made ones over unseen real ones: 1 as new as real, 0 copies."""
    copies: float
    """Share of made pictures nearer than `limit`. Of new ones it is about QUANTILE."""
    limit: float
    """The distance below which only QUANTILE of the unseen real pictures lie."""
    pairs: tuple[Pair, ...]
    """The nearest, nearest first: to be looked at."""


def memorising_of(made: Features, train: Features, unseen: Features, pairs: int = 16) -> Memorising:
    """Compare features (N×D each) of made pictures, of those that were trained on, and of real ones that were not.

    The comparison of three samples by nearest neighbours follows C. Meehan, K. Chaudhuri, S. Dasgupta, "A non-parametric test to
    detect data-copying in generative models", AISTATS 2020. All training pictures must be there, not a choice of them.
    Raises BadParameters for an empty set of training pictures.
    """
    which, far = nearest(made, train)
    _, usual = nearest(unseen, train)
    median, limit = float(np.median(usual)), float(np.quantile(usual, QUANTILE))
    by_distance = np.argsort(far, kind="stable")[:pairs]
    scale = median or 1.0
    return Memorising(
        float(np.median(far)) / scale,
        float((far < limit).mean()),
        limit,
        tuple(Pair(int(each), int(which[each]), float(far[each]), float(far[each]) / scale) for each in by_distance),
    )
