"""A network as a graph without weights and a file of weights, run by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from packshot.plugin.models.net import Floats
from packshot.plugin.models.onnx_runtime import open_session


class OnnxNet:
    """See Net."""

    runtime: ClassVar[str] = "onnx"

    def __init__(self, name: str, graph: bytes, weights: Mapping[str, Floats], device: str) -> None:
        """`graph` as `packshot.training.graph` writes it; `weights` in float32, by the graph's names.

        Raises BadSettings for a graph that ONNX Runtime cannot use with these weights, or a device that it cannot.
        """
        # Whole numbers are what normalisation counted while it was trained: no graph has them.
        floats = {each: array for each, array in weights.items() if array.dtype.kind == "f"}
        self._session = open_session(name, graph, device, floats)
        self._inputs = [port.name for port in self._session.get_inputs()]

    def __call__(self, *inputs: Floats) -> tuple[Floats, ...]:
        """See Net."""
        given = {name: np.ascontiguousarray(each, np.float32) for name, each in zip(self._inputs, inputs, strict=True)}
        return tuple(self._session.run(None, given))
