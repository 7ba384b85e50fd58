"""Whether made pictures look real, and whether all that is real is made: by nearest neighbours among features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packshot.evaluation.distances import Features
from packshot.evaluation.neighbours import in_pieces, radii


@dataclass(frozen=True)
class Coverage:
    """Four measures, more is better."""

    precision: float
    """Share of the made pictures that lie within the reach of some real one, 0..1."""
    recall: float
    """Share of the real pictures that lie within the reach of some made one, 0..1."""
    density: float
    """How many real pictures reach a made one, over `k`; about 1 for sets alike, more where made ones crowd."""
    coverage: float
    """Share of the real pictures with a made one within their reach, 0..1."""


def coverage_of(real: Features, made: Features, k: int = 3, k_density: int = 5) -> Coverage:
    """Compare two sets (N×D and M×D). A picture reaches as far as its k-th nearest neighbour in its own set.

    Precision and recall: T. Kynkäänniemi et al., "Improved precision and recall metric for assessing generative models", NeurIPS
    2019, equations 1 and 2, k = 3. Density and coverage: M. F. Naeem et al., "Reliable fidelity and diversity metrics for
    generative models", ICML 2020, equations 3 and 5, k = 5. Precision and recall change with the size of the sets, and recall
    is raised by a single made picture far off: read them beside the floor. Raises BadParameters for sets of k pictures or fewer.
    """
    reach, reach_density = radii(real, k, k_density)
    (reach_made,) = radii(made, k)
    precise, counted = np.zeros(len(made), np.bool_), 0
    recalled, nearest = np.zeros(len(real), np.bool_), np.full(len(real), np.inf, np.float32)
    for rows, distances in in_pieces(made, real):
        precise[rows] = (distances <= reach).any(axis=1)
        counted += int((distances <= reach_density).sum())
        recalled |= (distances <= reach_made[rows, None]).any(axis=0)
        nearest = np.minimum(nearest, distances.min(axis=0))
    return Coverage(
        float(precise.mean()),
        float(recalled.mean()),
        counted / (k_density * len(made)),
        float((nearest <= reach_density).mean()),
    )
