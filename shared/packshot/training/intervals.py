"""Means of figures with the intervals that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from packshot.contracts.training import Figure, Figures
from packshot.training.judging import columns

RESAMPLED = 2000


def with_intervals(figures: Sequence[Mapping[str, float]], seed: int) -> Figures:
    """The mean of each figure over pictures, and the interval that holds it with 95 % confidence.

    The bootstrap's percentile interval (B. Efron, "Bootstrap methods: another look at the jackknife", 1979): means of 2000 draws
    of as many pictures, with replacement. One picture alone says nothing of its interval, which is then a point.
    """
    return {name: _figure(np.asarray(values), seed) for name, values in columns(figures)}


def _figure(values: np.ndarray, seed: int) -> Figure:
    draws = np.random.default_rng(seed).integers(0, len(values), (RESAMPLED, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), (2.5, 97.5))
    return Figure(mean=float(values.mean()), low=float(low), high=float(high), pictures=len(values))
