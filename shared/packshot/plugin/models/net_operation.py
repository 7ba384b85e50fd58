"""`NetOperation`: an operation for each card whose weights packshot has trained, run by torch or by ONNX Runtime."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from pydantic import BaseModel
from safetensors.numpy import load_file

from packshot.contracts.operation import OperationSpec
from packshot.errors import BadSettings
from packshot.plugin.models.card import ModelCard
from packshot.plugin.models.folder import files_of
from packshot.plugin.models.net import Floats, Net
from packshot.plugin.models.net_use import NetUse
from packshot.plugin.models.onnx_net import OnnxNet
from packshot.plugin.models.operation import ModelOperation
from packshot.plugin.models.quickest import quickest

P = TypeVar("P", bound=BaseModel)
U = TypeVar("U", bound=NetUse)


class NetOperation(ModelOperation[P, U], Generic[P, U]):
    """The base of a family with a network of its own, which its `Use` builds: call `self.net` in `run`.

    One file of weights serves both runtimes. ONNX Runtime is given them with the graph that the training left beside; a card
    without a graph needs torch. On a GPU torch runs it, on the CPU ONNX Runtime; where torch is there already, the quicker of the
    two, measured when the operation is loaded. To import torch for that would cost more than it gains.
    """

    net: Net
    """With the card's weights, in float32."""

    def load(self, device: str) -> None:
        """Raises ModelMissing, ModelDamaged, or BadSettings for weights that are not this network's."""
        folder = files_of(self.card)
        weights = _weights(self.card, folder)
        graph = graph_of(self.card)
        nets: list[Net] = []
        if graph and _has("onnxruntime") and (device == "cpu" or not _has("torch")):
            nets.append(OnnxNet(self.card.name, (folder / graph).read_bytes(), weights, device))
        if not nets or ("torch" in sys.modules and _has("torch")):
            nets.append(self._in_torch(weights, device))
        self.net = nets[0] if len(nets) == 1 else quickest(nets, self.use.example_inputs())

    def _in_torch(self, weights: Mapping[str, Floats], device: str) -> Net:
        from packshot.plugin.models.torch_net import with_weights  # noqa: PLC0415 - imports torch: the light install has none

        return with_weights(self.card.name, self.use.network(), weights, device)

    @classmethod
    def spec(cls, plugin: str = "") -> OperationSpec:
        """See ModelOperation. BadSettings where nothing is installed that runs it: that spoils operations with cards alone."""
        if not (_has("torch") or (graph_of(cls.card) and _has("onnxruntime"))):
            wanted = "nets" if graph_of(cls.card) else "torch"
            raise BadSettings(f"Nothing is installed that runs the model {cls.card.name}: pip install 'packshot[{wanted}]'.")
        return super().spec(plugin)


def graph_of(card: ModelCard) -> str | None:
    """The name of the card's file with the graph that ONNX Runtime needs; None where it has none."""
    return next((file.name for file in card.files if file.name.endswith(".onnx")), None)


def _weights(card: ModelCard, folder: Path) -> dict[str, Floats]:
    """The tensors of the card's safetensors file in float32, by name; a training names each by its network first."""
    names = [file.name for file in card.files if file.name.endswith(".safetensors")]
    if len(names) != 1:
        raise BadSettings(f"The card of {card.name} names {len(names)} safetensors files; it must name one.")
    return {
        name: array.astype(np.float32) if array.dtype.kind == "f" else array
        for name, array in load_file(folder / names[0]).items()
    }


def _has(package: str) -> bool:
    return find_spec(package) is not None
