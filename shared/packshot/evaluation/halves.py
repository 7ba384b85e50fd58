"""Intervals of measures that only whole sets have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from packshot.contracts.training import Figure, Figures
from packshot.evaluation.distances import Features

HALVED = 20


def with_set_intervals(
    measure: Callable[..., Mapping[str, float]], sets: Sequence[Features], seed: int, times: int = HALVED
) -> Figures:
    """What `measure` says of the whole `sets` (its arguments), each with the interval that holds it with 95 % confidence.

    The delete-half jackknife (J. Shao, C. F. J. Wu, "A general theory for jackknife variance estimation", Annals of Statistics
    17, 1989): halves without replacement vary among each other as whole sets would. The bootstrap of `training.intervals` is not
    for these: a picture drawn twice is its own neighbour at no distance, and shrinks a covariance. Half-sized sets have a larger
    Fréchet distance, so only how they spread is taken from them. `pictures` is the size of the last set.
    """
    whole = measure(*sets)
    random = np.random.default_rng(seed)
    halves = [measure(*(_half(each, random) for each in sets)) for _ in range(times)]
    spread = {name: 1.96 * float(np.std([half[name] for half in halves], ddof=1)) for name in whole}
    return {
        name: Figure(mean=value, low=value - spread[name], high=value + spread[name], pictures=len(sets[-1]))
        for name, value in whole.items()
    }


def _half(features: Features, random: np.random.Generator) -> Features:
    return features[random.choice(len(features), max(2, len(features) // 2), replace=False)]
