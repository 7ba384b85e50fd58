"""`Net`: a network of packshot's own, whichever runtime runs it."""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Net(Protocol):
    """Called with float32 arrays N×C×H×W, it answers with such arrays, in the order in which the network's `forward` has them."""

    runtime: ClassVar[str]
    """`torch` or `onnx`."""

    def __call__(self, *inputs: Floats) -> tuple[Floats, ...]:
        """See above."""
