"""Distances along paths through a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]


def geodesic_distance(picture: Floats, start: Floats, free: float, rounds: int = 3) -> Floats:
    """H×W: for each pixel the cheapest path from the picture's pixels at their cost in `start` (H×W, inf where none starts).

    A step between neighbours costs their colour distance less `free`, at least 0: light that falls off softly costs nothing, an
    edge does. Computed by sweeping whole rows and columns both ways, `rounds` times (parallel marching, Weber et al. 2008).
    """
    distance = start.astype(np.float32).copy()
    down = _steps(picture[1:] - picture[:-1], free)
    right = _steps(picture[:, 1:] - picture[:, :-1], free)
    for _ in range(rounds):
        _sweep(distance, down)
        _sweep(distance.T, right.T)
    return distance


def _steps(difference: Floats, free: float) -> Floats:
    return np.asarray(np.maximum(0, np.sqrt((difference**2).sum(axis=2)) - free).astype(np.float32))


def _sweep(distance: Floats, step: Floats) -> None:
    """Carry distances down and back up, in place. `step[i]` lies between row i and row i + 1."""
    for row in range(len(step)):
        np.minimum(distance[row + 1], distance[row] + step[row], out=distance[row + 1])
    for row in range(len(step) - 1, -1, -1):
        np.minimum(distance[row], distance[row + 1] + step[row], out=distance[row])
