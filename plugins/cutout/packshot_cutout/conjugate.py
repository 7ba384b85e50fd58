"""Conjugate gradients for the unknown pixels of a trimap.

M. R. Hestenes, E. Stiefel, "Methods of Conjugate Gradients for Solving Linear Systems", J. Research NBS 49, 1952, with the
diagonal as preconditioner.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]


def solved(
    times: Callable[[Floats], Floats],
    diagonal: Floats,
    start: Floats,
    free: npt.NDArray[np.bool_],
    *,
    prior: float,
    rounds: int,
    until: float,
) -> Floats:
    """The values at `free` (N booleans) that minimise αᵀLα + prior · |α − start|², with all others fixed as in `start` (N).

    `times` multiplies N values by L, of which `diagonal` (N) is the diagonal. At most `rounds`, and none once what is left is
    `until` of what it was.
    """
    scale = 1 / np.maximum(diagonal[free] + np.float32(prior), np.float32(1e-6))
    spread = np.zeros_like(start)
    values = start[free].copy()
    residual = -times(start)[free]
    direction = step = scale * residual
    energy = first = float(residual @ step)
    for _ in range(rounds):
        if energy <= until * first:
            break
        spread[free] = direction
        bent = times(spread)[free] + np.float32(prior) * direction
        length = energy / max(float(direction @ bent), 1e-12)
        values += length * direction
        residual -= length * bent
        step = scale * residual
        energy, before = float(residual @ step), energy
        direction = step + (energy / before) * direction
    return values
