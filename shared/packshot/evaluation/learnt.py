"""Whether what is learnt from made pictures holds for real ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from packshot.errors import BadParameters
from packshot.evaluation.distances import Features

_RIDGE = 1e-3


def learnt_accuracy(made: Features, told: Sequence[str], real: Features, truth: Sequence[str]) -> float:
    """The accuracy on real pictures of a classifier that has seen made ones only, 0..1; both with their categories.

    After S. Ravuri, O. Vinyals, "Classification accuracy score for conditional generative models", NeurIPS 2019, who train a
    ResNet on pixels; this is a linear classifier on features (least squares with a ridge: R. Rifkin et al., 2003), so it says
    less of what is in no feature, and takes no minutes. Compare it with what real training pictures give.
    Raises BadParameters for fewer than two categories.
    """
    categories = sorted(set(told))
    if len(categories) < 2:
        raise BadParameters("A classifier needs made pictures of two categories or more.")
    mean, spread = made.mean(axis=0, dtype=np.float64), made.std(axis=0, dtype=np.float64) + 1e-6
    x, y = (np.column_stack([(each - mean) / spread, np.ones(len(each))]) for each in (made, real))
    wanted = np.eye(len(categories))[[categories.index(each) for each in told]]
    weights = np.linalg.solve(x.T @ x + _RIDGE * len(x) * np.eye(x.shape[1]), x.T @ wanted)
    found = (y @ weights).argmax(axis=1)
    return float(np.mean([categories[place] == each for place, each in zip(found, truth, strict=True)]))
