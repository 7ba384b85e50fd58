"""The smoothest surface through known values: Laplace's equation with the known pixels as its border."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from packshot.imaging.poisson import solve_poisson

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


def membrane(values: Floats, known: Bools) -> Floats:
    """H×W×C: `values` where `known` (somewhere at least), elsewhere harmonic."""
    return solve_poisson(values, np.zeros_like(values), ~known, cycles=2)
